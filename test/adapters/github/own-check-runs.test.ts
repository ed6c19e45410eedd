import { Octokit } from '@octokit/core'
import { expect, it } from 'vitest'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { listOwnCheckRuns } from '../../../src/adapters/github/own-check-runs.ts'

const head = { pullRequest: { owner: 'octo', repo: 'demo', number: 7 }, headSha: 'a'.repeat(40) }

/** Ids of the check runs taken for ours, and what was asked for. */
async function listed(appId: string, check_runs: readonly object[]) {
  let asked = ''
  const fetch = async (url: string) => {
    asked = url
    return Response.json({ total_count: check_runs.length, check_runs })
  }
  const api = new GitHubApi(new Octokit({ request: { fetch } }), () => {})
  const runs = await listOwnCheckRuns(api, appId, head, new AbortController().signal)
  return { ids: runs.map(({ id }) => id), query: new URL(asked).searchParams }
}

function run(id: number, about: object = {}) {
  const app = { id: 42, client_id: 'Iv23.abc' }
  return {
    id,
    status: 'queued',
    external_id: 'pull=7 tries=0',
    app,
    output: { annotations_count: 0 },
    ...about,
  }
}

it('an App is known by its number, whatever the server lists', async () => {
  const { ids, query } = await listed('42', [run(1), run(2, { app: { id: 43 } }), run(3, { app: null })])
  expect(ids).toEqual([1])
  expect(query.get('app_id')).toBe('42')
})

it('an App is known by its client ID, which the list cannot be asked for', async () => {
  const { ids, query } = await listed('Iv23.abc', [
    run(1),
    run(2, { app: { id: 43, client_id: 'Iv23.xyz' } }),
  ])
  expect(ids).toEqual([1])
  expect(query.has('app_id')).toBe(false)
})

it('those of other pull requests and those without our data are left out, the newest comes first', async () => {
  const runs = [
    run(1),
    run(3),
    run(2),
    run(4, { external_id: 'pull=8 tries=0' }),
    run(5, { external_id: '' }),
    run(6, { external_id: null }),
    run(7, { external_id: 'pull=7 tries=0 and more' }),
  ]
  expect((await listed('42', runs)).ids).toEqual([3, 2, 1])
})
