import { expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import { type SimulatedGitHub, startGitHub } from './index.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

const get = (path: string, accept?: string) =>
  clientOf(github).get(`/repos/octo/demo/${path}`, accept === undefined ? {} : { accept })
const raw = 'application/vnd.github.raw+json'
const submodule = { content: '1234567890123456789012345678901234567890', mode: '160000' } as const
const link = (content: string) => ({ content, mode: '120000' }) as const

test('a tree is listed one level deep, or whole with folders before what is in them', async () => {
  const repository = await github.createRepository({
    files: { 'b/c.ts': 'c\n', 'b/run': { content: '', mode: '100755' }, a: link('b'), lib: submodule },
  })
  const commit = repository.state.branches.get('main')
  const { json } = await get(`git/trees/${commit}`)
  expect(json).toMatchObject({ sha: commit, truncated: false })
  expect(json.tree).toEqual([
    expect.objectContaining({ path: 'a', mode: '120000', type: 'blob', size: 1 }),
    expect.objectContaining({ path: 'b', mode: '040000', type: 'tree' }),
    { path: 'lib', mode: '160000', type: 'commit', sha: submodule.content },
  ])
  expect(json.tree[1]).not.toHaveProperty('size')
  expect((await clientOf(github).get(json.tree[1].url)).json.tree).toMatchObject([
    { path: 'c.ts' },
    { path: 'run' },
  ])
  for (const recursive of ['1', 'false']) {
    const whole = (await get(`git/trees/main?recursive=${recursive}`)).json
    expect(whole.tree.map(({ path }: { path: string }) => path)).toEqual(['a', 'b', 'b/c.ts', 'b/run', 'lib'])
    expect(whole.tree[3]).toMatchObject({ mode: '100755', size: 0 })
  }
})

test('only trees are trees, and only full names of blobs are blobs', async () => {
  await github.createRepository({ files: { 'src/a.ts': 'a\n' } })
  const { tree } = (await get('git/trees/main?recursive=1')).json
  const [folder, file] = tree
  for (const name of [file.sha, '0'.repeat(40), 'none', 'main:src']) {
    expect((await get(`git/trees/${name}`)).status).toBe(404)
  }
  for (const name of [folder.sha, '0'.repeat(40)]) {
    expect((await get(`git/blobs/${name}`)).status).toBe(404)
  }
  const refused = await get(`git/blobs/${file.sha.slice(0, 10)}`)
  expect(refused).toMatchObject({
    status: 422,
    json: { message: 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].' },
  })
})

test('a recursive tree is truncated where a test wants it, one level never', async () => {
  const small = await startGitHub({ treeLimit: 3 })
  await small.createRepository({ files: { 'a/1': '', 'a/2': '', 'a/3': '', b: '', c: '', d: '' } })
  const client = clientOf(small)
  const whole = (await client.get('/repos/octo/demo/git/trees/main?recursive=1')).json
  expect(whole).toMatchObject({ truncated: true, tree: [{ path: 'a' }, { path: 'a/1' }, { path: 'a/2' }] })
  const level = (await client.get('/repos/octo/demo/git/trees/main')).json
  expect(level).toMatchObject({ truncated: false, tree: { length: 4 } })
  expect(small.violations).toEqual([])
  await small.close()
})

test('a recursive tree is truncated at seven megabytes', async () => {
  const long = 'x'.repeat(40_000)
  const paths = Array.from({ length: 200 }, (_, index) => `${1000 + index}-${long}`)
  await github.createRepository({ files: Object.fromEntries(paths.map((path) => [path, ''])) })
  const { json, text } = await get('git/trees/main?recursive=1')
  expect(json.truncated).toBe(true)
  expect(json.tree.map(({ path }: { path: string }) => path)).toEqual(paths.slice(0, json.tree.length))
  expect(Math.round(text.length / 1024 / 1024)).toBe(7)
})

test('a blob comes in base64, or raw byte for byte', async () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256))
  await github.createRepository({ files: { 'x.bin': bytes, empty: '' } })
  const { tree } = (await get('git/trees/main')).json
  const blob = (await get(`git/blobs/${tree[1].sha}`)).json
  expect(blob).toMatchObject({ sha: tree[1].sha, size: 1000, encoding: 'base64' })
  expect(Buffer.from(blob.content, 'base64')).toEqual(bytes)
  expect((await get(`git/blobs/${tree[0].sha}`)).json).toMatchObject({ size: 0, content: '' })
  const response = await fetch(`${github.url}/repos/octo/demo/git/blobs/${tree[1].sha}`, {
    headers: { accept: raw },
  })
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
})

