import type { Finding } from '../finding/finding.ts'
import type { ReviewContent } from '../publication/compose.ts'
import type { PullRequestRef, PullRequestState } from '../pull-request.ts'

export type PostedReview = { readonly id: number; readonly url: string }

/** All that is to be written: a new review, an edit of the standing summary, or both. */
export type Words = {
  readonly review: ReviewContent | null
  readonly summary: SummaryEdit | null
}

/** A new body for one of our own reviews. */
export type SummaryEdit = { readonly reviewId: number; readonly url: string; readonly body: string }

export type Published =
  | {
      readonly kind: 'posted'
      readonly review: PostedReview
      /** Comments that GitHub refused, with its words; they stand in the review's body instead. */
      readonly refused: ReadonlyMap<Finding, string>
    }
  /** No review was needed: the standing summary was edited. */
  | { readonly kind: 'updated'; readonly url: string }
  /** Dry run: it was shown instead. */
  | { readonly kind: 'not-posted' }
  /** Another run has said all of it in the meantime. */
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'superseded'; readonly reason: string }
  /** GitHub refuses the review as a whole: no permission, locked conversation. Findings must reach people elsewhere. */
  | { readonly kind: 'not-permitted'; readonly reason: string }
  /** It could not be posted, or nobody knows whether it was. */
  | { readonly kind: 'failed'; readonly reason: string }

export interface ReviewPublisher {
  /**
   * Posts one review, or edits the standing summary, exactly once whatever else runs at the same time. `compose` is asked again with what our
   * identity has written meanwhile, and speaks of the same `Finding` objects; null means that nothing is left to say. On an abort nothing stays posted by halves.
   */
  publish(
    ref: PullRequestRef,
    headSha: string,
    runId: string,
    compose: (state: PullRequestState | null) => Words | null,
    signal: AbortSignal,
  ): Promise<Published>
}
