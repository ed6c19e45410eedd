import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { SimulatedGitHub } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

test('a pull request, its files and its commits are what git says', async () => {
  const repository = await github.createRepository({ files: { 'a.ts': 'one\ntwo\n' } })
  const pull = await repository.openPullRequest({
    files: { 'a.ts': 'one\n2\n', 'b.ts': 'new\n' },
    author: { login: 'ann' },
  })
  const client = clientOf(github)
  const shown = (await client.get('/repos/octo/demo/pulls/1')).json
  expect(shown).toMatchObject({ additions: 2, deletions: 1, changed_files: 2, commits: 1, state: 'open' })
  expect(shown.head).toMatchObject({ sha: pull.headSha, repo: { full_name: 'octo/demo' } })
  const files = (await client.get('/repos/octo/demo/pulls/1/files')).json
  expect(files).toMatchObject([
    {
      filename: 'a.ts',
      status: 'modified',
      additions: 1,
      deletions: 1,
      patch: '@@ -1,2 +1,2 @@\n one\n-two\n+2',
    },
    { filename: 'b.ts', status: 'added', patch: '@@ -0,0 +1 @@\n+new' },
  ])
  const commits = (await client.get('/repos/octo/demo/pulls/1/commits')).json
  expect(commits).toMatchObject([{ sha: pull.headSha, author: { login: 'ann' } }])
})

test('every odd kind of change has the shape GitHub gives it', async () => {
  const long = Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n')
  const repository = await github.createRepository({
    files: {
      'crlf.txt': 'a\r\nb\r\n',
      'no-newline.txt': 'end',
      'old name.ts': long,
      'moved.ts': `${long}\n`,
      'mode.sh': 'run\n',
      'binary.png': Buffer.from([0, 1, 2]),
      'gone.ts': 'bye\n',
      'became-link': 'file\n',
    },
  })
  await repository.openPullRequest({
    renames: { 'old name.ts': 'naïve 名前.ts', 'moved.ts': 'dir/moved.ts' },
    files: {
      'crlf.txt': 'a\r\nB\r\n',
      'no-newline.txt': 'END',
      'dir/moved.ts': `${long}\nmore\n`,
      'mode.sh': { content: 'run\n', mode: '100755' },
      'binary.png': Buffer.from([0, 1, 3]),
      'gone.ts': null,
      'empty.txt': '',
      'became-link': { content: 'crlf.txt', mode: '120000' },
      'vendor/lib': { content: '1234567890123456789012345678901234567890', mode: '160000' },
      'quo"ted\ttab.ts': 'x\n',
      'looks-like-a-header.txt': '--- a/x\n+++ b/x\ndiff --git a/x b/x\n',
    },
  })
  const files = (await clientOf(github).get('/repos/octo/demo/pulls/1/files')).json
  const byName = Object.fromEntries(files.map((file: { filename: string }) => [file.filename, file]))
  expect(byName['crlf.txt'].patch).toBe('@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\r')
  expect(byName['no-newline.txt'].patch).toBe(
    '@@ -1 +1 @@\n-end\n\\ No newline at end of file\n+END\n\\ No newline at end of file',
  )
  expect(byName['naïve 名前.ts']).toMatchObject({
    status: 'renamed',
    previous_filename: 'old name.ts',
    changes: 0,
  })
  expect(byName['naïve 名前.ts']).not.toHaveProperty('patch')
  expect(byName['dir/moved.ts']).toMatchObject({
    status: 'renamed',
    previous_filename: 'moved.ts',
    additions: 1,
  })
  expect(byName['dir/moved.ts'].patch).toMatch(/\+more$/)
  expect(byName['mode.sh']).toMatchObject({ status: 'changed', changes: 0 })
  expect(byName['mode.sh']).not.toHaveProperty('patch')
  expect(byName['binary.png']).toMatchObject({ status: 'modified', changes: 0 })
  expect(byName['binary.png']).not.toHaveProperty('patch')
  expect(byName['gone.ts']).toMatchObject({ status: 'removed', patch: '@@ -1 +0,0 @@\n-bye' })
  expect(byName['empty.txt']).toMatchObject({ status: 'added', changes: 0 })
  expect(byName['empty.txt']).not.toHaveProperty('patch')
  expect(byName['became-link']).toMatchObject({ status: 'changed', additions: 1, deletions: 1 })
  expect(byName['vendor/lib'].patch).toContain('+Subproject commit 1234567890123456789012345678901234567890')
  expect(byName['quo"ted\ttab.ts']).toMatchObject({ status: 'added', patch: '@@ -0,0 +1 @@\n+x' })
  expect(byName['looks-like-a-header.txt'].patch).toBe(
    '@@ -0,0 +1,3 @@\n+--- a/x\n++++ b/x\n+diff --git a/x b/x',
  )
})

test('what GitHub calls too large keeps its counts and loses its patch', async () => {
  const repository = await github.createRepository()
  await repository.openPullRequest({
    files: { 'big.json': `"${'x'.repeat(600_000)}"\n`, 'told.ts': 'a\n' },
    tooLarge: ['told.ts'],
  })
  const files = (await clientOf(github).get('/repos/octo/demo/pulls/1/files')).json
  expect(files).toMatchObject([{ changes: 1 }, { changes: 1 }])
  for (const file of files) expect(file).not.toHaveProperty('patch')
})

