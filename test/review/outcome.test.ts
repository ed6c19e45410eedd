import { describe, expect, it } from 'vitest'
import type { Standing } from '../../src/finding/standing.ts'
import { ownThread } from '../fixtures/own-thread.ts'
import { highestStanding, reportFindings, standingFindings, withoutReview } from '../../src/review/outcome.ts'
import { toReport } from '../../src/review/report.ts'
import { findingsIn } from '../fixtures/review-content.ts'

const lines = ['one()', 'two()', 'three()', 'four()', 'five()']
const [inline, folded, below, twice, again] = findingsIn('a.ts', lines, lines)
const standing: Standing = {
  ...{ id: '00', thread: null, fate: { kind: 'open' }, code: 'five()', gist: 'how it begins' },
  fingerprint: '00',
  path: 'a.ts',
  side: 'RIGHT',
  startLine: 5,
  line: 5,
  severity: 'medium',
  category: 'bug',
  title: 'About five()',
  confidence: 0.7,
}

const thread = ownThread({ body: '<!-- m -->\n**Heading**\n\nthe text of the comment' })
const moved = { kind: 'shown', path: 'b.ts', startLine: 7, line: 8 } as const
const dismissed = { kind: 'dismissed', why: 'resolved by @maintainer', outOfGate: true } as const

describe('findings that people should act on', () => {
  const reported = reportFindings(
    {
      inline: inline === undefined ? [] : [inline],
      folded: folded === undefined ? [] : [{ finding: folded, reason: 'over `max-comments`' }],
      belowMinimum: below === undefined ? [] : [below],
    },
    [
      ...(twice === undefined ? [] : [{ standing: null, finding: twice, reason: 'the same finding twice' }]),
      { standing, finding: again ?? null, reason: 'said before' },
      { standing: { ...standing, id: '01', thread }, finding: null, reason: 'said before' },
      { standing: { ...standing, id: '02', fate: dismissed }, finding: null, reason: 'said before' },
    ],
    [{ standing: { ...standing, id: '01', thread }, where: moved }],
  )

  it('are those said now and those that stand from before, each once', () => {
    expect(standingFindings(reported).map(({ title, placement }) => `${placement} ${title}`)).toEqual([
      'inline About one()',
      'folded About two()',
      'repeated About five()',
      'repeated About five()',
    ])
    expect(reported).toHaveLength(7)
  })

  it('tell the text of a comment that was not found again', () => {
    expect(reported.map(({ body }) => body)).toContain('the text of the comment')
  })

  it('are told with the place where their code is now', () => {
    expect(reported.filter(({ line }) => line === 8)).toMatchObject([
      { path: 'b.ts', startLine: 7, placement: 'repeated' },
    ])
  })

  it('give the highest severity', () => {
    expect(highestStanding(reported)).toBe('high')
    expect(highestStanding(reported.filter(({ line }) => line === 8))).toBe('medium')
    expect(highestStanding([])).toBeNull()
  })
})

it('the report tells all of an outcome in its public form', () => {
  const outcome = {
    ...withoutReview('failed', 'why', 'octo/demo#7'),
    models: ['first', 'second'],
    findings: [],
    files: [
      {
        ...{ path: 'a.ts', reason: 'down', incomplete: true, mayImprove: false },
        coverage: 'failed',
        hunks: [
          {
            id: 'x',
            oldStart: 1,
            newStart: 2,
            coverage: 'failed',
            reason: 'down',
            request: null,
            requests: [],
          },
        ],
      },
    ],
    rejected: [{ reason: 'not an object with a title', claim: '1' }],
  } as const
  expect(toReport(outcome)).toEqual({
    ...{
      version: 1,
      verdict: 'inconclusive',
      reason: 'why',
      pullRequest: 'octo/demo#7',
      baseSha: '',
      headSha: '',
    },
    model: 'first, second',
    usage: { requests: 0, promptTokens: 0, completionTokens: 0 },
    review: null,
    delivery: { kind: 'nothing-to-post', reason: '' },
    summaries: [],
    warnings: [],
    findings: outcome.findings,
    settled: [],
    files: [
      {
        ...{ path: 'a.ts', coverage: 'failed', reason: 'down' },
        hunks: [
          { oldStart: 1, newStart: 2, coverage: 'failed', reason: 'down', request: null, requests: [] },
        ],
      },
    ],
    rejected: outcome.rejected,
  })
})
