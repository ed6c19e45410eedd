import type { Memory } from '../finding/recall.ts'
import type { Published } from '../ports/review-publisher.ts'
import { foldRefused } from '../publication/compose.ts'
import { formatRef, type PullRequestSnapshot } from '../pull-request.ts'
import { modelsOf, summariesOf, type Told } from './compose-content.ts'
import type { Decided } from './decide-content.ts'
import { settledName, settlementOf } from './compose-words.ts'
import {
  type Delivery,
  type ReviewOutcome,
  reportFindings,
  type SettledFinding,
  withoutReview,
} from './outcome.ts'

/** The outcome, once it is known what became of the review. */
export function concludeReview(
  published: Published,
  decided: Decided,
  snapshot: PullRequestSnapshot,
  memory: Memory,
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
    findings: reportFindings(foldRefused(decided.selection, refused), decided.repeated, decided.standing),
    settled: isWritten(published) ? settledSince(decided, memory) : [],
    files: decided.files,
  }
}

/** Only what was written is known to be counted next time. */
function isWritten({ kind }: Published): boolean {
  return kind === 'posted' || kind === 'updated'
}

/** What nobody has counted yet. */
function settledSince({ standing }: Decided, { state, standing: before }: Memory): readonly SettledFinding[] {
  const known = new Set(state?.counted)
  const fates = new Map(before.map(({ id, fate }) => [id, fate.kind]))
  return standing.flatMap((one): SettledFinding[] => {
    const outcome = settlementOf(one)
    const { id, severity, title, fate } = one.standing
    if (outcome === null || known.has(settledName(id, outcome))) return []
    if (outcome === 'addressed' && fates.get(id) === 'addressed') return []
    const reason = fate.kind === 'dismissed' ? fate.why : ''
    return [{ path: one.where.path, severity, title, outcome, reason }]
  })
}

function concludeDelivery(
  published: Exclude<Published, { kind: 'superseded' }>,
  { verdict, reason, files, earlierReviewUrl }: Decided,
): Pick<ReviewOutcome, 'verdict' | 'reason' | 'review' | 'reviewedUrl' | 'delivery' | 'deliveryReason'> {
  const told = (delivery: Delivery) => ({
    ...{ verdict, reason, review: null, reviewedUrl: null },
    ...{ delivery, deliveryReason: '' },
  })
  switch (published.kind) {
    case 'posted':
      return { ...told('posted'), review: published.review }
    case 'updated': {
      const nothingNew = files.every(({ hunks }) => hunks.every(({ coverage }) => coverage !== 'reviewed'))
      const before = `nothing new to review: ${published.url}`
      return {
        ...told('updated'),
        reviewedUrl: published.url,
        reason: reason === '' && nothingNew ? before : reason,
      }
    }
    case 'not-posted':
      return told('dry-run')
    case 'nothing-new': {
      if (earlierReviewUrl === null) return told('nothing-to-post')
      const before = `this head was reviewed already: ${earlierReviewUrl}`
      const both = reason === '' ? before : `${reason} (${before})`
      return { ...told('nothing-to-post'), reviewedUrl: earlierReviewUrl, reason: both }
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
