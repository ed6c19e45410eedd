import type { Logger } from '../../ports/logger.ts'
import type { Published, ReviewPublisher } from '../../ports/review-publisher.ts'
import { composeReview, type ReviewContent } from '../../publication/compose.ts'
import type { PullRequestRef, PullRequestState } from '../../pull-request.ts'

/** Shows what would be posted, and posts nothing. */
export class DryRunReviewPublisher implements ReviewPublisher {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  async publish(
    _ref: PullRequestRef,
    _headSha: string,
    _runId: string,
    compose: (state: PullRequestState | null) => ReviewContent | null,
  ): Promise<Published> {
    const content = compose(null)
    if (content === null) return { kind: 'nothing-new' }
    const draft = composeReview(content, new Map())
    this.#logger.info(`dry run, nothing is posted. The review would be:\n${withoutMarker(draft.body)}`)
    for (const { path, side, line, body } of draft.comments) {
      this.#logger.info(`comment on ${path}:${line} (${side}):\n${withoutMarker(body)}`)
    }
    return { kind: 'not-posted' }
  }
}

function withoutMarker(body: string): string {
  return body.replace(/^<!--.*-->\n/, '')
}
