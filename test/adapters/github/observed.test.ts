import { Octokit } from '@octokit/core'
import { describe, expect, it } from 'vitest'
import { clientPlugins } from '../../../src/adapters/github/client-options.ts'
import { connectGitHub } from '../../../src/adapters/github/connect.ts'
import type { Observation } from '../../../src/ports/observer.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { type Behaviour, defaultToken, limitAnswers, startGitHub } from '../../simulators/github/index.ts'

/** What is observed of the list of files while a pull request is read, durations left out. */
async function observed(
  behaviour: Behaviour | null,
  onEnd: (close: () => Promise<void>) => void,
): Promise<readonly object[]> {
  const github = await startGitHub()
  onEnd(() => github.close())
  const repository = await github.createRepository({ owner: 'octo', name: 'demo' })
  const { number } = await repository.openPullRequest({ files: { 'a.ts': 'const a = 1\n' } })
  if (behaviour !== null) github.faults.add({ path: /files/, behaviour })
  const seen: Observation[] = []
  const Client = Octokit.plugin(...clientPlugins)
  const ref = { owner: 'octo', repo: 'demo', number }
  const { signal } = new AbortController()
  const { pullRequests } = await connectGitHub(
    (options) => new Client({ ...options, baseUrl: github.url }),
    { kind: 'token', token: defaultToken },
    ref,
    () => Date.now() + 20_000,
    silentLogger,
    (observation) => seen.push(observation),
    signal,
  )
  await pullRequests.snapshot(ref, signal)
  const requests = seen.filter((one) => one.kind === 'github-request')
  expect(requests).toHaveLength(github.requests.length)
  return seen
    .filter((one) => one.kind !== 'github-request' || one.path.endsWith('/files'))
    .map((one) => (one.kind === 'github-request' ? { method: one.method, status: one.status } : one))
}

const ok = { method: 'GET', status: 200 }

describe('what is observed of GitHub', () => {
  it.concurrent('is each request, without a retry where none was needed', async ({ onTestFinished }) => {
    expect(await observed(null, onTestFinished)).toEqual([ok])
  })

  it.concurrent.for<[string, string, Behaviour, unknown]>([
    ['server_error', 'a failure', { status: 502 }, 502],
    ['network', 'a broken connection', 'reset', 'network_error'],
    ['rate_limit', 'a limit', limitAnswers.secondary({ status: 429, retryAfter: 1 }), 429],
    ['rate_limit', 'a limit with another status', limitAnswers.secondary({ retryAfter: 1 }), 403],
  ])(
    'is a retry because of %s after %s, and the wait before it',
    async ([reason, , behaviour, status], { onTestFinished }) => {
      const [failed, waited, retried, again, ...others] = await observed(behaviour, onTestFinished)
      expect(failed).toEqual({ method: 'GET', status })
      expect(waited).toMatchObject({ kind: 'wait', target: 'github' })
      expect(retried).toMatchObject({ kind: 'retry', target: 'github', reason })
      expect(again).toEqual(ok)
      expect(others).toEqual([])
    },
  )
})
