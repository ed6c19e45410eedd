import type { ReviewOutcome } from './outcome.ts'

/** The report for machines. Its fields are public: they may be added to, never renamed. */
export function toReport(outcome: ReviewOutcome) {
  return {
    version: 1,
    verdict: outcome.verdict,
    reason: outcome.reason,
    pullRequest: outcome.pullRequest,
    baseSha: outcome.baseSha,
    headSha: outcome.headSha,
    model: outcome.models.join(', '),
    usage: outcome.usage,
    review: outcome.review,
    delivery: { kind: outcome.delivery, reason: outcome.deliveryReason },
    summaries: outcome.summaries,
    warnings: outcome.warnings,
    findings: outcome.findings,
    settled: outcome.settled,
    files: outcome.files.map(({ path, coverage, reason, hunks }) => ({
      path,
      coverage,
      reason,
      hunks: hunks.map(({ oldStart, newStart, coverage, reason, request, requests }) => ({
        ...{ oldStart, newStart, coverage, reason, request, requests },
      })),
    })),
    rejected: outcome.rejected,
  }
}
