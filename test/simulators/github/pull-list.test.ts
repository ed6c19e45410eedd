import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SimulatedGitHub, type SimulatedRepository, startGitHub } from './index.ts'
import { clientOf } from './test-client.ts'

const list = '/repos/octo/demo/pulls'

let github: SimulatedGitHub
let repository: SimulatedRepository
let now = new Date()
beforeEach(async () => {
  now = new Date('2026-03-01T00:00:00Z')
  github = await startGitHub({ now: () => now })
  repository = await github.createRepository({ files: { a: '1\n' } })
})
afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
})

async function open(files: Record<string, string>, branch?: string) {
  now = new Date(now.getTime() + 60_000)
  return repository.openPullRequest({ files, ...(branch === undefined ? {} : { branch }) })
}

async function numbers(query = '') {
  const { json } = await clientOf(github).get(`${list}${query}`)
  return json.map(({ number }: { number: number }) => number)
}

test('open pull requests are listed newest first, without what only one has', async () => {
  const first = await open({ a: '2\n' })
  await open({ a: '3\n' })
  expect(await numbers()).toEqual([2, 1])
  expect(await numbers('?direction=asc')).toEqual([1, 2])
  const { json } = await clientOf(github).get(list)
  expect(json[1]).toMatchObject({ head: { sha: first.headSha }, state: 'open', draft: false })
  expect(json[1]).not.toHaveProperty('changed_files')
  expect(json[1]).not.toHaveProperty('mergeable')
})

test('sorted by update, a push, a review, a comment or an edit brings a pull request forward', async () => {
  const [one, two, three] = [await open({ a: '2\n' }), await open({ a: '3\n' }), await open({ a: '4\n' })]
  const updated = '?sort=updated&direction=desc'
  const later = () => {
    now = new Date(now.getTime() + 60_000)
  }
  expect(await numbers(updated)).toEqual([3, 2, 1])
  later()
  await one.push({ a: '5\n' })
  expect(await numbers(updated)).toEqual([1, 3, 2])
  later()
  await clientOf(github).post(`${list}/2/reviews`, { event: 'COMMENT', body: 'x' })
  expect(await numbers(updated)).toEqual([2, 1, 3])
  later()
  three.comment('hello')
  expect(await numbers(updated)).toEqual([3, 2, 1])
  later()
  two.edit({ title: 'Another' })
  expect(await numbers(updated)).toEqual([2, 3, 1])
  expect(await numbers('?sort=updated')).toEqual([1, 3, 2])
})

test('closed ones are listed when asked for, and branches narrow the list', async () => {
  const closed = await open({ a: '2\n' })
  await open({ a: '3\n' }, 'feature')
  closed.close({ merged: true })
  expect(await numbers()).toEqual([2])
  expect(await numbers('?state=closed')).toEqual([1])
  expect(await numbers('?state=all')).toEqual([2, 1])
  expect(await numbers('?state=all&head=octo:feature')).toEqual([2])
  expect(await numbers('?base=elsewhere')).toEqual([])
  const { json } = await clientOf(github).get(`${list}?state=closed`)
  expect(json[0].merged_at).toBeTruthy()
})

test('the list comes in pages', async () => {
  for (const a of ['2', '3', '4']) await open({ a })
  const { headers } = await clientOf(github).get(`${list}?per_page=2`)
  expect(headers.get('link')).toContain(`${github.url}${list}?per_page=2&page=2>; rel="next"`)
  expect(await numbers('?per_page=2&page=2')).toEqual([1])
})

test('a private list needs the permission, and a fork that is gone is null', async () => {
  const hidden = await github.createRepository({ name: 'hidden', private: true, files: { a: '1\n' } })
  const pull = await hidden.openPullRequest({ files: { a: '2\n' }, fromFork: true, labels: ['bug'] })
  pull.deleteFork()
  github.token('blind', { login: 'app[bot]', permissions: { contents: 'read' } })
  expect((await clientOf(github, 'blind').get('/repos/octo/hidden/pulls')).status).toBe(403)
  const { json } = await clientOf(github).get('/repos/octo/hidden/pulls')
  expect(json[0]).toMatchObject({ head: { repo: null }, labels: [{ name: 'bug' }] })
})

test('a value GitHub does not know is noticed', async () => {
  const other = await startGitHub()
  await other.createRepository()
  await clientOf(other).get(`${list}?state=opened`)
  expect(other.violations).toEqual([`GET ${list}: query parameter state cannot be opened`])
  await other.close()
})
