import { Octokit } from '@octokit/core'
import { clientPlugins } from '../../src/adapters/github/client-options.ts'
import { connectGitHub } from '../../src/adapters/github/connect.ts'
import type { SourceReader } from '../../src/ports/source-reader.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { type FakeFiles, FakeSourceReader } from '../fakes/source-reader.ts'
import {
  defaultToken,
  type GitHubOptions,
  type SimulatedGitHub,
  startGitHub,
} from '../simulators/github/index.ts'

/** A pull request's commits in a private repository whose base branch has moved on since. */
export type GivenSources = {
  readonly sources: SourceReader
  readonly headSha: string
  /** Where the base branch is now. */
  readonly baseSha: string
  readonly mergeBaseSha: string
  /** The same, seen by somebody who may not. */
  readonly forbidden: SourceReader
  end(): Promise<void>
}

export type GivenFiles = { readonly before: FakeFiles; readonly changed: FakeFiles }

export async function givenFakeSources({ before, changed }: GivenFiles): Promise<GivenSources> {
  const headSha = 'a'.repeat(40)
  const baseSha = 'b'.repeat(40)
  const mergeBaseSha = 'c'.repeat(40)
  const commits = { [headSha]: { ...before, ...changed }, [baseSha]: before, [mergeBaseSha]: before }
  const sources = new FakeSourceReader(commits, { [`${baseSha}...${headSha}`]: mergeBaseSha })
  const forbidden = new FakeSourceReader(commits)
  forbidden.permitted = false
  return { sources, forbidden, headSha, baseSha, mergeBaseSha, end: async () => {} }
}

export type GivenGitHubSources = GivenSources & { readonly github: SimulatedGitHub }

export async function givenGitHubSources(
  { before, changed }: GivenFiles,
  options: GitHubOptions = {},
): Promise<GivenGitHubSources> {
  const github = await startGitHub(options)
  const repository = await github.createRepository({ private: true, files: before })
  const pull = await repository.openPullRequest({ files: changed, fromFork: true })
  const { headSha, baseSha: mergeBaseSha, number } = pull
  const baseSha = await repository.push({ 'later.md': 'Meanwhile.\n' })
  const ref = { owner: repository.owner, repo: repository.name, number }
  github.token('blind', { login: 'github-actions[bot]', permissions: { pull_requests: 'write' } })
  return {
    ...{ github, headSha, baseSha, mergeBaseSha },
    sources: await sourcesAt(github, ref, defaultToken),
    forbidden: await sourcesAt(github, ref, 'blind'),
    end: async () => {
      await github.close()
      if (github.violations.length > 0) throw new Error(github.violations.join('\n'))
    },
  }
}

/** As on a server of which nothing but its REST API can be reached. */
export async function givenGitHubWithoutGraphql(files: GivenFiles): Promise<GivenGitHubSources> {
  const given = await givenGitHubSources(files)
  const behaviour = { status: 404, body: { message: 'Not Found' } }
  given.github.faults.add({ path: /^\/graphql$/, times: Number.POSITIVE_INFINITY, behaviour })
  return given
}

const Client = Octokit.plugin(...clientPlugins)

async function sourcesAt(
  github: SimulatedGitHub,
  ref: { readonly owner: string; readonly repo: string; readonly number: number },
  token: string,
): Promise<SourceReader> {
  const { sources } = await connectGitHub(
    (options) => new Client({ ...options, baseUrl: github.url }),
    { kind: 'token', token },
    ref,
    () => Date.now() + 20_000,
    silentLogger,
    () => {},
    new AbortController().signal,
  )
  return sources
}
