import { expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import type { FileChange, FileChanges, SimulatedGitHub } from './index.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

/** The only file of a pull request, as REST lists it. */
async function listed(before: FileChanges, after: FileChanges, renames: Record<string, string> = {}) {
  const repository = await github.createRepository({ files: { 'README.md': '# Demo\n', ...before } })
  await repository.openPullRequest({ files: after, renames })
  const { json } = await clientOf(github).get('/repos/octo/demo/pulls/1/files')
  expect(json).toHaveLength(1)
  return json[0]
}

const executable = (content: string) => ({ content, mode: '100755' }) as const
const link = (content: string) => ({ content, mode: '120000' }) as const
const submodule = (digit: string) => ({ content: digit.repeat(40), mode: '160000' }) as const
const noNewline = '\\ No newline at end of file'

test.each<[string, FileChange | undefined, FileChange, string, number, number, string]>([
  ['a new file', undefined, 'a\nb\n', 'added', 2, 0, '@@ -0,0 +1,2 @@\n+a\n+b'],
  ['a deleted file', 'a\n', null, 'removed', 0, 1, '@@ -1 +0,0 @@\n-a'],
  ['an empty file filled', '', 'a\n', 'modified', 1, 0, '@@ -0,0 +1 @@\n+a'],
  ['a file emptied', 'a\n', '', 'modified', 0, 1, '@@ -1 +0,0 @@\n-a'],
  ['new line endings', 'a\r\nb\n', 'a\nb\n', 'modified', 1, 1, '@@ -1,2 +1,2 @@\n-a\r\n+a\n b'],
  ['a carriage return inside a line', 'a\n', 'a\rb\n', 'modified', 1, 1, '@@ -1 +1 @@\n-a\n+a\rb'],
  ['the last newline added', 'a', 'a\n', 'modified', 1, 1, `@@ -1 +1 @@\n-a\n${noNewline}\n+a`],
  ['the last newline removed', 'a\n', 'a', 'modified', 1, 1, `@@ -1 +1 @@\n-a\n+a\n${noNewline}`],
  ['a new mode with new text', 'a\n', executable('b\n'), 'modified', 1, 1, '@@ -1 +1 @@\n-a\n+b'],
  ['a new symbolic link', undefined, link('to'), 'added', 1, 0, `@@ -0,0 +1 @@\n+to\n${noNewline}`],
  [
    'a symbolic link to elsewhere',
    link('to'),
    link('on'),
    'modified',
    1,
    1,
    `@@ -1 +1 @@\n-to\n${noNewline}\n+on\n${noNewline}`,
  ],
  [
    'a file that becomes a symbolic link',
    'a\n',
    link('to'),
    'changed',
    1,
    1,
    `@@ -1 +0,0 @@\n-a\n@@ -0,0 +1 @@\n+to\n${noNewline}`,
  ],
  [
    'a submodule at another commit',
    submodule('1'),
    submodule('2'),
    'modified',
    1,
    1,
    `@@ -1 +1 @@\n-Subproject commit ${'1'.repeat(40)}\n+Subproject commit ${'2'.repeat(40)}`,
  ],
  [
    'a new submodule',
    undefined,
    submodule('1'),
    'added',
    1,
    0,
    `@@ -0,0 +1 @@\n+Subproject commit ${'1'.repeat(40)}`,
  ],
  ['a binary file that becomes text', Buffer.from([0, 1]), 'a\n', 'modified', 0, 0, ''],
  ['a new binary file', undefined, Buffer.from([0, 1]), 'added', 0, 0, ''],
  ['a deleted binary file', Buffer.from([0, 1]), null, 'removed', 0, 0, ''],
  ['a new empty file', undefined, '', 'added', 0, 0, ''],
  ['a deleted empty file', '', null, 'removed', 0, 0, ''],
  ['nothing but a mode', 'a\n', executable('a\n'), 'changed', 0, 0, ''],
])('%s', async (_, before, after, status, additions, deletions, patch) => {
  const file = await listed(before === undefined ? {} : { x: before }, { x: after })
  expect(file).toMatchObject({ filename: 'x', status, additions, deletions, changes: additions + deletions })
  expect(file.patch ?? '').toBe(patch)
  expect(file).not.toHaveProperty('previous_filename')
})

const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`)

test.each<[string, FileChanges, object]>([
  ['alone', {}, { changes: 0 }],
  ['with a new mode', { new: executable(lines.join('')) }, { changes: 0 }],
  [
    'with a change',
    { new: ['first\n', ...lines].join('') },
    { changes: 1, patch: '@@ -1,3 +1,4 @@\n+first\n line 0\n line 1\n line 2' },
  ],
])('a rename %s has its old name', async (_, files, shape) => {
  const file = await listed({ old: lines.join('') }, files, { old: 'new' })
  expect(file).toMatchObject({ status: 'renamed', filename: 'new', previous_filename: 'old', ...shape })
  expect('patch' in file).toBe('patch' in shape)
})

test.each([
  'a "quoted"\\name.ts',
  'naïve 名前.ts',
  'two\nlines.ts',
  'a\ttab.ts',
  ' spaces ',
  'a => b',
  '{a => b}.ts',
])('a file called %j keeps its name, in REST and in GraphQL, and its address works', async (name) => {
  const old = `old ${name}`
  const file = await listed({ [old]: lines.join('') }, { [name]: `${lines.join('')}x\n` }, { [old]: name })
  expect(file).toMatchObject({ filename: name, previous_filename: old, additions: 1, deletions: 0 })
  const client = clientOf(github)
  const raw = await client.get(file.contents_url, { accept: 'application/vnd.github.raw+json' })
  expect(raw.text).toBe(`${lines.join('')}x\n`)
  const { data } = await client.graphql(
    '{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) { files(first: 5) { nodes { path changeType } } } } }',
  )
  expect(data.repository.pullRequest.files.nodes).toEqual([{ path: name, changeType: 'RENAMED' }])
})

test('one line of a megabyte is counted, and has no patch', async () => {
  const file = await listed({ 'data.json': `${'x'.repeat(1_000_000)}\n` }, { 'data.json': '{}\n' })
  expect(file).toMatchObject({ additions: 1, deletions: 1 })
  expect(file).not.toHaveProperty('patch')
})
