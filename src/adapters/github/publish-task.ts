import type { Words } from '../../ports/review-publisher.ts'
import type { PullRequestRef, PullRequestState } from '../../pull-request.ts'

/** One review to post, as the port's `publish` is asked for it. */
export type PublishTask = {
  readonly ref: PullRequestRef
  readonly headSha: string
  readonly runId: string
  readonly compose: (state: PullRequestState | null) => Words | null
  readonly signal: AbortSignal
}
