import { describe, expect, it } from 'vitest'
import type { ChangedFile } from '../../src/pull-request.ts'
import { readQuotedCode } from '../../src/review/quoted-code.ts'
import { type FakeFiles, FakeSourceReader } from '../fakes/source-reader.ts'

const headSha = 'a'.repeat(40)
const never = new AbortController().signal
const finding = { path: 'src/a.ts', side: 'RIGHT', line: 2, code: '  return a\n    + b' } as const
const changedFile: ChangedFile = {
  ...{ path: 'src/a.ts', previousPath: null, status: 'modified', additions: 1, deletions: 1, sha: null },
  patch: '@@ -1 +1 @@\n-a\n+b',
}

const look = (
  head: FakeFiles,
  about: Partial<Parameters<typeof readQuotedCode>[0]> = {},
  file = changedFile,
) =>
  readQuotedCode(
    { ...finding, ...about },
    { files: [file], headSha },
    new FakeSourceReader({ [headSha]: head }),
    never,
  )
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`)

describe('lines that a finding quotes', () => {
  it('stand there still, wherever they moved and however they are indented', async () => {
    const text = [...numbered(100), 'return a', '+ b', ...numbered(100)].join('\n')
    const code = await look({ 'src/a.ts': text })
    expect(code).toMatchObject({
      isGone: false,
      patch: '',
      changed: expect.stringContaining('from line 101'),
    })
    expect(code.shown.map(({ number }) => number)).toEqual(Array.from({ length: 66 }, (_, at) => at + 76))
    expect(code.shown[25]).toEqual({ number: 101, text: 'return a' })
  })

  it('of several places are those nearest to where they were', async () => {
    const text = ['return a + b', ...numbered(48), 'return a + b', 'last'].join('\n')
    expect((await look({ 'src/a.ts': text }, { line: 40 })).changed).toContain('from line 50')
    expect((await look({ 'src/a.ts': text }, { line: 20 })).changed).toContain('from line 1.')
  })

  it('are gone once any of them has changed, which the patch may explain', async () => {
    const code = await look({ 'src/a.ts': 'x\nreturn a\n  - b\n' })
    expect(code).toMatchObject({ isGone: true, patch: changedFile.patch })
    expect(code.shown[1]).toEqual({ number: 2, text: 'return a' })
  })

  it('are gone with their file', async () => {
    expect(await look({ 'src/b.ts': 'return a + b' })).toMatchObject({ isGone: true, shown: [] })
  })

  it('are looked for where the file was moved to', async () => {
    const moved = { ...changedFile, path: 'src/b.ts', previousPath: 'src/a.ts' }
    expect(await look({ 'src/b.ts': 'return a + b' }, {}, moved)).toMatchObject({
      path: 'src/b.ts',
      isGone: false,
    })
  })

  it('that were deleted are mended when they stand there again', async () => {
    expect((await look({ 'src/a.ts': 'other' }, { side: 'LEFT' })).isGone).toBe(false)
    expect((await look({ 'src/a.ts': 'return a + b' }, { side: 'LEFT' })).isGone).toBe(true)
  })

  it.each([
    ['nobody remembers', { 'src/a.ts': 'other' }, { code: ' ' }],
    ['are in a file that is no text any more', { 'src/a.ts': Buffer.from([0, 1, 2]) }, {}],
  ])('prove nothing when they %s', async (_why, head, about) => {
    expect((await look(head, about)).isGone).toBe(false)
  })

  it('are found in a file too large to be read with others', async () => {
    const text = `${'x'.repeat(500_000)}\nreturn a + b`
    const code = await look({ 'src/a.ts': text })
    expect(code).toMatchObject({ isGone: false, changed: expect.stringContaining('from line 2') })
    expect(code.shown[0]?.text).toHaveLength(300)
  })
})
