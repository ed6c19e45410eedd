import type { OwnReview, OwnThread, PullRequestState } from '../pull-request.ts'
import { fateOf } from './fate.ts'
import { forgottenFinding } from './forgotten.ts'
import { readFindingMarker, readReviewMarker } from './marker.ts'
import { commentName, type Fate, findingKey, type Standing } from './standing.ts'
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
  const summary = pull.ownReviews.find(isMarked) ?? null
  const state = summary === null ? null : readSummaryState(summary.body)
  const known = { addressed: addressedIn(state), dismissed: dismissedIn(state) }
  let reviewUrl: string | null = null
  let complete = false
  for (const review of pull.ownReviews) {
    const marker = review.pending ? null : readReviewMarker(review.body)
    if (marker === null) continue
    if (marker.profile === profile) for (const hunk of marker.reviewedHunks) reviewedHunks.add(hunk)
    const comments = new Map<string, number>()
    for (const finding of marker.findings) {
      const key = findingKey(finding)
      const nth = seen.get(key) ?? 0
      seen.set(key, nth + 1)
      const id = nth === 0 ? key : `${key}#${nth}`
      const name = commentName(finding, marker.runId)
      const comment = comments.get(name) ?? 0
      comments.set(name, comment + 1)
      const thread = threads.get(name)?.[comment] ?? null
      standing.push({ ...finding, id, thread, fate: recallFate(id, thread, known, pull) })
    }
    if (marker.headSha !== pull.headSha) continue
    reviewUrl = review.url
    complete ||= marker.complete
  }
  if (state?.profile === profile) for (const hunk of state.quietHunks) reviewedHunks.add(hunk)
  const told = new Set(standing.map(({ thread }) => thread))
  for (const thread of pull.ownThreads.filter((one) => !told.has(one))) {
    const finding = forgottenFinding(thread)
    const id = `comment ${thread.commentId}`
    if (finding !== null) standing.push({ ...finding, id, thread, fate: recallFate(id, thread, known, pull) })
  }
  const isOfHead = state?.headSha === pull.headSha
  return {
    ...{ reviewedHunks, standing, summary, state, hasReview: reviewUrl !== null },
    reviewUrl: reviewUrl ?? (isOfHead ? (summary?.url ?? null) : null),
    complete: complete || (isOfHead && state.complete),
  }
}

function isMarked({ pending, body }: OwnReview): boolean {
  return !pending && readReviewMarker(body) !== null
}

type Known = {
  readonly addressed: ReadonlyMap<string, string>
  readonly dismissed: ReadonlyMap<string, Fate>
}

/** Without GraphQL nobody tells what people did in a thread: then what was seen before counts. */
function recallFate(id: string, thread: OwnThread | null, known: Known, pull: Remembered): Fate {
  const fate = fateOf(thread, known.addressed.get(id) ?? null, pull)
  const isBlind = thread !== null && thread.nodeId === null && fate.kind === 'open'
  return isBlind ? (known.dismissed.get(id) ?? fate) : fate
}

function addressedIn(state: SummaryState | null): ReadonlyMap<string, string> {
  return new Map(state?.addressed.map(({ id, headSha }) => [id, headSha]))
}

function dismissedIn(state: SummaryState | null): ReadonlyMap<string, Fate> {
  return new Map(
    state?.dismissed.map(({ id, why, outOfGate }) => [id, { kind: 'dismissed', why, outOfGate }]),
  )
}

/** What our comment says, for telling a standing finding again in full. */
export function commentBody(thread: OwnThread): string {
  // after the marker's line and the heading's
  return thread.body.split('\n').slice(2).join('\n').trim()
}