test('raw contents go beyond the megabyte that JSON ends at', async () => {
  const long = `${'x'.repeat(2_000_000)}\n`
  const repository = await github.createRepository({ files: { 'a #?%.txt': 'old\n' } })
  const pull = await repository.openPullRequest({ files: { 'a #?%.txt': long } })
  const path = `contents/${encodeURIComponent('a #?%.txt')}`
  expect((await get(path, raw)).text).toBe('old\n')
  expect((await get(`${path}?ref=${pull.headSha}`, raw)).text).toBe(long)
  expect(await get(`${path}?ref=${pull.headSha}`)).toMatchObject({
    status: 403,
    json: { errors: [{ code: 'too_large' }] },
  })
})

test('contents follow a symbolic link to a file, and describe any other', async () => {
  await github.createRepository({
    files: {
      'src/a.ts': 'a\n',
      'src/to-file': link('../src/a.ts'),
      'src/out': link('/etc/passwd'),
      lib: submodule,
    },
  })
  expect((await get('contents/src/to-file', raw)).text).toBe('a\n')
  expect((await get('contents/src/out')).json).toMatchObject({ type: 'symlink', target: '/etc/passwd' })
  expect((await get('contents/lib')).json).toMatchObject({ type: 'submodule', sha: submodule.content })
  const listed = (await get('contents/src')).json
  expect(listed).toMatchObject([
    { name: 'a.ts', path: 'src/a.ts', type: 'file', size: 2 },
    { name: 'out', type: 'symlink', size: 11 },
    { name: 'to-file', type: 'symlink' },
  ])
  expect((await get('contents/')).json).toMatchObject([{ name: 'lib', type: 'file' }, { type: 'dir' }])
})

test('a folder lists a thousand entries and says nothing of the others', async () => {
  const files = Object.fromEntries(Array.from({ length: 1005 }, (_, index) => [`f/${index}`, '']))
  await github.createRepository({ files })
  expect((await get('contents/f')).json).toHaveLength(1000)
})

test('a comparison has its files on the first page only, and its merge base on every one', async () => {
  const repository = await github.createRepository({ files: { a: '1\n' } })
  const pull = await repository.openPullRequest({ files: { a: '2\n' } })
  await repository.push({ b: 'b\n' })
  const tip = repository.state.branches.get('main')
  const first = await get(`compare/${tip}...${pull.headSha}?per_page=1`)
  expect(first.json).toMatchObject({ status: 'diverged', ahead_by: 1, files: [{ filename: 'a' }] })
  const second = (await get(`compare/${tip}...${pull.headSha}?per_page=1&page=2`)).json
  expect(second).toMatchObject({ merge_base_commit: { sha: pull.baseSha }, commits: [] })
  expect(second).not.toHaveProperty('files')
})

test('objects of a private repository need the permission to read contents', async () => {
  await github.createRepository({ private: true, files: { a: '1\n' } })
  github.token('blind', { login: 'app[bot]', permissions: { pull_requests: 'write' } })
  const { tree } = (await get('git/trees/main')).json
  for (const path of ['git/trees/main', `git/blobs/${tree[0].sha}`]) {
    expect((await clientOf(github, 'blind').get(`/repos/octo/demo/${path}`)).status).toBe(403)
  }
})
