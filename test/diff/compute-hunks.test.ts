import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuClock } from '../cpu-clock.ts'
import { computeHunks } from '../../src/diff/compute-hunks.ts'
import { type Hunk, parsePatch } from '../../src/diff/patch.ts'
import { edits, lineText } from './changes.ts'
import { diffWithGit, linesOf, replay } from './git-diff.ts'

const path = 'src/app.ts'

const signs = { context: ' ', added: '+', deleted: '-' } as const

const shown = (hunks: readonly Hunk[]) =>
  hunks.flatMap((hunk) => [hunk.header, ...hunk.lines.map(({ kind, text }) => signs[kind] + text)])

const file = (lines: readonly string[], newlineAtEnd: boolean) =>
  lines.join('\n') + (newlineAtEnd ? '\n' : '')

type Pair = readonly [before: string, after: string]

/** Two files that share some lines in order. */
const edited: fc.Arbitrary<Pair> = fc.tuple(edits, fc.boolean(), fc.boolean()).map(([script, ...ends]) => {
  const side = (without: string) => script.filter(({ kind }) => kind !== without).map(({ text }) => text)
  return [file(side('added'), ends[0]), file(side('deleted'), ends[1])]
})

const unrelated: fc.Arbitrary<Pair> = fc.tuple(
  fc.array(lineText, { maxLength: 30 }).map((lines) => file(lines, lines.length > 0)),
  fc.array(lineText, { maxLength: 30 }).map((lines) => file(lines, lines.length > 0)),
)

/** Functions that look alike, where the same change can be shown in many places: git's choice has reasons. */
const statement = fc.constantFrom('a()', 'b()', 'if (a) {', '} else {', '}', 'return a', '', '# c', '  d()')
const block = fc
  .tuple(fc.nat(9), fc.array(fc.tuple(fc.constantFrom('  ', '    ', '\t'), statement), { maxLength: 6 }))
  .map(([name, body]) => [
    `function f${name}() {`,
    ...body.map(([indent, text]) => (text === '' ? '' : indent + text)),
    '}',
    '',
  ])
const program = fc.array(block, { minLength: 1, maxLength: 12 })
const reworked: fc.Arbitrary<Pair> = fc
  .tuple(
    program,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('remove', 'repeat', 'insert', 'cut'), block), {
      maxLength: 4,
    }),
  )
  .map(([blocks, steps]) => {
    const result = [...blocks]
    for (const [number, step, other] of steps) {
      const at = number % Math.max(1, result.length)
      if (step === 'remove') result.splice(at, 1)
      if (step === 'repeat') result.splice(at, 0, ...result.slice(at, at + 2))
      if (step === 'insert') result.splice(at, 0, other)
      if (step === 'cut') result[at] = (result[at] ?? []).filter((_, line) => line !== number % 3)
    }
    return [file(blocks.flat(), true), file(result.flat(), true)]
  })

