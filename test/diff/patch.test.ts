import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Hunk, parsePatch } from '../../src/diff/patch.ts'
import { changedFile, edits, fileFrom, lineText } from './changes.ts'
import { diffWithGit, linesOf, replay } from './git-diff.ts'

const parse = (patch: string, counts: { readonly additions?: number; readonly deletions?: number } = {}) =>
  parsePatch({ ...fileFrom('src/app.ts', patch), ...counts })

const hunksOf = (patch: string): readonly Hunk[] => {
  const parsed = parse(patch)
  if (parsed.kind === 'incomplete') throw new Error(parsed.reason)
  return parsed.hunks
}

const numbered = (hunk: Hunk | undefined) =>
  hunk?.lines.map(({ kind, oldLine, newLine, text }) => [kind, oldLine, newLine, text])

describe('a patch that git wrote', () => {
  const blob = fc
    .tuple(fc.array(lineText, { maxLength: 30 }), fc.boolean())
    .map(([lines, newlineAtEnd]) => lines.join('\n') + (newlineAtEnd && lines.length > 0 ? '\n' : ''))
  const edited = edits.chain((script) =>
    fc.tuple(fc.boolean(), fc.boolean()).map(([a, b]): readonly [string, string] => {
      const side = (without: string) => script.filter(({ kind }) => kind !== without).map(({ text }) => text)
      return [side('added').join('\n') + (a ? '\n' : ''), side('deleted').join('\n') + (b ? '\n' : '')]
    }),
  )

  it('gives every line its number and text in both files', () => {
    let compared = 0
    fc.assert(
      fc.property(
        fc.array(fc.oneof(edited, fc.tuple(blob, blob)), { minLength: 40, maxLength: 40 }),
        fc.constantFrom(0, 1, 3, 3),
        (pairs, context) => {
          for (const { before, after, file } of diffWithGit(pairs, context)) {
            const parsed = parsePatch({ ...file, patch: file.patch ?? '' })
            if (parsed.kind === 'incomplete') throw new Error(`${parsed.reason}\n${file.patch}`)
            const [old, now] = [linesOf(before), linesOf(after)]
            for (const line of parsed.hunks.flatMap((hunk) => hunk.lines)) {
              if (line.oldLine !== null) expect(line.text).toBe(old[line.oldLine - 1])
              if (line.newLine !== null) expect(line.text).toBe(now[line.newLine - 1])
            }
            expect(replay(before, parsed.hunks)).toEqual(now)
            compared++
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    )
    expect(compared).toBeGreaterThan(300)
  })
})

describe('hunk headers', () => {
  it.each([
    ['@@ -1 +1 @@\n-a\n+b', 1, 1],
    ['@@ -0,0 +1 @@\n+b', 0, 1],
    ['@@ -1 +0,0 @@\n-a', 1, 0],
    ['@@ -0,0 +1,2 @@\n+a\n+b', 0, 1],
    ['@@ -9,0 +10,1 @@ function total(items) {\n+a', 9, 10],
    ['@@ -7,2 +7,3 @@ @@ -1 +1 @@\n a\n+b\n c', 7, 7],
  ])('%j', (patch, oldStart, newStart) => {
    const [hunk, ...others] = hunksOf(patch)
    expect(others).toEqual([])
    expect(hunk).toMatchObject({ oldStart, newStart, header: patch.split('\n')[0] })
  })

  it('number added lines in the new file only, and deleted ones in the old', () => {
    expect(numbered(hunksOf('@@ -10,3 +20,3 @@ class A {\n a\n-b\n+c\n d')[0])).toEqual([
      ['context', 10, 20, 'a'],
      ['deleted', 11, null, 'b'],
      ['added', null, 21, 'c'],
      ['context', 12, 22, 'd'],
    ])
  })

  it('are told from content by the counts, not by their looks', () => {
    const patch = '@@ -1,3 +1,3 @@\n @@ -1 +1 @@\n--- a/x\n+++ b/x\n diff --git a/x b/x'
    expect(numbered(hunksOf(patch)[0])).toEqual([
      ['context', 1, 1, '@@ -1 +1 @@'],
      ['deleted', 2, null, '-- a/x'],
      ['added', null, 2, '++ b/x'],
      ['context', 3, 3, 'diff --git a/x b/x'],
    ])
  })
})

describe('lines', () => {
  it('keep their carriage returns, and are not cut at form feeds or U+2028', () => {
    const [hunk] = hunksOf('@@ -1,2 +1,2 @@\n-a\r\n+b\r\n one\f\u2028line')
    expect(hunk?.lines.map(({ text }) => text)).toEqual(['a\r', 'b\r', 'one\f\u2028line'])
  })

  it('do not count "\\ No newline at end of file", wherever it stands', () => {
    const [hunk] = hunksOf('@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file')
    expect(numbered(hunk)).toEqual([
      ['deleted', 1, null, 'a'],
      ['added', null, 1, 'b'],
    ])
  })

  it('may have lost the only space of an empty context line', () => {
    expect(numbered(hunksOf('@@ -1,2 +1,3 @@\n+a\n\n b')[0])).toEqual([
      ['added', null, 1, 'a'],
      ['context', 1, 2, ''],
      ['context', 2, 3, 'b'],
    ])
  })

  it('may be preceded by a file header', () => {
    expect(hunksOf('diff --git a/x b/x\nindex 1..2 100644\n@@ -1,0 +2 @@\n+b')).toHaveLength(1)
  })
})

describe('a patch that is not whole', () => {
  it.each([
    ['no hunk at all', 'Binary files differ'],
    ['a header cut off', '@@ -1,2 +1,'],
    ['a missing last line', '@@ -1,2 +1,3 @@\n+a\n b'],
    ['a cut right after a line end', '@@ -1,1 +1,2 @@\n+a\n'],
    ['more lines than its header says', '@@ -1 +1 @@\n-a\n+b\n+c'],
    ['a hunk of one side only where two were promised', '@@ -1 +1 @@\n-a\n-b'],
    ['more deleted lines than its header says', '@@ -1 +1 @@\n-a\n-b\n+c'],
    ['a line without a column', '@@ -1,2 +1,2 @@\n-a\nb\n+c'],
    ['a hunk without lines', '@@ -0,0 +0,0 @@'],
    ['a merge', '@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c'],
  ])('is incomplete: %s', (_, patch) => {
    expect(parse(patch)).toMatchObject({ kind: 'incomplete', reason: expect.stringMatching(/patch/) })
  })

  it.each([{ additions: 2 }, { additions: 0 }, { deletions: 2 }, { deletions: 0 }])(
    'is incomplete when GitHub counts otherwise: %j',
    (counts) => {
      expect(parse('@@ -1 +1 @@\n-a\n+b', counts)).toMatchObject({
        kind: 'incomplete',
        reason: expect.stringContaining('+1 −1'),
      })
    },
  )

  it('never yields a wrong diff, wherever between two lines it was cut', () => {
    fc.assert(
      fc.property(edits, fc.nat(), fc.constantFrom('', '\n'), (script, at, lineEnd) => {
        const file = changedFile('src/app.ts', script)
        fc.pre(file.patch !== null)
        const lines = (file.patch ?? '').split('\n')
        const cut = lines.slice(0, at % lines.length)
        expect(parsePatch({ ...file, patch: cut.join('\n') + lineEnd }).kind).toBe('incomplete')
      }),
    )
  })
})

describe('the identity of a hunk', () => {
  it('survives a move to other line numbers', () => {
    const [here, there] = [hunksOf('@@ -1 +1 @@\n-a\n+b')[0], hunksOf('@@ -90 +95 @@ f()\n-a\n+b')[0]]
    expect(there?.id).toBe(here?.id)
  })

  it('differs by file, by content, and between equal hunks of one file', () => {
    const patch = '@@ -1 +1 @@\n-a\n+b'
    const elsewhere = parsePatch(fileFrom('src/other.ts', patch))
    const ids = [
      ...hunksOf(`${patch}\n@@ -9 +9 @@\n-a\n+b`).map(({ id }) => id),
      hunksOf('@@ -1 +1 @@\n+b\n-a')[0]?.id,
      hunksOf('@@ -1 +1 @@\n-a\n+c')[0]?.id,
      elsewhere.kind === 'hunks' ? elsewhere.hunks[0]?.id : undefined,
    ]
    expect(new Set(ids)).toHaveLength(5)
  })

  it('cannot be forged: these two lines had the same 64 bits of SHA-256', () => {
    const idOf = (line: string) => {
      const parsed = parsePatch({ ...fileFrom('a.js', `@@ -0,0 +1 @@\n+${line}`), status: 'added' })
      return parsed.kind === 'hunks' ? parsed.hunks[0]?.id : parsed.reason
    }
    expect(idOf('// ok 4ecd700978b2e2af')).not.toBe(idOf('evil()//93c67079b522ceb2'))
    expect(idOf('// ok 4ecd700978b2e2af')).toHaveLength(20)
  })
})
