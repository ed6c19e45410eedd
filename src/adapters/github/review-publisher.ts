import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Published, ReviewPublisher, Words } from '../../ports/review-publisher.ts'
import { composeReview, type ReviewDraft } from '../../publication/compose.ts'
import type { PullRequestRef, PullRequestState } from '../../pull-request.ts'
import { supersededBy } from '../../trigger/trigger.ts'
import type { GitHubApi } from './api.ts'
import { findRefusedComments } from './find-refused-comments.ts'
import type { PendingReviews } from './pending-reviews.ts'
import type { PublishTask } from './publish-task.ts'
import type { StateReader } from './read-state.ts'
import { lockBody, SummaryEditor } from './summary-editor.ts'

/** After this many changes under our hands something else is wrong. */
const mostRounds = 5

/** Time to remove a pending review after the run was stopped. With the lingering of a creation less than the host's grace. */
const cleanUpMs = 2_500

/**
 * Posts one review, exactly once. GitHub lets an identity hold one pending review on a pull request; ours is the lock:
 * it is created with all its comments, the pull request is looked at once more, and then it is submitted or deleted.
 */
export class GitHubReviewPublisher implements ReviewPublisher {
  readonly #api: GitHubApi
  readonly #pending: PendingReviews
  readonly #state: StateReader
  readonly #logger: Logger
  readonly #summary: SummaryEditor

  constructor(api: GitHubApi, pending: PendingReviews, state: StateReader, logger: Logger) {
    this.#api = api
    this.#pending = pending
    this.#state = state
    this.#logger = logger
    this.#summary = new SummaryEditor(api, logger)
  }

  async publish(
    ref: PullRequestRef,
    headSha: string,
    runId: string,
    compose: (state: PullRequestState | null) => Words | null,
    signal: AbortSignal,
  ): Promise<Published> {
    const first = compose(null)
    if (first === null) return { kind: 'nothing-new' }
    let mayBePending = true
    try {
      const published = await this.#publishUnderLock({ ref, headSha, runId, compose, signal }, first)
      mayBePending = published.kind !== 'posted' && published.kind !== 'updated'
      return published
    } catch (error) {
      if (error instanceof CancelledError) throw error
      return {
        kind: 'failed',
        reason: `the review could not be posted: ${oneLine(messageOf(error))}`,
      }
    } finally {
      if (mayBePending) await this.#pending.removeOwn(ref, runId, AbortSignal.timeout(cleanUpMs))
    }
  }

  async #publishUnderLock(task: PublishTask, first: Words): Promise<Published> {
    const { ref, runId, signal } = task
    let words = first
    const refused = new Map<Finding, string>()
    for (let round = 1; round <= mostRounds; round++) {
      const draft = draftOf(words, task, refused)
      const created = await this.#pending.create(ref, draft, runId, signal)
      const superseded = created.kind === 'created' ? null : await this.#superseded(task)
      if (superseded !== null) return superseded
      switch (created.kind) {
        case 'comment-refused': {
          this.#logger.info(`GitHub refused the review: ${created.reason}; looking which comment it means`)
          const found = await findRefusedComments(this.#api, this.#pending, task, draft)
          for (const [finding, reason] of found) refused.set(finding, reason)
          if (refused.size > 0)
            this.#logger.warning(`GitHub refused ${refused.size} inline comments; they go into the summary`)
          continue
        }
        case 'not-permitted':
        case 'failed':
          if (words.review !== null) return created
          this.#logger.warning(`the summary was not brought up to date: ${created.reason}`)
          return { kind: 'nothing-new' }
        case 'created': {
          const state = await this.#state.read(ref, signal)
          const latest = task.compose(state)
          const gone = whyGone(state, task.headSha)
          if (gone === null && latest !== null && saysTheSame(draftOf(latest, task, refused), draft)) {
            const edited = latest.summary === null || (await this.#summary.edit(ref, latest.summary, signal))
            if (latest.review === null) {
              await this.#pending.remove(ref, created.id, signal)
              return latest.summary !== null && edited
                ? { kind: 'updated', url: latest.summary.url }
                : { kind: 'nothing-new' }
            }
            const submission = await this.#pending.submit(ref, created.id, draft.body, signal)
            return submission.kind === 'submitted'
              ? { kind: 'posted', review: submission.review, refused }
              : submission
          }
          await this.#pending.remove(ref, created.id, signal)
          if (gone !== null) return { kind: 'superseded', reason: gone }
          if (latest === null) return { kind: 'nothing-new' }
          this.#logger.info('another run has posted meanwhile; saying only what it did not')
          words = latest
        }
      }
    }
    return {
      kind: 'failed',
      reason: 'the review could not be posted: it changed again and again meanwhile',
    }
  }

  /** A refusal may just mean that the head is not the pull request's any more. */
  async #superseded({ ref, headSha, signal }: PublishTask): Promise<Published | null> {
    const gone = whyGone(await this.#state.read(ref, signal), headSha)
    return gone === null ? null : { kind: 'superseded', reason: gone }
  }
}

/** Without a review to post it is only the lock. */
function draftOf(
  { review }: Words,
  { headSha, runId }: PublishTask,
  refused: ReadonlyMap<Finding, string>,
): ReviewDraft {
  return review === null
    ? { headSha, body: lockBody(headSha, runId), comments: [] }
    : composeReview(review, refused)
}

function whyGone(state: PullRequestState, headSha: string): string | null {
  if (state.headSha !== headSha) return supersededBy(state.headSha)
  return state.open ? null : 'the pull request was closed during the review'
}

function saysTheSame(a: ReviewDraft, b: ReviewDraft): boolean {
  const said = (draft: ReviewDraft) =>
    JSON.stringify([draft.body, draft.comments.map(({ finding: _, ...sent }) => sent)])
  return said(a) === said(b)
}
