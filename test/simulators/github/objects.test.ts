import { expect, test } from 'vitest'
import { cpuClock } from '../../cpu-clock.ts'
import { useFreshGitHub } from './fresh-github.ts'
import type { FileChanges, SimulatedGitHub, SimulatedRepository } from './index.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

/** Asks for one object by an expression, in the default repository. */
async function objectAt(expression: string, fields: string) {
  const { data, errors } = await clientOf(github).graphql(
    `query ($expression: String!) { repository(owner: "octo", name: "demo") { object(expression: $expression) { ${fields} } } }`,
    { expression },
  )
  expect(errors).toBeUndefined()
  return data.repository.object
}

const textAt = async (expression: string) => (await objectAt(expression, '... on Blob { text }'))?.text

function create(files: FileChanges): Promise<SimulatedRepository> {
  return github.createRepository({ files })
}

const submodule = { content: '1234567890123456789012345678901234567890', mode: '160000' } as const

test.each([
  ['plain', 'src/a.ts'],
  ['spaces', 'a folder/a file.ts'],
  ['quotes', `it's "quoted"\\.ts`],
  ['Unicode', 'naïve/名前.ts'],
  ['colons', 'a:b/c:d.ts'],
  ['line breaks', 'two\nlines.ts'],
  ['tabs', 'a\ttab.ts'],
  ['braces', 'src/{a:b}@{c}.ts'],
  ['a leading dash', '-x.ts'],
  ['a leading colon', ':/a.ts'],
])('a file is found by a path with %s, and nothing beside it', async (_, path) => {
  const repository = await create({ [path]: `text of ${path}` })
  const commit = repository.state.branches.get('main')
  expect(await textAt(`${commit}:${path}`)).toBe(`text of ${path}`)
  expect(await textAt(`${commit}:${path}.none`)).toBeUndefined()
})

test.each([
  'none',
  'main:none',
  'main@{upstream}',
  'main@{yesterday}:a.ts',
  'main:./a.ts',
  'main:../a.ts',
  'main:/a.ts',
  '',
  '--all',
  `${'0'.repeat(40)}:a.ts`,
])('%j names nothing, and what is asked next is found', async (expression) => {
  await create({ 'a.ts': 'one\n' })
  const asked = [objectAt(expression, '__typename'), textAt('main:a.ts')]
  expect(await Promise.all(asked)).toEqual([null, 'one\n'])
})

test('a commit is found while the repository grows', async () => {
  const repository = await create({ 'a.ts': '1\n' })
  expect(await textAt('main:a.ts')).toBe('1\n')
  const pushed = await repository.push({ 'a.ts': '2\n' })
  expect(await textAt('main:a.ts')).toBe('2\n')
  expect(await objectAt(pushed, '__typename ... on Commit { oid messageHeadline }')).toEqual({
    __typename: 'Commit',
    oid: pushed,
    messageHeadline: 'Change the base',
  })
})

test('a folder lists what is in it, with the paths that lead there', async () => {
  await create({
    'src/app.ts': 'app\n',
    'src/run.sh': { content: '#!/bin/sh\n', mode: '100755' },
    'src/link': { content: 'app.ts', mode: '120000' },
    'src/deep/er.ts': 'deeper\n',
    'src/lib': submodule,
  })
  const fields = '... on Tree { entries { name path type mode size oid object { __typename oid } } }'
  const { entries } = await objectAt('main:src', fields)
  const [blob, tree] = [{ __typename: 'Blob' }, { __typename: 'Tree' }]
  expect(entries).toMatchObject([
    { name: 'app.ts', path: 'src/app.ts', type: 'blob', mode: 0o100644, size: 4, object: blob },
    { name: 'deep', path: 'src/deep', type: 'tree', mode: 0o040000, size: 0, object: tree },
    { name: 'lib', path: 'src/lib', type: 'commit', mode: 0o160000, size: 0, object: null },
    { name: 'link', path: 'src/link', type: 'blob', mode: 0o120000, size: 6, object: blob },
    { name: 'run.sh', path: 'src/run.sh', type: 'blob', mode: 0o100755, size: 10, object: blob },
  ])
  for (const { oid, object } of entries) expect(object?.oid ?? oid).toBe(oid)
  expect(await objectAt('main:src/', fields)).toEqual({ entries })
  const root = await objectAt('main:', '... on Tree { entries { path } }')
  expect(root).toEqual({ entries: [{ path: 'src' }] })
})

