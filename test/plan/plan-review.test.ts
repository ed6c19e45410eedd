import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiffLine, FileDiff } from '../../src/diff/patch.ts'
import { type Chunk, halveChunk, planReview, type ReviewPlan } from '../../src/plan/plan-review.ts'
import { diffFrom, diffOf } from '../diff/changes.ts'
import { changedFiles } from '../finding/claims.ts'

const linesOf = (chunks: readonly Chunk[]): readonly DiffLine[] =>
  chunks.flatMap((chunk) => chunk.parts.flatMap((part) => part.lines))

const hunksOf = (diffs: readonly FileDiff[]) => diffs.flatMap((diff) => diff.hunks)

/** What the plan left out, as a set of hunks. */
const leftOutOf = (plan: ReviewPlan) => new Set(plan.leftOut.map(({ hunk }) => hunk))

describe('whatever the change, the limit and the memory', () => {
  const planned = fc
    .record({ files: changedFiles, limit: fc.integer({ min: -10, max: 400 }), known: fc.func(fc.boolean()) })
    .map(({ files, limit, known }) => {
      const diffs = files.map(diffOf)
      const reviewed = new Set(
        hunksOf(diffs)
          .map(({ id }) => id)
          .filter((id) => known(id)),
      )
      return { diffs, limit, reviewed, plan: planReview(diffs, reviewed, limit) }
    })

  it('every line is asked about once and in order, or its hunk is left out with the reason', () => {
    fc.assert(
      fc.property(planned, ({ diffs, reviewed, plan }) => {
        const leftOut = leftOutOf(plan)
        const expected = hunksOf(diffs).filter((hunk) => !leftOut.has(hunk))
        expect(linesOf(plan.chunks)).toEqual(expected.flatMap((hunk) => hunk.lines))
        expect(plan.leftOut).toHaveLength(leftOut.size)
        for (const { hunk, coverage, reason } of plan.leftOut) {
          expect(coverage).toBe(reviewed.has(hunk.id) ? 'already-reviewed' : 'budget')
          expect(reason).not.toBe('')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('no chunk is empty or over the limit, and its parts are lines of their hunk', () => {
    fc.assert(
      fc.property(planned, ({ limit, plan }) => {
        for (const chunk of plan.chunks) {
          expect(chunk.tokens).toBeLessThanOrEqual(limit)
          expect(chunk.parts).not.toEqual([])
          for (const { diff, hunk, lines } of chunk.parts) {
            expect(diff.hunks).toContain(hunk)
            expect(hunk.lines).toEqual(expect.arrayContaining([...lines]))
          }
        }
      }),
    )
  })

  it('a chunk halved again and again is still all of its lines, in order', () => {
    const halved = (chunk: Chunk): readonly Chunk[] => halveChunk(chunk)?.flatMap(halved) ?? [chunk]
    fc.assert(
      fc.property(planned, ({ plan }) => {
        for (const chunk of plan.chunks) {
          const halves = halved(chunk)
          expect(linesOf(halves)).toEqual(linesOf([chunk]))
          for (const half of halves) expect(half.tokens).toBeLessThanOrEqual(chunk.tokens)
        }
      }),
    )
  })
})

describe('packing', () => {
  const diff = (path: string, lines: number) =>
    diffFrom(
      path,
      [`@@ -0,0 +1,${lines} @@`, ...Array.from({ length: lines }, (_, at) => `+line ${at}`)].join('\n'),
    )

  it('puts what fits into one request', () => {
    const plan = planReview([diff('a.ts', 10), diff('b.ts', 10)], new Set(), 1_000)
    expect(plan.chunks.map((chunk) => chunk.parts.map((part) => part.diff.path))).toEqual([['a.ts', 'b.ts']])
  })

  it('does not split a hunk that fits as a whole into the next request', () => {
    const plan = planReview([diff('a.ts', 30), diff('b.ts', 30)], new Set(), 250)
    expect(plan.chunks.map((chunk) => chunk.parts.map((part) => part.lines.length))).toEqual([[30], [30]])
  })

  it('splits a hunk that is too large for any request, between lines', () => {
    const plan = planReview([diff('a.ts', 100)], new Set(), 250)
    expect(plan.chunks.length).toBeGreaterThan(1)
    expect(linesOf(plan.chunks).map(({ newLine }) => newLine)).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 1),
    )
  })

  it('leaves out the hunk with a line that no request can carry, and asks about the others', () => {
    const minified = diffFrom('app.min.js', `@@ -0,0 +1 @@\n+${'x'.repeat(5_000)}`)
    const plan = planReview([minified, diff('b.ts', 3)], new Set(), 500)
    expect(plan.leftOut).toEqual([
      expect.objectContaining({
        diff: minified,
        coverage: 'budget',
        reason: expect.stringContaining('`request-tokens`'),
      }),
    ])
    expect(linesOf(plan.chunks)).toHaveLength(3)
  })

  it('of 3,000 files looks at each line once', () => {
    let looks = 0
    const diffs = Array.from({ length: 3_000 }, (_, at) => diff(`src/file${at}.ts`, 4)).map((one) => ({
      ...one,
      hunks: one.hunks.map((hunk) => ({
        ...hunk,
        lines: hunk.lines.map((line) => ({
          ...line,
          get text() {
            looks++
            return line.text
          },
        })),
      })),
    }))
    expect(linesOf(planReview(diffs, new Set(), 4_000).chunks)).toHaveLength(12_000)
    expect(looks).toBe(12_000)
  })
})

it('a single line cannot be halved', () => {
  const [chunk] = planReview([diffFrom('a.ts', '@@ -0,0 +1 @@\n+a')], new Set(), 1_000).chunks
  expect(chunk === undefined ? 'no chunk' : halveChunk(chunk)).toBeNull()
})