test('files come in pages of 30, at most 100, linked by absolute URLs, and end at 3000', async () => {
  const repository = await github.createRepository()
  const files = Object.fromEntries(Array.from({ length: 3010 }, (_, n) => [`f/${n}.txt`, `${n}\n`]))
  await repository.openPullRequest({ files })
  const client = clientOf(github)
  const first = await client.get('/repos/octo/demo/pulls/1/files')
  expect(first.json).toHaveLength(30)
  expect(first.headers.get('link')).toBe(
    `<${github.url}/repos/octo/demo/pulls/1/files?page=2>; rel="next", <${github.url}/repos/octo/demo/pulls/1/files?page=100>; rel="last"`,
  )
  let next: string | undefined = '/repos/octo/demo/pulls/1/files?per_page=500'
  const names = new Set<string>()
  while (next) {
    const page = await client.get(next)
    for (const file of page.json) names.add(file.filename)
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
  }
  expect(names.size).toBe(3000)
  expect((await client.get('/repos/octo/demo/pulls/1')).json.changed_files).toBe(3010)
})

test('the diff media type is git text with a charset, and 406 beyond 300 files', async () => {
  const repository = await github.createRepository({ files: { a: '1\n' } })
  await repository.openPullRequest({ files: { a: '2\n' } })
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`f${n}`, 'x\n']))
  await repository.openPullRequest({ files: many })
  const client = clientOf(github)
  const diff = await client.get('/repos/octo/demo/pulls/1', { accept: 'application/vnd.github.v3.diff' })
  expect(diff.headers.get('content-type')).toBe('application/vnd.github.v3.diff; charset=utf-8')
  expect(diff.text).toContain('diff --git a/a b/a')
  const refused = await client.get('/repos/octo/demo/pulls/2', { accept: 'application/vnd.github.diff' })
  expect(refused.status).toBe(406)
  expect(refused.json.errors).toEqual([{ resource: 'PullRequest', field: 'diff', code: 'too_large' }])
})

test('compare tells a push, nothing new, a reset and a rewrite apart', async () => {
  const repository = await github.createRepository({ files: { a: '1\n' } })
  const pull = await repository.openPullRequest({ files: { a: '2\n' } })
  const first = pull.headSha
  const second = await pull.push({ b: 'b\n' })
  const rewritten = await pull.forcePush({ a: '3\n' })
  const client = clientOf(github)
  const status = async (range: string) => (await client.get(`/repos/octo/demo/compare/${range}`)).json.status
  expect(await status(`${first}...${second}`)).toBe('ahead')
  expect(await status(`${second}...${first}`)).toBe('behind')
  expect(await status(`${first}...${first}`)).toBe('identical')
  expect(await status(`${second}...${rewritten}`)).toBe('diverged')
  expect((await client.get(`/repos/octo/demo/compare/${'0'.repeat(40)}...${first}`)).status).toBe(404)
})

test('contents come as JSON or raw, at a ref, and folders as lists', async () => {
  const repository = await github.createRepository({ files: { 'src/ä.ts': 'hello\n', 'src/b.ts': '' } })
  const pull = await repository.openPullRequest({ files: { 'src/ä.ts': 'changed\n' }, fromFork: true })
  const client = clientOf(github)
  const path = '/repos/octo/demo/contents/src/%C3%A4.ts'
  const file = (await client.get(path)).json
  expect(Buffer.from(file.content, 'base64').toString()).toBe('hello\n')
  const raw = await client.get(`${path}?ref=${pull.headSha}`, { accept: 'application/vnd.github.raw+json' })
  expect(raw.text).toBe('changed\n')
  expect((await client.get('/repos/octo/demo/contents/src')).json).toHaveLength(2)
  expect((await client.get('/repos/octo/demo/contents/none')).status).toBe(404)
})

test('a fork has its own repository, until it is deleted', async () => {
  const repository = await github.createRepository()
  const pull = await repository.openPullRequest({
    files: { a: '1\n' },
    fromFork: true,
    author: { login: 'stranger' },
  })
  expect(pull.event('opened')).toMatchObject({
    action: 'opened',
    pull_request: {
      head: { repo: { full_name: 'stranger/demo', fork: true } },
      base: { repo: { fork: false } },
    },
  })
  pull.deleteFork()
  const shown = (await clientOf(github).get('/repos/octo/demo/pulls/1')).json
  expect(shown.head).toMatchObject({ label: `stranger:${shown.head.ref}`, repo: null })
})

test('a checkout has the branches and the heads of pull requests', async () => {
  const repository = await github.createRepository({ files: { a: '1\n' } })
  const pull = await repository.openPullRequest({ files: { a: '2\n' }, fromFork: true, branch: 'feature' })
  const refs = execFileSync('git', ['ls-remote', repository.gitDir]).toString()
  expect(refs).toContain(`${pull.baseSha}\trefs/heads/main`)
  expect(refs).toContain(`${pull.headSha}\trefs/pull/1/head`)
  expect(refs).not.toContain('refs/heads/feature')
})

test('events carry the whole pull request', async () => {
  const repository = await github.createRepository()
  const pull = await repository.openPullRequest({ files: { a: '1\n' } })
  const before = pull.headSha
  const after = await pull.push({ a: '2\n' })
  const event = pull.event('synchronize')
  expect(event).toMatchObject({
    action: 'synchronize',
    number: 1,
    before,
    after,
    sender: { login: 'contributor' },
  })
  const { json } = await clientOf(github).get('/repos/octo/demo/pulls/1')
  expect(event.pull_request).toEqual(json)
  expect(pull.comment('/patchpilot review')).toMatchObject({
    action: 'created',
    issue: { number: 1, pull_request: { url: json.url } },
    comment: { body: '/patchpilot review' },
  })
  expect(repository.dispatchEvent({ pull_request: '1' })).toMatchObject({ inputs: { pull_request: '1' } })
})