test('folders nest in one query, and a tree by its id knows no path above it', async () => {
  await create({ 'a/b/c.ts': 'c\n' })
  const nested = await objectAt(
    'main:',
    '... on Tree { entries { object { ... on Tree { oid entries { path object { ... on Tree { entries { path object { ... on Blob { text } } } } } } } } } }',
  )
  const folder = nested.entries[0].object
  expect(folder.entries).toEqual([
    { path: 'a/b', object: { entries: [{ path: 'a/b/c.ts', object: { text: 'c\n' } }] } },
  ])
  const { data } = await clientOf(github).graphql(
    `query ($oid: GitObjectID!) { repository(owner: "octo", name: "demo") {
      tree: object(oid: $oid) { ... on Tree { entries { path } } } short: object(oid: "${folder.oid.slice(0, 7)}") { oid } } }`,
    { oid: folder.oid },
  )
  expect(data.repository).toEqual({ tree: { entries: [{ path: 'b' }] }, short: null })
})

test('a submodule is no object, a symbolic link is the text of its target', async () => {
  await create({ lib: submodule, link: { content: 'not/here', mode: '120000' } })
  expect(await objectAt('main:lib', '__typename')).toBeNull()
  expect(await objectAt('main:lib/inside', '__typename')).toBeNull()
  expect(await textAt('main:link')).toBe('not/here')
})

test('text is null for binary files, mended where it is not UTF-8, and cut where it is long', async () => {
  const long = 'x'.repeat(600_000)
  await create({
    binary: Buffer.from([65, 0, 66]),
    latin1: Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]),
    empty: '',
    long,
    'long-binary': Buffer.alloc(600_000),
    late: Buffer.concat([Buffer.alloc(8000, 'a'), Buffer.from([0])]),
  })
  const fields = '... on Blob { text byteSize isBinary isTruncated }'
  const blob = (expression: string) => objectAt(`main:${expression}`, fields)
  expect(await blob('binary')).toEqual({ text: null, byteSize: 3, isBinary: true, isTruncated: false })
  expect(await blob('latin1')).toEqual({
    text: 'caf\uFFFD\n',
    byteSize: 5,
    isBinary: false,
    isTruncated: false,
  })
  expect(await blob('empty')).toEqual({ text: '', byteSize: 0, isBinary: false, isTruncated: false })
  expect(await blob('long')).toEqual({
    text: long.slice(0, 512_000),
    byteSize: 600_000,
    isBinary: false,
    isTruncated: true,
  })
  expect(await blob('long-binary')).toMatchObject({ text: null, isTruncated: false })
  expect(await blob('late')).toMatchObject({ isBinary: false, byteSize: 8001 })
})

test('two hundred files are one quick query', async () => {
  const paths = Array.from({ length: 200 }, (_, index) => `src/file ${index}.ts`)
  await create(Object.fromEntries(paths.map((path) => [path, `${path}\n`.repeat(200)])))
  await textAt('main:none')
  const aliases = paths.map(
    (path, index) => `f${index}: object(expression: "main:${path}") { ... on Blob { text byteSize } }`,
  )
  const spentMs = cpuClock()
  const { data } = await clientOf(github).graphql(
    `{ repository(owner: "octo", name: "demo") { ${aliases.join('\n')} } }`,
  )
  expect(spentMs()).toBeLessThan(1_000)
  expect(paths.filter((path, index) => data.repository[`f${index}`].text.startsWith(`${path}\n`))).toEqual(
    paths,
  )
})