describe('the hunks between two texts', () => {
  it('are nearly always those of git, header by header and line by line, and never much longer', () => {
    let [compared, same, changed, changedByGit] = [0, 0, 0, 0]
    fc.assert(
      fc.property(
        fc.array(fc.oneof(edited, unrelated, reworked, reworked), { minLength: 80, maxLength: 80 }),
        (pairs) => {
          for (const { before, after, file } of diffWithGit(pairs, 3)) {
            const ours = computeHunks(path, before, after)
            const parsed = parsePatch({ ...file, patch: file.patch ?? '' })
            compared++
            if (JSON.stringify({ kind: 'hunks', hunks: ours }) === JSON.stringify(parsed)) same++
            changed += shown(ours).filter((line) => /^[+-]/.test(line)).length
            changedByGit += file.additions + file.deletions
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    )
    expect(compared).toBeGreaterThan(700)
    expect(same / compared).toBeGreaterThan(0.98)
    expect(changed / changedByGit).toBeLessThan(1.01)
  })

  it('are one for an end that became other, and none where nothing did', () => {
    expect(shown(computeHunks(path, 'a\nb', 'a\nb\n'))).toEqual(['@@ -1,2 +1,2 @@', ' a', '-b', '+b'])
    expect(computeHunks(path, 'a\r\nb\n', 'a\r\nb\n')).toEqual([])
    expect(shown(computeHunks(path, '', 'a\n'))).toEqual(['@@ -0,0 +1 @@', '+a'])
    expect(shown(computeHunks(path, 'a\n', ''))).toEqual(['@@ -1 +0,0 @@', '-a'])
  })

  it.each<[string, (line: number) => string, (line: number) => string, number]>([
    ['rewritten', (at) => `a ${at}`, (at) => `b ${at}`, 40_000],
    ['reversed', (at) => `a ${at}`, (at) => `a ${20_000 - at}`, 40_000],
    [
      'changed in every tenth line',
      (at) => `a ${at}`,
      (at) => (at % 10 === 0 ? `b ${at}` : `a ${at}`),
      4_000,
    ],
    ['of few words', (at) => `${(at * 7919) % 3}`, (at) => `${((at * 104_729) % 5) % 3}`, 40_000],
  ])('of 20,000 lines %s are found in time, and lead to the new text', (_, before, after, most) => {
    const text = (line: (at: number) => string) =>
      file(
        Array.from({ length: 20_000 }, (_one, at) => line(at)),
        true,
      )
    const hunks = computeHunks(path, text(before), text(after))
    const lines = shown(hunks).filter((line) => /^[+-]/.test(line)).length
    expect(lines).toBeLessThanOrEqual(most)
    expect(replay(text(before), hunks)).toEqual(linesOf(text(after)))
  })

  it('lead from the old text to the new one, and number the lines of both', () => {
    fc.assert(
      fc.property(fc.oneof(edited, unrelated, reworked), ([before, after]) => {
        const hunks = computeHunks(path, before, after)
        const [old, now] = [linesOf(before), linesOf(after)]
        expect(replay(before, hunks)).toEqual(now)
        for (const line of hunks.flatMap(({ lines }) => lines)) {
          if (line.oldLine !== null) expect(line.text).toBe(old[line.oldLine - 1])
          if (line.newLine !== null) expect(line.text).toBe(now[line.newLine - 1])
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a hunk', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`)
  const headers = (before: readonly string[], after: readonly string[]) =>
    computeHunks(path, file(before, true), file(after, true)).map(({ header }) => header)

  it.each([
    ['one line for another', 'a\n', 'b\n', ['@@ -1 +1 @@', '-a', '+b']],
    ['another kind of line end', 'a\r\n', 'a\n', ['@@ -1 +1 @@', '-a\r', '+a']],
    ['no line end but \\n', 'a\fb\u2028c\rd\n', 'a\n', ['@@ -1 +1 @@', '-a\fb\u2028c\rd', '+a']],
  ])('shows %s', (_, before, after, lines) => {
    expect(shown(computeHunks(path, before, after))).toEqual(lines)
  })

  it('takes in changes with six lines between them, and leaves those with seven to the next', () => {
    const before = numbers(20)
    const changedAt = (...changed: number[]) =>
      before.map((line, at) => (changed.includes(at + 1) ? 'x' : line))
    expect(headers(before, changedAt(4, 11))).toEqual(['@@ -1,14 +1,14 @@'])
    expect(headers(before, changedAt(4, 12))).toEqual(['@@ -1,7 +1,7 @@', '@@ -9,7 +9,7 @@ line 8'])
  })

  it('names the function that it stands in, cut at 80 bytes', () => {
    const body = numbers(5).map((line) => `  ${line}`)
    const lines = (last: string) => [`function ${'ü'.repeat(50)}`, ...body, last, '}']
    expect(headers(lines('  end'), lines('  stop'))).toEqual([`@@ -4,5 +4,5 @@ function ${'ü'.repeat(35)}`])
  })

  it.each([
    ['100,000 blank lines, some filled', '\n'.repeat(100_000), `${'\n'.repeat(10)}x\n`.repeat(10_000)],
    ['a line of a megabyte', 'x'.repeat(1_000_000), 'y'.repeat(1_000_000)],
    ['lines of a megabyte', `${'x'.repeat(1_000_000)}\n`.repeat(4), `${' '.repeat(1_000_000)}\n`.repeat(4)],
  ])('is found in time in %s', (_, before, after) => {
    const spentMs = cpuClock()
    const hunks = computeHunks(path, before, after)
    expect(spentMs()).toBeLessThan(5_000)
    expect(replay(before, hunks)).toEqual(linesOf(after))
  })
})
