import { describe, expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import type { SimulatedGitHub, SimulatedPullRequest, SimulatedRepository } from './index.ts'
import { clientOf } from './test-client.ts'

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join('')
const changed = `${lines(1, 19)}changed 20\n${lines(21, 40)}`
const pullPath = '/repos/octo/demo/pulls/1'

let github: SimulatedGitHub
let repository: SimulatedRepository
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>

/** Two commits: line 20 of a.ts replaced, b.ts added. */
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository({ files: { 'a.ts': lines(1, 40) } })
  pull = await repository.openPullRequest({ files: { 'a.ts': changed }, author: { login: 'ann' } })
  await pull.push({ 'b.ts': 'b\n' }, {}, 'Add b')
  client = clientOf(github)
})

const patches = async () =>
  Object.fromEntries(
    (await client.get(`${pullPath}/files`)).json.map((file: { filename: string; patch: string }) => [
      file.filename,
      file.patch,
    ]),
  )
const comment = (anchor: object) => ({ path: 'a.ts', body: 'Why?', ...anchor })
const review = (...anchors: object[]) =>
  client.post(`${pullPath}/reviews`, { event: 'COMMENT', body: 'Hm.', comments: anchors.map(comment) })

describe('a rebase', () => {
  test('puts the same changes on the moved base, commit by commit, at other lines', async () => {
    const before = await patches()
    const base = await repository.push({ 'a.ts': `new 1\nnew 2\n${lines(1, 40)}`, 'c.ts': 'c\n' })
    const head = await pull.rebase()
    expect([pull.headSha, pull.baseSha]).toEqual([head, base])
    const after = await patches()
    const header = /^@@ .* @@/
    expect(before['a.ts']).toMatch(/^@@ -17,7 \+17,7 @@/)
    expect(after['a.ts']).toMatch(/^@@ -19,7 \+19,7 @@/)
    expect(after['a.ts'].replace(header, '')).toBe(before['a.ts'].replace(header, ''))
    expect(after).toEqual({ 'a.ts': after['a.ts'], 'b.ts': before['b.ts'] })
    const commits = (await client.get(`${pullPath}/commits`)).json
    expect(commits).toMatchObject([
      { commit: { message: 'Change the demo' }, parents: [{ sha: base }] },
      { commit: { message: 'Add b' } },
    ])
    expect(commits[1].sha).toBe(head)
  })

  test('says so in the event of a push', async () => {
    const before = pull.headSha
    await repository.push({ 'c.ts': 'c\n' })
    const after = await pull.rebase()
    expect(pull.event('synchronize')).toMatchObject({ before, after })
  })

  test('takes comments along on both sides, and shows old reviews on the new head', async () => {
    await review({ line: 20 }, { line: 20, side: 'LEFT' }, { start_line: 18, line: 20 })
    await repository.push({ 'a.ts': `new 1\nnew 2\n${lines(1, 40)}` })
    await pull.rebase()
    expect(pull.threads()).toMatchObject([
      { line: 22, side: 'RIGHT', isOutdated: false },
      { line: 22, side: 'LEFT', isOutdated: false },
      { startLine: 20, line: 22 },
    ])
    expect((await client.get(`${pullPath}/comments`)).json[0]).toMatchObject({
      line: 22,
      original_line: 20,
      commit_id: pull.headSha,
    })
    expect((await client.get(`${pullPath}/reviews`)).json[0].commit_id).toBe(pull.headSha)
  })

  test('leaves out merges, and what the base has by now', async () => {
    await repository.push({ 'b.ts': 'b\n', 'c.ts': 'c\n' })
    await pull.updateBranch()
    await pull.push({ 'd.ts': 'd\n' }, {}, 'Add d')
    await pull.rebase()
    const commits = (await client.get(`${pullPath}/commits`)).json
    expect(commits.map(({ commit }: { commit: { message: string } }) => commit.message)).toEqual([
      'Change the demo',
      'Add d',
    ])
    expect(Object.keys(await patches())).toEqual(['a.ts', 'd.ts'])
  })

  test('of a fork moves the branch of the fork', async () => {
    const forked = await repository.openPullRequest({
      files: { 'e.ts': 'e\n' },
      author: { login: 'eve' },
      fromFork: true,
    })
    await repository.push({ 'c.ts': 'c\n' })
    const head = await forked.rebase()
    expect((await client.get(`/repos/octo/demo/pulls/${forked.number}`)).json.head.sha).toBe(head)
    expect((await client.get('/repos/eve/demo/contents/e.ts?ref=feature-2')).status).toBe(200)
  })

  test('that conflicts fails and moves nothing', async () => {
    const before = pull.headSha
    await repository.push({ 'a.ts': `${lines(1, 19)}other 20\n${lines(21, 40)}` })
    await expect(pull.rebase()).rejects.toThrow('merge-tree')
    expect((await client.get(pullPath)).json.head.sha).toBe(before)
  })
})

test('a squash makes one commit of all and changes nothing else', async () => {
  await review({ line: 20 })
  const before = await patches()
  await repository.push({ 'a.ts': `new 1\n${lines(1, 40)}` })
  await pull.squash()
  expect(await patches()).toEqual(before)
  expect((await client.get(`${pullPath}/commits`)).json).toHaveLength(1)
  expect(pull.threads()).toMatchObject([{ line: 20, isOutdated: false }])
  await pull.rebase()
  expect(pull.threads()).toMatchObject([{ line: 21, isOutdated: false }])
})

test('a comment whose line is changed, or whose file is gone from the diff, is outdated for good', async () => {
  await review({ line: 20 }, { path: 'b.ts', line: 1 })
  const reviewed = pull.headSha
  await pull.push({ 'a.ts': `${lines(1, 19)}changed again\n${lines(21, 40)}`, 'b.ts': null })
  const comments = (await client.get(`${pullPath}/comments`)).json
  expect(comments).toMatchObject([
    { line: null, position: null, original_line: 20, commit_id: reviewed, original_commit_id: reviewed },
    { line: null, original_line: 1 },
  ])
  await pull.rebase()
  expect(pull.threads()).toMatchObject([
    { line: null, isOutdated: true },
    { line: null, isOutdated: true },
  ])
})
