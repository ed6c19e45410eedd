import { commentBodies } from '../finding/recall.ts'
import type { Published } from '../ports/review-publisher.ts'
import { foldRefused } from '../publication/compose.ts'
import { formatRef, type PullRequestSnapshot } from '../pull-request.ts'
import { modelsOf, summariesOf, type Told } from './compose-content.ts'
import type { Decided } from './decide-content.ts'
import { type Delivery, type ReviewOutcome, reportFindings, withoutReview } from './outcome.ts'

/** The outcome, once it is known what became of the review. */
export function concludeReview(
  published: Published,
  decided: Decided,
  snapshot: PullRequestSnapshot,
  told: Told,
  timeIsOver: boolean,
): ReviewOutcome {
  const common = {
    baseSha: snapshot.baseSha,
    headSha: snapshot.headSha,
    models: modelsOf(told),
    usage: told.usage,
    summaries: summariesOf(told),
    warnings: told.warnings,
    rejected: told.chunks.flatMap((one) => (one.kind === 'answered' ? one.answer.rejected : [])),
  }
  const pullRequest = formatRef(snapshot.ref)
  if (published.kind === 'superseded') {
    return { ...withoutReview('superseded', published.reason, pullRequest), ...common }
  }
  const refused = published.kind === 'posted' ? published.refused : new Map()
  const delivered = concludeDelivery(published, decided)
  const late = timeIsOver || decided.files.some(({ coverage }) => coverage === 'deadline')
  return {
    ...common,
    ...delivered,
    ending: delivered.verdict !== 'inconclusive' ? 'succeeded' : late ? 'timed_out' : 'failed',
    pullRequest,
    mayImprove: decided.mayImprove || published.kind === 'failed',
    findings: reportFindings(
      foldRefused(decided.selection, refused),
      decided.repeated,
      commentBodies(snapshot),
    ),
    files: decided.files,
  }
}

function concludeDelivery(
  published: Exclude<Published, { kind: 'superseded' }>,
  { verdict, reason, earlierReviewUrl }: Decided,
): Pick<ReviewOutcome, 'verdict' | 'reason' | 'review' | 'delivery' | 'deliveryReason'> {
  const told = (delivery: Delivery) => ({ verdict, reason, review: null, delivery, deliveryReason: '' })
  switch (published.kind) {
    case 'posted':
      return { ...told('posted'), review: published.review }
    case 'not-posted':
      return told('dry-run')
    case 'nothing-new': {
      if (earlierReviewUrl === null) return told('nothing-to-post')
      const before = `this head was reviewed already: ${earlierReviewUrl}`
      return { ...told('nothing-to-post'), reason: reason === '' ? before : `${reason} (${before})` }
    }
    case 'not-permitted':
      return { ...told('not-permitted'), deliveryReason: published.reason }
    case 'failed':
      return {
        ...told('failed'),
        verdict: 'inconclusive',
        reason: reason === '' ? published.reason : `${published.reason}; ${reason}`,
        deliveryReason: published.reason,
      }
  }
}
