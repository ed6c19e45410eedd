import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiffLine, FileDiff } from '../../src/diff/patch.ts'
import { type Chunk, halveChunk, planReview, type ReviewPlan } from '../../src/plan/plan-review.ts'
import type { HunkPart } from '../../src/plan/split-hunk.ts'
import { diffFrom, diffOf } from '../diff/changes.ts'
import { changedFiles } from '../finding/claims.ts'

const linesOf = (chunks: readonly Chunk[]): readonly DiffLine[] =>
  chunks.flatMap((chunk) => chunk.parts.flatMap((part) => part.lines))

/** A plan for a budget without an end, unless told. */
const planned = (
  diffs: readonly FileDiff[],
  chunkTokens: number,
  affordableTokens = Number.POSITIVE_INFINITY,
  reviewed: ReadonlySet<string> = new Set(),
) => planReview(diffs, reviewed, { chunkTokens, affordableTokens })

const hunksOf = (diffs: readonly FileDiff[]) => diffs.flatMap((diff) => diff.hunks)

/** What the plan left out, as a set of hunks. */
const leftOutOf = (plan: ReviewPlan) => new Set(plan.leftOut.map(({ hunk }) => hunk))

/** The lines of a hunk's parts with what they overlap left out, pieces of a line put together. */
const joined = (parts: readonly HunkPart[]): readonly string[] => {
  const texts: string[] = []
  const known = new Map<string, number>()
  for (const { kind, oldLine, newLine, text } of parts.flatMap((part) => part.lines)) {
    const key = `${kind} ${oldLine} ${newLine}`
    const at = known.get(key) ?? texts.push('') - 1
    known.set(key, at)
    const before = texts[at] ?? ''
    const overlap = Math.min(100, before.length)
    texts[at] = before.endsWith(text)
      ? before
      : before + (before.slice(-overlap) === text.slice(0, overlap) ? text.slice(overlap) : text)
  }
  return texts
}

