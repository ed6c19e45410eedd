import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineKind } from '../../src/diff/patch.ts'
import { estimateTokens } from '../../src/plan/tokens.ts'
import { excerptTokens } from '../../src/surroundings/excerpt.ts'
import { knowTexts, surroundingsOf } from '../../src/surroundings/surroundings.ts'
import { scenario } from '../demo/scenario.ts'
import { changedFile, diffOf, edits } from '../diff/changes.ts'
import { chunkOf, diffOfChange, shown } from './given.ts'

describe('the demo', () => {
  it('gets the callers, the checks and the tables that its planted defects are about', () => {
    const paths = Object.keys(scenario.after)
    const diffs = paths.map((path) =>
      diffOfChange(path, { before: scenario.before[path] ?? '', after: scenario.after[path] ?? '' }),
    )
    const texts = new Map(Object.entries({ ...scenario.before, ...scenario.after }))
    const excerpts = surroundingsOf(chunkOf(diffs), knowTexts(texts, diffs), 2_000)
    const whys = excerpts.map(({ path, why }) => `${path}: ${why}`)
    expect(whys).toEqual(
      expect.arrayContaining([
        'cmd/exporter/main.go: encloses the change; calls export',
        'src/auth/policy.ts: defines canManage',
        'db/migrations/0001_orders.sql: defines orders',
      ]),
    )
    expect(excerpts.reduce((sum, excerpt) => sum + excerptTokens(excerpt), 0)).toBeLessThan(600)
  })
})

describe('whatever the change and the limit', () => {
  const code = [
    'class Cart {',
    'function total(a) {',
    '  if (a) {',
    '    total(b)',
    '    return total',
    '  }',
    '}',
    'def total(a):',
    '',
    '# total',
  ]
  const script = fc.array(
    fc.record({
      kind: fc.oneof(
        { weight: 30, arbitrary: fc.constant<LineKind>('context') },
        { weight: 2, arbitrary: fc.constantFrom<LineKind>('added', 'deleted') },
      ),
      text: fc.constantFrom(...code),
    }),
    { minLength: 20, maxLength: 80 },
  )
  const given = fc.record({
    files: fc.uniqueArray(
      fc.record({
        path: fc.constantFrom('a.ts', 'b.py', 'src/c.go', 'd.md', 'e.c'),
        script: fc.oneof(script, edits),
      }),
      { selector: ({ path }) => path, minLength: 1 },
    ),
    limit: fc.integer({ min: 1, max: 200 }),
  })

  it('no line is shown twice, none that a hunk shows, and all of it fits', () => {
    let most = 0
    fc.assert(
      fc.property(given, ({ files, limit }) => {
        const diffs = files.map(({ path, script }) => diffOf(changedFile(path, script)))
        const after = new Map(
          files.map(({ path, script }): [string, string] => {
            const kept = script.filter(({ kind }) => kind !== 'deleted').map(({ text }) => text)
            return [path, kept.join('\n')]
          }),
        )
        const chunk = chunkOf(diffs)
        const excerpts = surroundingsOf(chunk, knowTexts(after, diffs), limit)
        expect(surroundingsOf(chunk, knowTexts(after, diffs), limit)).toEqual(excerpts)
        expect(new Set(excerpts.map(({ path }) => path)).size).toBe(excerpts.length)
        const tokens = excerpts.reduce((sum, excerpt) => sum + excerptTokens(excerpt), 0)
        expect(tokens).toBeLessThanOrEqual(limit)
        most = Math.max(most, tokens / limit)
        for (const excerpt of excerpts) {
          const numbers = excerpt.lines.map(({ number }) => number)
          expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
          const inHunks = chunk.parts
            .filter(({ diff }) => diff.path === excerpt.path)
            .flatMap((part) => part.lines.map(({ newLine }) => newLine))
          expect(numbers.filter((number) => inHunks.includes(number))).toEqual([])
          const text = after.get(excerpt.path)?.split('\n') ?? []
          for (const { number, text: line } of excerpt.lines)
            expect(text[number - 1]?.replace(/\r$/, '')).toBe(line)
          expect(estimateTokens(`${shown([excerpt]).join('')}\n`)).toBeLessThanOrEqual(excerptTokens(excerpt))
        }
      }),
      { numRuns: 100 },
    )
    expect(most).toBeGreaterThan(0.9)
  })
})
