import { generateKeyPairSync } from 'node:crypto'
import { connectChecks } from '../../src/adapters/github/connect-checks.ts'
import { clientsOf } from '../../src/adapters/github/server-client.ts'
import { tokenCache } from '../../src/adapters/github/token-cache.ts'
import type { CheckedHead, ReviewChecks } from '../../src/ports/review-checks.ts'
import { FakeReviewChecks } from '../fakes/review-checks.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { type SimulatedGitHub, type SimulatedPullRequest, startGitHub } from '../simulators/github/index.ts'

/** A check run as people see it. */
export type ShownCheck = {
  readonly history: readonly string[]
  readonly title: string | null
  readonly summary: string | null
  /** `path:line` */
  readonly annotations: readonly string[]
}

/** A head, what shows its check runs, and what has become of them. */
export type GivenChecks = {
  readonly checks: ReviewChecks
  readonly head: CheckedHead
  shown(): readonly ShownCheck[]
  forbid(): void
  end(): Promise<void>
}

const repository = { owner: 'octo', repo: 'demo' }

export async function givenFakeChecks(): Promise<GivenChecks> {
  const checks = new FakeReviewChecks()
  return {
    checks,
    head: { pullRequest: { ...repository, number: 1 }, headSha: 'a'.repeat(40) },
    shown: () =>
      checks.runs.map(({ history, title, summary, annotations }) => ({
        ...{ history, title, summary },
        annotations: annotations.map(({ path, startLine }) => `${path}:${startLine}`),
      })),
    forbid: () => {
      checks.permitted = false
    },
    end: async () => {},
  }
}

export async function givenGitHubChecks(): Promise<GivenChecks> {
  const github = await startGitHub()
  const pull = await openPullRequest(github)
  const permitted = checksAt(github)
  const forbidden = checksAt(github, { contents: 'read', pull_requests: 'write' })
  let checks = permitted
  return {
    checks: {
      show: (...asked) => checks.show(...asked),
      recall: (...asked) => checks.recall(...asked),
    },
    head: headOf(pull),
    shown: () =>
      pull.checkRuns().map(({ history, title, summary, annotations }) => ({
        ...{ history, title, summary },
        annotations: annotations.map(({ path, start_line }) => `${path}:${start_line}`),
      })),
    forbid: () => {
      checks = forbidden
    },
    end: async () => {
      await github.close()
      if (github.violations.length > 0) throw new Error(github.violations.join('\n'))
    },
  }
}

export async function openPullRequest(github: SimulatedGitHub): Promise<SimulatedPullRequest> {
  const created = await github.createRepository({ owner: repository.owner, name: repository.repo })
  return created.openPullRequest({ files: { 'src/a.ts': 'const a = 1\n' } })
}

export function headOf(pull: SimulatedPullRequest): CheckedHead {
  return { pullRequest: { ...repository, number: pull.number }, headSha: pull.headSha }
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

/** Our App, newly installed on the repository. */
export function checksAt(
  github: SimulatedGitHub,
  permissions: Readonly<Record<string, 'read' | 'write'>> = { checks: 'write', contents: 'read' },
  app = { appId: 4711, slug: 'shop-reviewer' },
): ReviewChecks {
  const { installationId } = github.installApp({
    ...{ ...app, publicKey, permissions },
    repositories: [`${repository.owner}/${repository.repo}`],
  })
  const identity = { id: String(app.appId), privateKey, tokens: tokenCache(), installationId }
  const patience = () => Date.now()
  return connectChecks(clientsOf(github.url), identity, patience, silentLogger, () => {})
}
