import { expect } from 'vitest'
import { inputs } from '../../src/config/inputs.ts'
import { advise } from '../../src/metrics/advice.ts'
import type { RunTrace } from '../../src/metrics/trace.ts'
import type { Coverage } from '../../src/review/coverage.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'

/** An incomplete review: three of four hunks have been reviewed, the other one was not, for this reason. */
export function incomplete(
  coverage: Coverage,
  reason: string,
  about: Partial<ReviewOutcome> = {},
): ReviewOutcome {
  const hunk = (covered: Coverage, why: string) => ({
    ...{ id: '', oldStart: 1, newStart: 1, coverage: covered, reason: why, request: null, requests: [] },
  })
  const reviewed = [hunk('reviewed', ''), hunk('reviewed', ''), hunk('reviewed', '')]
  return {
    ...withoutReview('failed', `1 of 4 hunks were not reviewed: ${reason}`, 'octo/shop#7'),
    delivery: 'posted',
    usage: { requests: 4, promptTokens: 9_000, completionTokens: 1_234 },
    files: [
      {
        path: 'a.ts',
        coverage,
        reason,
        hunks: [...reviewed, hunk(coverage, reason)],
        incomplete: true,
        mayImprove: false,
      },
    ],
    ...about,
  }
}

/** What else may stand in code: values, and words of workflows, servers and shells. */
const otherCode = [
  ...['debug', 'warn', 'timeout-minutes', 'workflow_dispatch', 'contents: read', 'pull-requests: write'],
  ...['GET /models', '/v1', 'HTTPS_PROXY', 'patchpilot_…'],
]

/** The inputs that the advice names, in its order. */
export function named(outcome: ReviewOutcome, trace: RunTrace): readonly string[] {
  const advice = advise(outcome, trace)
  expect(new Set(advice).size).toBe(advice.length)
  for (const one of advice) expect(`${outcome.reason} ${outcome.deliveryReason}`).not.toContain(one)
  const code = [...advice.join(' ').matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '')
  const names = code.filter((text) => !otherCode.includes(text))
  expect(inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  return [...new Set(names)]
}
