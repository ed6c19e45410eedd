import * as v from 'valibot'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import { readReviewMarker } from '../../finding/marker.ts'
import type { Logger } from '../../ports/logger.ts'
import type { PostedReview } from '../../ports/review-publisher.ts'
import type { ReviewDraft } from '../../publication/compose.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import { type ApiResponse, type GitHubApi, pullRequestParameters } from './api.ts'
import { isRateLimit, limitReason, refusalText, statusOf } from './failure.ts'
import { listReviews } from './read-state-rest.ts'

export type Creation =
  | { readonly kind: 'created'; readonly id: number }
  /** GitHub does not take the place of one of the comments. */
  | { readonly kind: 'comment-refused'; readonly reason: string }
  | { readonly kind: 'not-permitted'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

export type Submission =
  | { readonly kind: 'submitted'; readonly review: PostedReview }
  | { readonly kind: 'failed'; readonly reason: string }

/** A pending review lives for seconds; one that has outlived this was left by a run that died. */
const pendingLifeMs = 15_000
const pollMs = 1_000
/** Tries of a write whose answer was lost. */
const mostTries = 3
/** Waits for other runs' pending reviews before we give up. */
const mostWaits = 20
/** A creation under way when the run is stopped may still end: GitHub carries it out all the same, and it must be known to be removed. */
const lingerMs = 1_500

const reviews = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews'
const oneReview = `${reviews}/{review_id}`

const Review = v.object({ id: v.number(), state: v.string(), html_url: v.string() })

/**
 * Pending reviews: visible to their author alone, one at a time for an identity and pull request. After every answer
 * that may have been lost on its way we look what GitHub has before writing again.
 */
export class PendingReviews {
  readonly #api: GitHubApi
  readonly #logger: Logger

  constructor(api: GitHubApi, logger: Logger) {
    this.#api = api
    this.#logger = logger
  }

  /** Creates a pending review with all its comments, or says why not. Waits for another run's to be submitted. */
  async create(
    ref: PullRequestRef,
    draft: ReviewDraft,
    runId: string,
    signal: AbortSignal,
  ): Promise<Creation> {
    let lost = 0
    for (let waits = 0; ; ) {
      try {
        const response = await this.#api.write(
          `POST ${reviews}`,
          { ...pullRequestParameters(ref), ...toRequest(draft) },
          lingering(signal, lingerMs),
        )
        const created = v.safeParse(Review, response.data)
        if (created.success) return { kind: 'created', id: created.output.id }
        throw new Error('a success that is no review')
      } catch (error) {
        if (error instanceof CancelledError) throw error
        const refusal = explainRefusal(error)
        if (refusal.kind === 'occupied') {
          const obstacle = await this.#waitForOther(ref, runId, signal)
          if (obstacle !== null) return obstacle
          if (++waits === mostWaits) return { kind: 'failed', reason: `${refusal.reason}, again and again` }
          await this.#api.pause(pollMs, signal) // what we see may lag behind what GitHub has
          continue
        }
        if (refusal.kind !== 'unclear') {
          await this.removeOwn(ref, runId, signal)
          return refusal
        }
        this.#logger.info(`GitHub's answer to the review was lost (${refusal.reason}); looking what it has`)
        if (++lost === mostTries)
          return { kind: 'failed', reason: `the review could not be posted: ${refusal.reason}` }
      }
      const own = await this.#findOwn(ref, runId, signal)
      if (own !== null) return { kind: 'created', id: own }
      await this.#api.pauseBeforeRetry(pollMs * lost, `POST ${reviews}`, 'network', signal)
    }
  }

  /** Submits a pending review as a comment. */
  async submit(ref: PullRequestRef, id: number, body: string, signal: AbortSignal): Promise<Submission> {
    const parameters = { ...pullRequestParameters(ref), review_id: id }
    for (let attempt = 1; ; attempt++) {
      try {
        const submitted = readSubmitted(
          await this.#api.write(
            `POST ${oneReview}/events`,
            { ...parameters, event: 'COMMENT', body },
            signal,
          ),
        )
        if (submitted !== null) return submitted
        throw new Error('a success that is no submitted review')
      } catch (error) {
        if (error instanceof CancelledError) throw error
        this.#logger.info(
          `GitHub's answer to the submission was lost (${oneLine(messageOf(error))}); looking what it has`,
        )
        const found = await this.#api.read(`GET ${oneReview}`, parameters, signal).catch(() => null)
        const submitted = found === null ? null : readSubmitted(found)
        if (submitted !== null) return submitted
        if (attempt === mostTries)
          return {
            kind: 'failed',
            reason: `the review could not be submitted: ${oneLine(refusalText(error))}`,
          }
      }
      await this.#api.pauseBeforeRetry(pollMs * attempt, `POST ${oneReview}/events`, 'network', signal)
    }
  }

  async remove(ref: PullRequestRef, id: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#api.write(`DELETE ${oneReview}`, { ...pullRequestParameters(ref), review_id: id }, signal)
    } catch (error) {
      if (error instanceof CancelledError) throw error
      // Submitted or deleted meanwhile: there is nothing left to remove. Anything else shows at the next creation.
      this.#logger.debug(`pending review ${id} was not deleted: ${oneLine(messageOf(error))}`)
    }
  }

  /** Removes what this run may have left pending. Never fails: it runs when something else already has. */
  async removeOwn(ref: PullRequestRef, runId: string, signal: AbortSignal): Promise<void> {
    try {
      const id = await this.#findOwn(ref, runId, signal)
      if (id !== null) await this.remove(ref, id, signal)
    } catch (error) {
      this.#logger.debug(`could not look for a pending review to remove: ${oneLine(messageOf(error))}`)
    }
  }

  async #findOwn(ref: PullRequestRef, runId: string, signal: AbortSignal): Promise<number | null> {
    const pending = (await listReviews(this.#api, ref, signal)).filter((review) => review.pending)
    return pending.find((review) => readReviewMarker(review.body)?.runId === runId)?.id ?? null
  }

  /** Waits until the pending review of another run is gone; takes over one that has outlived its time. */
  async #waitForOther(ref: PullRequestRef, runId: string, signal: AbortSignal): Promise<Creation | null> {
    let watched = { id: 0, since: Date.now() }
    this.#logger.info('this identity has a pending review already; waiting for the run that holds it')
    for (;;) {
      const other = (await listReviews(this.#api, ref, signal)).find((review) => review.pending)
      if (other === undefined) return null
      if (watched.id !== other.id) watched = { id: other.id, since: Date.now() }
      const marker = readReviewMarker(other.body)
      if (marker?.runId === runId || Date.now() - watched.since >= pendingLifeMs) {
        if (marker === null && other.userType === 'User') return unfinishedByHand(other.login)
        this.#logger.info('that pending review was left behind by a run that ended; removing it')
        await this.remove(ref, other.id, signal)
        return null
      }
      await this.#api.pause(pollMs, signal)
    }
  }
}

/** Aborts so much later than the given signal, or at once where that has aborted already. */
function lingering(signal: AbortSignal, ms: number): AbortSignal {
  if (signal.aborted) return signal
  const late = new AbortController()
  signal.addEventListener('abort', () => setTimeout(() => late.abort(), ms).unref(), { once: true })
  return late.signal
}

function toRequest(draft: ReviewDraft) {
  return {
    commit_id: draft.headSha,
    body: draft.body,
    comments: draft.comments.map(({ path, side, line, startLine, body }) => ({
      path,
      side,
      line,
      body,
      ...(startLine === null ? {} : { start_line: startLine, start_side: side }),
    })),
  }
}

function readSubmitted({ data }: ApiResponse): Submission | null {
  const review = v.safeParse(Review, data)
  if (!review.success || review.output.state === 'PENDING') return null
  return { kind: 'submitted', review: { id: review.output.id, url: review.output.html_url } }
}

/** A person's own draft is not ours to delete. */
function unfinishedByHand(login: string | null): Creation {
  const who = login === null ? 'the token’s account' : `@${login}`
  return {
    kind: 'failed',
    reason: `${who}, whose token this is, has an unfinished review on this pull request: submit or discard it, or use another token`,
  }
}

type Refusal =
  | Exclude<Creation, { kind: 'created' }>
  | { readonly kind: 'occupied'; readonly reason: string }
  | { readonly kind: 'unclear'; readonly reason: string }

/** GitHub's wording of 2025 and 2026, as reported by many clients; it documents none. */
const refusedPlace =
  /could not be resolved|must be part of the diff|(path|position|line|comments) is invalid|same hunk|must precede/i

function explainRefusal(error: unknown): Refusal {
  const text = oneLine(refusalText(error))
  if (isRateLimit(error)) return { kind: 'failed', reason: limitReason(error) }
  switch (statusOf(error)) {
    case 401:
      return {
        kind: 'failed',
        reason: 'GitHub refused the token when posting (401): check `github-token` or the App key',
      }
    case 403:
    case 404:
      if (/locked|lock prevents/i.test(text))
        return { kind: 'not-permitted', reason: 'the conversation is locked' }
      if (/not accessible|permission|must have/i.test(text)) {
        return {
          kind: 'not-permitted',
          reason: `this token may not write reviews (${text}): give the workflow \`permissions: pull-requests: write\`; pull requests from forks and Dependabot get a read-only token`,
        }
      }
      return { kind: 'failed', reason: `GitHub refused the review (${statusOf(error)}: ${text})` }
    case 422:
      if (/one pending review/i.test(text))
        return { kind: 'occupied', reason: `GitHub refused the review: ${text}` }
      if (/lock prevents/i.test(text)) return { kind: 'not-permitted', reason: 'the conversation is locked' }
      if (refusedPlace.test(text)) return { kind: 'comment-refused', reason: text }
      return { kind: 'failed', reason: `GitHub refused the review: ${text}` }
    case 400:
      return { kind: 'failed', reason: `GitHub refused the review: ${text}` }
    default:
      return { kind: 'unclear', reason: text }
  }
}
