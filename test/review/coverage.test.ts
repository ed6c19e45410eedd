import { describe, expect, it } from 'vitest'
import { readDiffs } from '../../src/diff/read-diffs.ts'
import { halveChunk } from '../../src/plan/plan-review.ts'
import type { AskedChunk } from '../../src/review/ask-model.ts'
import {
  accountFor,
  describeCoverage,
  listNotReviewed,
  reviewedHunkIds,
  whyIncomplete,
} from '../../src/review/coverage.ts'
import { chunkEach, diffsOf, newFile } from './given-files.ts'

const diffs = diffsOf(['a.ts', 'b.ts', 'c.ts'])
const [a, b, c] = chunkEach(diffs)
if (a === undefined || b === undefined || c === undefined) throw new Error('three chunks expected')
const answer = { summary: '', claims: [], rejected: [] }

const answered = (chunk: typeof a, request = 1): AskedChunk => ({
  kind: 'answered',
  chunk,
  answer,
  model: 'm',
  request,
})
const unanswered = (
  chunk: typeof a,
  coverage: 'budget' | 'deadline' | 'failed',
  reason: string,
): AskedChunk => ({
  ...{ kind: 'unanswered', chunk, coverage, reason },
})

function account(asked: readonly AskedChunk[], options: Partial<Parameters<typeof accountFor>[0]> = {}) {
  return accountFor({ diffs, withoutHunks: [], ...options }, asked, [], new Set())
}

describe('every file is accounted for', () => {
  it('as reviewed in its request, or with the reason why not', () => {
    const files = account([answered(a, 4), unanswered(b, 'budget', 'spent'), unanswered(c, 'failed', 'down')])
    expect(files).toMatchObject([
      { path: 'a.ts', coverage: 'reviewed', reason: '', incomplete: false, hunks: [{ request: 4 }] },
      { path: 'b.ts', coverage: 'budget', reason: 'spent', incomplete: true, hunks: [{ request: null }] },
      { path: 'c.ts', coverage: 'failed', reason: 'down', incomplete: true, hunks: [{ request: null }] },
    ])
    expect(describeCoverage(files)).toBe('1 of 3 hunks in 3 files')
    expect(reviewedHunkIds(files)).toEqual([a.parts[0]?.hunk.id])
    expect(whyIncomplete(files, 0)).toMatch(/^2 of 3 hunks were not reviewed: (spent|down)$/)
  })

  it('as failed when nobody asked about it', () => {
    expect(account([])[0]).toMatchObject({ coverage: 'failed', reason: 'it was never asked about' })
  })

  it('as reviewed before where an earlier run did', () => {
    const before = new Set([b.parts[0]?.hunk.id ?? ''])
    const files = accountFor({ diffs, withoutHunks: [] }, [answered(a), answered(c)], [], before)
    expect(files[1]).toMatchObject({ coverage: 'already-reviewed', incomplete: false })
    expect(describeCoverage(files)).toBe('2 of 3 hunks in 3 files (1 reviewed before)')
    expect(whyIncomplete(files, 0)).toBeNull()
  })

  it('by its worst hunk: a hunk is reviewed only when all its parts are', () => {
    const [first, second] = halveChunk(a) ?? [a, a]
    const inBothOrders = [
      [answered(first), unanswered(second, 'deadline', 'late')],
      [unanswered(first, 'deadline', 'late'), answered(second)],
    ]
    for (const asked of inBothOrders)
      expect(account(asked)[0]).toMatchObject({ coverage: 'deadline', reason: 'late' })
    expect(account([answered(first), answered(second)])[0]).toMatchObject({ coverage: 'reviewed' })
  })

  it('also without hunks, and only code that nobody can see makes it incomplete', () => {
    const { withoutHunks } = readDiffs([
      { ...newFile('logo.png'), additions: 0, patch: null, sha: 'abc' },
      { ...newFile('huge.sql'), additions: 99_999, patch: null },
    ])
    const files = accountFor({ diffs: [], withoutHunks }, [], [], new Set())
    expect(files).toMatchObject([
      { path: 'logo.png', coverage: 'binary', incomplete: false },
      { path: 'huge.sql', coverage: 'no-patch', incomplete: true },
    ])
    expect(whyIncomplete(files, 0)).toMatch(/^1 changed file could not be read: huge.sql/)
  })
})

describe('the reason for people', () => {
  it('is none when all was reviewed', () => {
    expect(whyIncomplete(account([answered(a), answered(b), answered(c)]), 0)).toBeNull()
  })

  it('is the most frequent one', () => {
    const asked = [
      unanswered(a, 'failed', 'rare'),
      unanswered(b, 'budget', 'often'),
      unanswered(c, 'budget', 'often'),
    ]
    expect(whyIncomplete(account(asked), 0)).toBe('3 of 3 hunks were not reviewed: often')
  })

  it('counts what GitHub did not list', () => {
    const files = account([answered(a), answered(b), answered(c)])
    expect(whyIncomplete(files, 3)).toBe('GitHub did not list 3 of the changed files')
  })
})

it('the review lists what nobody looked at, and not what was reviewed before', () => {
  const before = new Set([c.parts[0]?.hunk.id ?? ''])
  const files = accountFor(
    { diffs, withoutHunks: [] },
    [answered(a), unanswered(b, 'failed', 'down')],
    [],
    before,
  )
  expect(listNotReviewed(files)).toEqual([{ path: 'b.ts', fromLines: [], reason: 'down' }])
})
