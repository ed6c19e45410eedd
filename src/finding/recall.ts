import type { OwnReview, OwnThread, PullRequestState } from '../pull-request.ts'
import { fateOf } from './fate.ts'
import { readFindingMarker, readReviewMarker } from './marker.ts'
import { findingKey, type Standing } from './standing.ts'
import { readSummaryState, type SummaryState } from './summary-state.ts'

/** What our earlier reviews of this pull request reviewed and said, and what became of it. */
export type Memory = {
  /** Ids of hunks, at whatever head they were reviewed. */
  readonly reviewedHunks: ReadonlySet<string>
  readonly standing: readonly Standing[]
  /** Our first review, whose body is the standing summary; null before there is one. */
  readonly summary: OwnReview | null
  /** What the summary knows besides; null before its first edit. */
  readonly state: SummaryState | null
  /** Where this head was dealt with: the latest review of it, or the summary. Null when it was not. */
  readonly reviewUrl: string | null
  /** Some review was posted for this head. */
  readonly hasReview: boolean
  /** With them nobody has to come back to this head. */
  readonly complete: boolean
}

type Remembered = Pick<PullRequestState, 'headSha' | 'author' | 'ownReviews' | 'ownThreads'>

/** `profile`: hunks that were reviewed with another one do not count. */
export function recallMemory(pull: Remembered, profile: string): Memory {
  const reviewedHunks = new Set<string>()
  const standing: Standing[] = []
  const threads = Map.groupBy(pull.ownThreads, ({ body }) => readFindingMarker(body))
  const seen = new Map<string, number>()
  let summary: OwnReview | null = null
  let reviewUrl: string | null = null
  let complete = false
  for (const review of pull.ownReviews) {
    const marker = review.pending ? null : readReviewMarker(review.body)
    if (marker === null) continue
    summary ??= review
    if (marker.profile === profile) for (const hunk of marker.reviewedHunks) reviewedHunks.add(hunk)
    const addressed = addressedIn(summary)
    for (const finding of marker.findings) {
      const key = findingKey(finding)
      const nth = seen.get(key) ?? 0
      seen.set(key, nth + 1)
      const id = nth === 0 ? key : `${key}#${nth}`
      const thread = (threads.get(key) ?? threads.get(finding.fingerprint) ?? [])[nth] ?? null
      standing.push({ ...finding, id, thread, fate: fateOf(thread, addressed.get(id) ?? null, pull) })
    }
    if (marker.headSha !== pull.headSha) continue
    reviewUrl = review.url
    complete ||= marker.complete
  }
  const state = summary === null ? null : readSummaryState(summary.body)
  if (state?.profile === profile) for (const hunk of state.quietHunks) reviewedHunks.add(hunk)
  const isOfHead = state?.headSha === pull.headSha
  return {
    ...{ reviewedHunks, standing, summary, state, hasReview: reviewUrl !== null },
    reviewUrl: reviewUrl ?? (isOfHead ? (summary?.url ?? null) : null),
    complete: complete || (isOfHead && state.complete),
  }
}

function addressedIn(summary: OwnReview): ReadonlyMap<string, string> {
  const addressed = readSummaryState(summary.body)?.addressed ?? []
  return new Map(addressed.map(({ id, headSha }) => [id, headSha]))
}

/** Bodies of our inline comments by key, for telling a standing finding again in full. */
export function commentBody(thread: OwnThread): string {
  // after the marker's line and the heading's
  return thread.body.split('\n').slice(2).join('\n').trim()
}
