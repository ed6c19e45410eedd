import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CancelledError, FixableError } from '../../src/errors.ts'
import {
  type GivenSources,
  givenFakeSources,
  givenGitHubSources,
  givenGitHubWithoutGraphql,
} from './given-sources.ts'

const texts = {
  'src/windows.ts': 'const a = 1\r\nconst b = 2\r\n',
  'src/no-newline.ts': 'const a = 1',
  'src/mark.ts': '\uFEFFconst a = 1\n',
  'src/naïve “quote” 漢字.ts': 'const a = "ü"\n',
  'src/"quoted"\tand\\back.ts': 'const a = 1\n',
  'docs/50% of #1? {a}:b.md': 'Half.\n',
  'empty.txt': '',
}
const submoduleCommit = '5'.repeat(40)
const large = `${'x'.repeat(99)}\n`.repeat(5000)
const files = {
  before: { 'README.md': '# Before\n', 'src/lib/deep.ts': 'export {}\n' },
  changed: {
    ...texts,
    'README.md': '# After\n',
    'run.sh': { content: '#!/bin/sh\n', mode: '100755' },
    'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
    'link.ts': { content: 'src/windows.ts', mode: '120000' },
    'vendor/module': { content: submoduleCommit, mode: '160000' },
    'large.txt': large,
    'large.bin': Buffer.alloc(500_000),
  },
} as const

const never = new AbortController().signal

describe.each([
  ['the fake', givenFakeSources],
  ['GitHub', givenGitHubSources],
  ['GitHub without GraphQL', givenGitHubWithoutGraphql],
])('a source reader: %s', (_name, start) => {
  let given: GivenSources
  beforeAll(async () => {
    given = await start(files)
  })
  afterAll(() => given.end())

  const read = (...paths: string[]) =>
    given.sources.read(
      paths.map((path) => ({ commit: given.headSha, path })),
      never,
    )
  const readWhole = (path: string) => given.sources.readWhole({ commit: given.headSha, path }, never)

  it('reads texts byte for byte, whatever their names', async () => {
    const expected = Object.values(texts).map((text) => ({ kind: 'text', text }))
    expect(await read(...Object.keys(texts))).toEqual(expected)
  })

  it.each(Object.entries(texts))('reads the whole of %j, byte for byte', async (path, text) => {
    expect(await readWhole(path)).toBe(text)
  })

  it('answers in the order asked for, also what was asked twice', async () => {
    const { headSha: head, baseSha: base } = given
    const path = 'README.md'
    const places = [head, base, head].map((commit) => ({ commit, path }))
    const [after, before] = ['# After\n', '# Before\n'].map((text) => ({ kind: 'text', text }))
    expect(await given.sources.read(places, never)).toEqual([after, before, after])
  })

  it('reads nothing when asked for nothing', async () => {
    expect(await read()).toEqual([])
  })

  it('finds nothing where nothing is', async () => {
    const absent = ['gone.ts', 'src/gone.ts', 'gone/too.ts', 'README.md/not-a-folder.ts']
    expect(await read(...absent)).toEqual(absent.map(() => null))
  })

  it('finds nothing in a submodule, and in its place', async () => {
    expect(await read('vendor/module', 'vendor/module/inside.ts')).toEqual([null, null])
  })

  it('shows a symbolic link as what it says, not as what it leads to', async () => {
    expect(await read('link.ts')).toEqual([{ kind: 'text', text: 'src/windows.ts' }])
  })

  it('tells binary files', async () => {
    expect(await read('logo.png')).toEqual([{ kind: 'binary' }])
    expect(await readWhole('logo.png')).toBeNull()
    expect(await readWhole('large.bin')).toBeNull()
  })

  it('leaves a large file to be read by itself', async () => {
    expect(await read('large.txt', 'README.md')).toEqual([
      { kind: 'large', byteSize: large.length },
      { kind: 'text', text: '# After\n' },
    ])
    expect(await readWhole('large.txt')).toBe(large)
  })

  it('lists a folder', async () => {
    const [sources] = await read('src')
    expect(sources).toEqual({
      kind: 'folder',
      entries: [
        { name: '"quoted"\tand\\back.ts', kind: 'file', byteSize: 12 },
        { name: 'lib', kind: 'folder', byteSize: null },
        { name: 'mark.ts', kind: 'file', byteSize: 15 },
        { name: 'naïve “quote” 漢字.ts', kind: 'file', byteSize: 15 },
        { name: 'no-newline.ts', kind: 'file', byteSize: 11 },
        { name: 'windows.ts', kind: 'file', byteSize: 26 },
      ],
    })
    expect(await read('vendor')).toEqual([
      { kind: 'folder', entries: [{ name: 'module', kind: 'other', byteSize: null }] },
    ])
  })

  it('lists the root folder', async () => {
    const [root] = await read('')
    expect(root).toMatchObject({ kind: 'folder' })
    expect(root?.kind === 'folder' && root.entries.map(({ name }) => name)).toEqual([
      ...['README.md', 'docs', 'empty.txt', 'large.bin', 'large.txt', 'link.ts', 'logo.png'],
      ...['run.sh', 'src', 'vendor'],
    ])
  })

  it('finds where the pull request began', async () => {
    const { sources, baseSha, headSha, mergeBaseSha } = given
    expect(await sources.mergeBase(baseSha, headSha, never)).toBe(mergeBaseSha)
  })

  it('reads the tree of a commit: all of its files, and no folders', async () => {
    const { files: found, complete } = await given.sources.readTree(given.headSha, never)
    expect(complete).toBe(true)
    expect([...found.keys()].toSorted()).toEqual(
      Object.keys({ ...files.before, ...files.changed }).toSorted(),
    )
    expect(found.get('empty.txt')).toEqual({
      mode: '100644',
      sha: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
    })
    expect(found.get('run.sh')?.mode).toBe('100755')
    expect(found.get('link.ts')?.mode).toBe('120000')
    expect(found.get('vendor/module')).toEqual({ mode: '160000', sha: submoduleCommit })
  })

  it('says which permission is missing', async () => {
    const { forbidden, headSha: commit, baseSha } = given
    const place = { commit, path: 'README.md' }
    const attempts = [
      () => forbidden.read([place], never),
      () => forbidden.readWhole(place, never),
      () => forbidden.mergeBase(baseSha, commit, never),
      () => forbidden.readTree(commit, never),
    ]
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toThrow(FixableError)
      await expect(attempt()).rejects.toThrow('contents: read')
    }
  })

  it('stops when it is told to', async () => {
    const { sources, headSha: commit, baseSha } = given
    const place = { commit, path: 'README.md' }
    const stop = AbortSignal.abort()
    await expect(sources.read([place], stop)).rejects.toThrow(CancelledError)
    await expect(sources.readWhole(place, stop)).rejects.toThrow(CancelledError)
    await expect(sources.mergeBase(baseSha, commit, stop)).rejects.toThrow(CancelledError)
    await expect(sources.readTree(commit, stop)).rejects.toThrow(CancelledError)
  })
})
