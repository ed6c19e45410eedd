import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import type { Memory } from '../../src/finding/recall.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import { nothingChecked } from '../../src/review/check-fixed.ts'
import type { AskedChunk } from '../../src/review/ask-model.ts'
import { decideContent, type Learned } from '../../src/review/decide-content.ts'
import { chunkEach, diffsOf } from './given-files.ts'

const diffs = diffsOf(['a.ts', 'b.ts'])
const chunks = chunkEach(diffs)
const [hunkA = '', hunkB = ''] = chunks.map(({ parts }) => parts[0]?.hunk.id ?? '')
const nothing: Memory = {
  ...{ reviewedHunks: new Set(), standing: [], summary: null, state: null },
  ...{ reviewUrl: null, hasReview: false, complete: false },
}
const summaryUrl = 'https://github.com/o/r/pull/1#pullrequestreview-1'
const limits = { minSeverity: 'low', maxComments: 5 } as const

function claim(path: string, changes: Partial<Claim> = {}): Claim {
  return {
    ...{ path, quote: `line 2 of the file ${path}`, startLine: 2, endLine: 2, side: 'RIGHT' },
    ...{ severity: 'high', category: 'bug', title: `Wrong in ${path}`, body: 'Why.', suggestion: null },
    confidence: 0.9,
    ...changes,
  } as const
}

const asked: readonly AskedChunk[] = chunks.map((chunk, index) => ({
  ...{ kind: 'answered', chunk, model: 'm', request: index + 1 },
  answer: { summary: '', claims: [], rejected: [] },
}))

function learned(claims: readonly Claim[], changes: Partial<Learned> = {}): Learned {
  return {
    ...{ diffs, withoutHunks: [], unlistedFiles: 0, asked, leftOut: [], memory: nothing },
    ...{ headTexts: new Map(), checked: nothingChecked },
    found: anchorClaims(claims, diffs),
    ...changes,
  }
}

const failedB: readonly AskedChunk[] = asked.map((one, index) =>
  index === 0 ? one : { kind: 'unanswered', chunk: one.chunk, coverage: 'failed', reason: 'down' },
)

describe('the verdict', () => {
  it('is passed when all was reviewed and nothing found', () => {
    expect(decideContent(learned([]), nothing, 'head', limits)).toMatchObject({
      verdict: 'passed',
      reason: '',
      newsworthy: true,
    })
  })

  it('is findings when something was found', () => {
    expect(decideContent(learned([claim('a.ts')]), nothing, 'head', limits).verdict).toBe('findings')
  })

  it('is passed when what was found is below the minimum', () => {
    const decided = decideContent(learned([claim('a.ts')]), nothing, 'head', {
      ...limits,
      minSeverity: 'critical',
    })
    expect(decided).toMatchObject({ verdict: 'passed', selection: { inline: [], belowMinimum: [{}] } })
  })

  it('is inconclusive when something was not reviewed, whatever was found', () => {
    for (const claims of [[], [claim('a.ts')]]) {
      const decided = decideContent(learned(claims, { asked: failedB }), nothing, 'head', limits)
      expect(decided).toMatchObject({
        verdict: 'inconclusive',
        reason: '1 of 2 hunks were not reviewed: down',
      })
      expect(decided.reviewedHunks).toEqual([hunkA])
    }
  })

  it('is inconclusive when a hunk reviewed before was asked about again and got no answer', () => {
    const memory: Memory = { ...nothing, reviewedHunks: new Set([hunkA, hunkB]), reviewUrl: 'https://r/1' }
    const decided = decideContent(learned([], { asked: failedB, memory }), memory, 'head', limits)
    expect(decided).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('down') })
  })

  it('is inconclusive when GitHub did not list everything', () => {
    expect(decideContent(learned([], { unlistedFiles: 1 }), nothing, 'head', limits).verdict).toBe(
      'inconclusive',
    )
  })

  it('is findings when nothing is new but something stands', () => {
    const [found] = anchorClaims([claim('a.ts')], diffs)
    if (found?.kind !== 'anchored') throw new Error('not anchored')
    const { fingerprint, anchor } = found
    const { severity, category, title, confidence } = found.claim
    const memory: Memory = {
      reviewedHunks: new Set([hunkA, hunkB]),
      standing: [
        {
          ...{ fingerprint, ...anchor, severity, category, title, confidence, code: found.code, gist: '' },
          ...{ id: 'one', thread: null, fate: { kind: 'open' } },
        },
      ],
      ...{ summary: { id: 1, url: summaryUrl, body: '', pending: false }, state: null },
      ...{ reviewUrl: summaryUrl, hasReview: true, complete: true },
    }
    const leftOut = diffs.flatMap((diff) =>
      diff.hunks.map((hunk) => ({ diff, hunk, coverage: 'already-reviewed', reason: 'before' }) as const),
    )
    const again = decideContent(learned([], { asked: [], leftOut, memory }), memory, 'head', limits)
    expect(again).toMatchObject({ verdict: 'findings', newsworthy: false, repeated: [{ finding: null }] })
  })
})

describe('another attempt', () => {
  const mayImprove = (changes: Partial<Learned>, now = nothing) =>
    decideContent(learned([], changes), now, 'head', limits).mayImprove
  const unanswered = (coverage: 'failed' | 'deadline' | 'budget') =>
    asked.map(({ chunk }) => ({ kind: 'unanswered', chunk, coverage, reason: 'why' }) as const)

  it('may review what nothing but trouble was in the way of', () => {
    expect(mayImprove({ asked: unanswered('failed') })).toBe(true)
    expect(mayImprove({ asked: unanswered('deadline') })).toBe(true)
    expect(mayImprove({ asked: failedB })).toBe(true)
  })

  it('cannot improve what was reviewed, nor what is left out for good', () => {
    expect(mayImprove({})).toBe(false)
    expect(mayImprove({ asked: unanswered('budget') })).toBe(false)
    expect(mayImprove({ unlistedFiles: 1 })).toBe(false)
  })

  it('is not needed where a run at the same time reviewed the rest', () => {
    expect(mayImprove({ asked: failedB }, { ...nothing, reviewedHunks: new Set([hunkB]) })).toBe(false)
  })
})

describe('a run at the same time that was first', () => {
  const theirs: Memory = {
    ...nothing,
    reviewedHunks: new Set([hunkA]),
    ...{ reviewUrl: 'https://github.com/1', hasReview: true },
    summary: { id: 1, url: 'https://github.com/1', body: '', pending: false },
  }

  it('has the say about the hunks that it reviewed, and this one about the others', () => {
    const decided = decideContent(learned([claim('a.ts'), claim('b.ts')]), theirs, 'head', limits)
    expect(decided.selection.inline.map(({ anchor }) => anchor.path)).toEqual(['b.ts'])
    expect(decided.repeated).toMatchObject([{ reason: 'a run at the same time reviewed this hunk' }])
    expect(decided.reviewedHunks).toEqual([hunkB])
    expect(decided.newsworthy).toBe(true)
  })

  it('leaves nothing to say when it reviewed all of them', () => {
    const all = { ...theirs, reviewedHunks: new Set([hunkA, hunkB]) }
    const decided = decideContent(
      learned([claim('a.ts'), claim('b.ts', { quote: 'nowhere' })]),
      all,
      'head',
      limits,
    )
    expect(decided).toMatchObject({ newsworthy: false, selection: { inline: [], folded: [] } })
  })

  it('completes what this one could not review', () => {
    const both = { ...theirs, reviewedHunks: new Set([hunkB]) }
    expect(decideContent(learned([], { asked: failedB }), both, 'head', limits).verdict).toBe('passed')
  })
})