describe('whatever the change, the limits and the memory', () => {
  const plans = fc
    .record({
      files: changedFiles,
      limit: fc.integer({ min: -10, max: 1200 }),
      affordable: fc.integer({ min: 0, max: 3000 }),
      known: fc.func(fc.boolean()),
    })
    .map(({ files, limit, affordable, known }) => {
      const diffs = files.map(diffOf)
      const reviewed = new Set(
        hunksOf(diffs)
          .map(({ id }) => id)
          .filter((id) => known(id)),
      )
      return { diffs, limit, reviewed, plan: planned(diffs, limit, affordable, reviewed) }
    })

  it('every line is asked about, or its hunk is left out with the reason', () => {
    fc.assert(
      fc.property(plans, ({ diffs, reviewed, plan }) => {
        const leftOut = leftOutOf(plan)
        expect(plan.leftOut).toHaveLength(leftOut.size)
        const parts = Map.groupBy(
          plan.chunks.flatMap((chunk) => chunk.parts),
          ({ hunk }) => hunk,
        )
        for (const hunk of hunksOf(diffs)) {
          const asked = parts.get(hunk) ?? []
          expect(leftOut.has(hunk)).toBe(asked.length === 0)
          if (asked.length > 0) expect(joined(asked)).toEqual(hunk.lines.map(({ text }) => text))
        }
        for (const { hunk, coverage, reason } of plan.leftOut) {
          expect(coverage).toBe(reviewed.has(hunk.id) ? 'already-reviewed' : 'budget')
          expect(reason).not.toBe('')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('no chunk is empty or over the limit', () => {
    fc.assert(
      fc.property(plans, ({ limit, plan }) => {
        for (const chunk of plan.chunks) {
          expect(chunk.tokens).toBeLessThanOrEqual(limit)
          expect(chunk.parts).not.toEqual([])
          for (const { diff, hunk, lines } of chunk.parts) {
            expect(diff.hunks).toContain(hunk)
            expect(lines.length).toBeGreaterThan(0)
          }
        }
      }),
    )
  })

  it('the same change is planned the same way', () => {
    fc.assert(
      fc.property(plans, ({ diffs, limit, reviewed }) => {
        expect(planned(diffs, limit, 1000, reviewed)).toEqual(planned(diffs, limit, 1000, reviewed))
      }),
      { numRuns: 20 },
    )
  })

  it('a chunk halved again and again is still all of its lines, in order', () => {
    const halved = (chunk: Chunk): readonly Chunk[] => halveChunk(chunk)?.flatMap(halved) ?? [chunk]
    fc.assert(
      fc.property(plans, ({ plan }) => {
        for (const chunk of plan.chunks) {
          const halves = halved(chunk)
          expect(linesOf(halves)).toEqual(linesOf([chunk]))
          // a part says that it is one
          for (const half of halves) expect(half.tokens).toBeLessThanOrEqual(chunk.tokens + 9)
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

  const hunk = (from: number, lines: number) =>
    [`@@ -${from},0 +${from},${lines} @@`, ...Array.from({ length: lines }, (_, at) => `+line ${at}`)].join(
      '\n',
    )

  const pathsOf = (plan: ReviewPlan) =>
    plan.chunks.map((chunk) => [...new Set(chunk.parts.map((part) => part.diff.path))])

  it('puts what fits into one request', () => {
    expect(pathsOf(planned([diff('a.ts', 10), diff('b.ts', 10)], 1_000))).toEqual([['a.ts', 'b.ts']])
  })

  it('does not split a hunk that fits as a whole into the next request', () => {
    const plan = planned([diff('a.ts', 30), diff('b.ts', 30)], 250)
    expect(plan.chunks.map((chunk) => chunk.parts.map((part) => part.lines.length))).toEqual([[30], [30]])
  })

  it('splits a hunk that is too large for any request between lines, with some overlap', () => {
    const plan = planned([diff('a.ts', 200)], 500)
    const [first, second] = plan.chunks.map((chunk) => linesOf([chunk]).map(({ newLine }) => newLine))
    expect(plan.chunks.length).toBeGreaterThan(1)
    expect(second?.slice(0, 4)).toEqual(first?.slice(-4))
    expect(new Set(linesOf(plan.chunks).map(({ newLine }) => newLine)).size).toBe(200)
  })

  it('shows a line that no request can carry in pieces', () => {
    const text = Array.from({ length: 2_000 }, (_, at) => `${at},`).join('')
    const plan = planned([diffFrom('data.ts', `@@ -0,0 +1 @@\n+${text}`), diff('b.ts', 3)], 700)
    expect(plan.leftOut).toEqual([])
    const parts = plan.chunks.flatMap((chunk) => chunk.parts).filter((part) => part.diff.path === 'data.ts')
    expect(parts.length).toBeGreaterThan(4)
    expect(joined(parts)).toEqual([text])
  })

  it('leaves out only what no request has room for at all', () => {
    const plan = planned([diff('a.ts', 10)], 20)
    expect(plan.chunks).toEqual([])
    expect(plan.leftOut).toMatchObject([
      { coverage: 'budget', reason: expect.stringContaining('`request-tokens`') },
    ])
  })

  it('asks about logic first, then tests, docs and configuration, folder by folder', () => {
    const paths = ['.eslintrc.json', 'README.md', 'api/a.ts', 'db/x.sql', 'api/b.ts', 'test/other.test.ts']
    expect(
      pathsOf(
        planned(
          paths.map((path) => diff(path, 3)),
          10_000,
        ),
      ),
    ).toEqual([['api/a.ts', 'api/b.ts', 'db/x.sql', 'test/other.test.ts', 'README.md', '.eslintrc.json']])
  })

  it('shows a test beside what it tests', () => {
    const paths = ['src/price.ts', 'src/tax.ts', 'test/price.test.ts', 'test/test_tax.py']
    expect(
      pathsOf(
        planned(
          paths.map((path) => diff(path, 3)),
          10_000,
        ),
      ),
    ).toEqual([['src/price.ts', 'test/price.test.ts', 'src/tax.ts', 'test/test_tax.py']])
  })

  it('lets the budget cut what is worth the least', () => {
    const paths = ['docs/a.md', 'test/price.test.ts', 'src/price.ts', 'src/tax.ts']
    const plan = planned(
      paths.map((path) => diff(path, 60)),
      300,
      550,
    )
    expect(pathsOf(plan)).toEqual([['src/price.ts'], ['src/tax.ts'], ['test/price.test.ts'], ['docs/a.md']])
  })

  it('takes a test that loses a check for logic', () => {
    const weakened = diffFrom('test/pay.test.ts', '@@ -1,2 +1 @@\n a\n-  expect(total).toBe(3)')
    const grown = diffFrom('test/cart.test.ts', '@@ -1 +1,2 @@\n a\n+  expect(total).toBe(3)')
    expect(pathsOf(planned([grown, diff('z.md', 3), weakened, diff('src/a.ts', 3)], 10_000))).toEqual([
      ['test/pay.test.ts', 'src/a.ts', 'test/cart.test.ts', 'z.md'],
    ])
  })

  it('keeps a file in one request where that wastes little', () => {
    const twoHunks = diffFrom('b.ts', `${hunk(1, 20)}\n${hunk(100, 20)}`)
    const size = (one: FileDiff) => planned([one], 10_000).chunks[0]?.tokens ?? 0
    const limit = size(diff('a.ts', 120)) + Math.floor(size(twoHunks) * 0.7)
    expect(limit).toBeGreaterThan(size(twoHunks))
    expect(planned([diff('a.ts', 120), twoHunks], limit).chunks.map((chunk) => chunk.parts.length)).toEqual([
      1, 2,
    ])
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
    expect(linesOf(planned(diffs, 4_000).chunks)).toHaveLength(12_000)
    expect(looks).toBe(12_000)
  })
})

it('a single line cannot be halved', () => {
  const [chunk] = planned([diffFrom('a.ts', '@@ -0,0 +1 @@\n+a')], 1_000).chunks
  expect(chunk === undefined ? 'no chunk' : halveChunk(chunk)).toBeNull()
})
