import type { Review, ReviewState } from '../state.ts'
import type { Side } from './diff-lines.ts'

/** A review as people see it, for assertions. */
export interface SubmittedReview {
  readonly id: number
  readonly body: string
  readonly state: ReviewState
  readonly user: string
  readonly commitId: string
  readonly submittedAt: string | null
  readonly comments: readonly SubmittedComment[]
}

export interface SubmittedComment {
  readonly id: number
  readonly path: string
  readonly side: Side
  /** null when outdated. */
  readonly line: number | null
  readonly startLine: number | null
  readonly body: string
  readonly diffHunk: string
  readonly resolved: boolean
  readonly minimizedReason: string | null
  readonly inReplyTo: number | null
}

export function submittedReviews(reviews: readonly Review[]): readonly SubmittedReview[] {
  return reviews.map((review) => ({
    id: review.id,
    body: review.body,
    state: review.state,
    user: review.author.login,
    commitId: review.commitId,
    submittedAt: review.submittedAt,
    comments: review.comments.map(({ id, body, thread, minimizedReason, inReplyTo }) => ({
      id,
      path: thread.path,
      side: thread.original?.side ?? 'RIGHT',
      line: thread.anchor?.line ?? null,
      startLine: thread.anchor?.startLine ?? null,
      body,
      diffHunk: thread.diffHunk,
      resolved: thread.resolvedBy !== null,
      minimizedReason,
      inReplyTo: inReplyTo?.id ?? null,
    })),
  }))
}
