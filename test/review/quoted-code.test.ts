import { describe, expect, it } from 'vitest'
import type { StandingFinding } from '../../src/finding/marker.ts'
import type { ChangedFile } from '../../src/pull-request.ts'
import { readQuotedCode } from '../../src/review/quoted-code.ts'
import { type FakeFiles, FakeSourceReader } from '../fakes/source-reader.ts'

const headSha = 'a'.repeat(40)
const never = new AbortController().signal
const finding: StandingFinding = {
  ...{ fingerprint: 'f00d', path: 'src/a.ts', side: 'RIGHT', startLine: 2, line: 3 },
  ...{ severity: 'high', category: 'bug', title: 'T', confidence: 0.9, gist: '' },
  code: '  return a\n    + b',
}
const changedFile: ChangedFile = {
  ...{ path: 'src/a.ts', previousPath: null, status: 'modified', additions: 1, deletions: 1, sha: null },
  patch: '@@ -1 +1 @@\n-a\n+b',
}

const look = (head: FakeFiles, about: Partial<StandingFinding> = {}, file = changedFile) =>
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

  it('are gone once any of them has changed, which the patch may explain', async () => {
    const code = await look({ 'src/a.ts': 'x\nreturn a\n  - b\n' })
    expect(code).toMatchObject({ isGone: true, patch: changedFile.patch })
    expect(code.shown[1]).toEqual({ number: 2, text: 'return a' })
  })

  it('are gone with their file', async () => {
    expect(await look({ 'src/b.ts': 'return a\n+ b' })).toMatchObject({ isGone: true, shown: [] })
  })

  it('are looked for where the file was moved to', async () => {
    const moved = { ...changedFile, path: 'src/b.ts', previousPath: 'src/a.ts', status: 'renamed' } as const
    for (const file of [moved, { ...moved, patch: null, additions: 0, deletions: 0 }]) {
      expect(await look({ 'src/b.ts': 'return a\n+ b' }, {}, file)).toMatchObject({
        ...{ path: 'src/b.ts', isGone: false },
        changed: expect.stringContaining('still there'),
      })
      expect(await look({ 'src/b.ts': 'return b' }, {}, file)).toMatchObject({ isGone: true })
    }
  })

  it('are looked for where a file that the pull request adds is added now', async () => {
    const added = { ...changedFile, path: 'src/b.ts', additions: 2, deletions: 0 }
    const patch = '@@ -0,0 +1,2 @@\n+return first\n+  + second'
    const file: ChangedFile = { ...added, status: 'added', patch }
    const code = await look(
      { 'src/b.ts': 'return first\n  + second\n' },
      { code: 'return first\n+ second' },
      file,
    )
    expect(code).toMatchObject({ path: 'src/b.ts', isGone: false })
    expect(code.shown[0]).toEqual({ number: 1, text: 'return first' })
  })

  it('that were deleted are mended when they are not deleted any more', async () => {
    const deletes = { ...changedFile, additions: 0, deletions: 2, patch: '@@ -1,2 +0,0 @@\n-return a\n-+ b' }
    expect((await look({ 'src/a.ts': 'b' }, { side: 'LEFT' }, deletes)).isGone).toBe(false)
    expect((await look({ 'src/a.ts': 'return a\n+ b' }, { side: 'LEFT' })).isGone).toBe(true)
  })

  it.each([
    ['nobody remembers', { 'src/a.ts': 'other' }, { code: ' ' }],
    ['never had a place', { 'src/a.ts': 'other' }, { startLine: null, line: null }],
    ['are in a file that is no text any more', { 'src/a.ts': Buffer.from([0, 1, 2]) }, {}],
  ])('prove nothing when they %s', async (_why, head, about) => {
    expect((await look(head, about)).isGone).toBe(false)
  })

  it('are found in a file too large to be read with others', async () => {
    const text = `${'x'.repeat(500_000)}\nreturn a\n+ b`
    const code = await look({ 'src/a.ts': text })
    expect(code).toMatchObject({ isGone: false, changed: expect.stringContaining('from line 2') })
    expect(code.shown[0]?.text).toHaveLength(300)
  })
})
