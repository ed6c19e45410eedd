import type { Logger } from '../../ports/logger.ts'
import type { Published, ReviewPublisher, Words } from '../../ports/review-publisher.ts'
import { composeReview } from '../../publication/compose.ts'
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
    compose: (state: PullRequestState | null) => Words | null,
  ): Promise<Published> {
    const words = compose(null)
    if (words === null) return { kind: 'nothing-new' }
    if (words.summary !== null)
      this.#logger.info(`dry run, the summary would be:\n${withoutMarker(words.summary.body)}`)
    if (words.review === null) return { kind: 'not-posted' }
    const draft = composeReview(words.review, new Map())
    this.#logger.info(`dry run, nothing is posted. The review would be:\n${withoutMarker(draft.body)}`)
    for (const { path, side, line, body } of draft.comments) {
      this.#logger.info(`comment on ${path}:${line} (${side}):\n${withoutMarker(body)}`)
    }
    return { kind: 'not-posted' }
  }
}

function withoutMarker(body: string): string {
  return body.replace(/^(?:<!--.*-->\n)+/, '')
}
