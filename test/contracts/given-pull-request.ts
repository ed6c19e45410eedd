import { Octokit } from '@octokit/core'
import { clientPlugins } from '../../src/adapters/github/client-options.ts'
import { connectGitHub } from '../../src/adapters/github/connect.ts'
import type { Logger } from '../../src/ports/logger.ts'
import type { PullRequestReader } from '../../src/ports/pull-request-reader.ts'
import type { ReviewPublisher } from '../../src/ports/review-publisher.ts'
import type { ChangedFile, PullRequestRef } from '../../src/pull-request.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { defaultToken, startGitHub } from '../simulators/github/index.ts'

/** A pull request that adds `src/a.ts` with these lines, and what happens to it around a publisher. */
export type GivenPullRequest = {
  readonly reader: PullRequestReader
  readonly publisher: ReviewPublisher
  readonly ref: PullRequestRef
  readonly headSha: string
  posted(): readonly {
    readonly body: string
    readonly comments: readonly { path: string; line: number | null }[]
  }[]
  moveHeadBeforeLastLook(): void
  closeBeforeLastLook(): void
  runBeforeLastLook(other: () => Promise<unknown>): void
  forbidWriting(): void
  refusePlaceOf(quote: string): void
  end(): Promise<void>
}

export const lines = ['const a = 1', 'const b = 2', 'const c = 3', 'const d = 4']

export const silent: Logger = { info: () => {}, warning: () => {}, debug: () => {} }
const ref = { owner: 'octo', repo: 'demo', number: 1 }
const text = `${lines.join('\n')}\n`

const addedFile: ChangedFile = {
  path: 'src/a.ts',
  previousPath: null,
  status: 'added',
  additions: lines.length,
  deletions: 0,
  patch: [`@@ -0,0 +1,${lines.length} @@`, ...lines.map((line) => `+${line}`)].join('\n'),
  sha: null,
}

export async function givenFake(): Promise<GivenPullRequest> {
  const fake = new FakePullRequest({
    ...emptyPullRequest,
    ref,
    files: [addedFile],
    changedFileCount: 1,
  })
  const change = (changed: Partial<typeof fake.snapshotNow>) => () => {
    fake.snapshotNow = { ...fake.snapshotNow, ...changed }
  }
  return {
    reader: fake,
    publisher: fake,
    ref,
    headSha: fake.snapshotNow.headSha,
    posted: () => fake.posted,
    moveHeadBeforeLastLook: () => {
      fake.beforeLastLook = change({ headSha: 'c'.repeat(40) })
    },
    closeBeforeLastLook: () => {
      fake.beforeLastLook = change({ open: false })
    },
    runBeforeLastLook: (other) => {
      fake.beforeLastLook = async () => {
        await other()
      }
    },
    forbidWriting: () => {
      fake.forbidden = 'no permission'
    },
    refusePlaceOf: (quote) => {
      fake.refusesPlace = ({ finding }) => finding.claim.quote === quote
    },
    end: async () => {},
  }
}

export async function givenGitHub(): Promise<GivenPullRequest> {
  const github = await startGitHub()
  const repository = await github.createRepository({ owner: ref.owner, name: ref.repo })
  const pull = await repository.openPullRequest({ files: { 'src/a.ts': text } })
  const Client = Octokit.plugin(...clientPlugins)
  const readOnly = 'read-only-token'
  github.token(readOnly, {
    login: 'github-actions[bot]',
    type: 'Bot',
    permissions: { pull_requests: 'read', contents: 'read' },
  })
  let token = defaultToken
  const connect = () =>
    connectGitHub(
      (options) => new Client({ ...options, baseUrl: github.url }),
      { kind: 'token', token },
      ref,
      () => Date.now() + 20_000,
      silent,
      () => {},
      new AbortController().signal,
    )
  /** The first query after the pending review stands is the last look. */
  const beforeLastLook = (mutate: () => unknown) => {
    github.faults.clear()
    github.faults.add({ graphql: /PatchPilotState/, behaviour: { mutate } })
  }
  return {
    reader: {
      snapshot: async (...asked) => (await connect()).pullRequests.snapshot(...asked),
      state: async (...asked) => (await connect()).pullRequests.state(...asked),
      headSha: async (...asked) => (await connect()).pullRequests.headSha(...asked),
    },
    publisher: { publish: async (...asked) => (await connect()).publisher.publish(...asked) },
    ref: { ...ref, number: pull.number },
    headSha: pull.headSha,
    posted: () => pull.reviews(),
    moveHeadBeforeLastLook: () => beforeLastLook(() => pull.push({ 'src/b.ts': 'const e = 5\n' })),
    closeBeforeLastLook: () => beforeLastLook(() => pull.close()),
    runBeforeLastLook: beforeLastLook,
    forbidWriting: () => {
      token = readOnly
    },
    refusePlaceOf: (quote) => {
      github.faults.add({
        method: 'POST',
        path: /\/reviews$/,
        times: Number.POSITIVE_INFINITY,
        behaviour: { lineUnresolved: (comment) => JSON.stringify(comment).includes(`About ${quote}`) },
      })
    },
    end: () => github.close(),
  }
}
