import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import { writeReviewMarker } from '../../finding/marker.ts'
import type { Logger } from '../../ports/logger.ts'
import type { SummaryEdit } from '../../ports/review-publisher.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import { type GitHubApi, pullRequestParameters } from './api.ts'
import { statusOf } from './failure.ts'

const mostTries = 3
const pauseMs = 1_000

/** The pending review that only keeps others from editing meanwhile. */
export function lockBody(headSha: string, runId: string): string {
  return writeReviewMarker({
    ...{ version: 1, runId, headSha, time: '', profile: '' },
    ...{ reviewedHunks: [], complete: false, findings: [] },
  })
}

/** Edits the body of a submitted review: the same however often it is sent, so that a lost answer does no harm. */
export class SummaryEditor {
  readonly #api: GitHubApi
  readonly #logger: Logger

  constructor(api: GitHubApi, logger: Logger) {
    this.#api = api
    this.#logger = logger
  }

  /** False where it could not be written, which costs a view, and no finding. */
  async edit(ref: PullRequestRef, { reviewId, body }: SummaryEdit, signal: AbortSignal): Promise<boolean> {
    const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}'
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#api.write(route, { ...pullRequestParameters(ref), review_id: reviewId, body }, signal)
        return true
      } catch (error) {
        if (error instanceof CancelledError) throw error
        const status = statusOf(error)
        const isRefused = status !== null && status >= 400 && status < 500
        if (isRefused || attempt === mostTries) {
          this.#logger.warning(`the summary could not be edited: ${oneLine(messageOf(error))}`)
          return false
        }
      }
      await this.#api.pauseBeforeRetry(pauseMs * attempt, route, 'network', signal)
    }
  }
}
