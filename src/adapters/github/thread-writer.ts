import * as v from 'valibot'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { ThreadWrite, ThreadWriter } from '../../ports/thread-writer.ts'
import type { OwnThread, PullRequestRef } from '../../pull-request.ts'
import { type ApiResponse, type GitHubApi, pullRequestParameters } from './api.ts'
import { isRateLimit, refusalText, statusOf } from './failure.ts'
import { allPages } from './pages.ts'
import type { OwnLogin } from './read-state.ts'
import { closeByMutation } from './thread-mutations.ts'
import { explainReplyRefusal } from './reply-refusal.ts'

/** Tries of a write whose answer was lost. */
const mostTries = 3
/** Waits for other runs' pending reviews before we give up; one that is left behind is the next review's to remove. */
const mostWaits = 20
const defaultPauseMs = 1_000

const comments = '/repos/{owner}/{repo}/pulls/{pull_number}/comments'

const Reply = v.object({ id: v.number(), in_reply_to_id: v.number() })

const Comment = v.object({
  in_reply_to_id: v.optional(v.number()),
  body: v.string(),
  user: v.nullable(v.object({ login: v.string() })),
})

const Place = v.object({ commit_id: v.string(), path: v.string() })

export class GitHubThreadWriter implements ThreadWriter {
  readonly #api: GitHubApi
  readonly #ownLogin: OwnLogin
  readonly #logger: Logger
  readonly #pauseMs: number

  constructor(api: GitHubApi, ownLogin: OwnLogin, logger: Logger, pauseMs = defaultPauseMs) {
    this.#api = api
    this.#ownLogin = ownLogin
    this.#logger = logger
    this.#pauseMs = pauseMs
  }

  async close(
    ref: PullRequestRef,
    thread: OwnThread,
    note: string,
    signal: AbortSignal,
  ): Promise<ThreadWrite> {
    if (thread.isResolved) return { kind: 'resolved' }
    if (thread.isMinimized) return { kind: 'minimized' }
    if (isAnswered(thread, note)) return { kind: 'answered' }
    const closed = await closeByMutation(this.#api, thread, this.#logger, signal)
    return closed ?? this.reply(ref, thread, note, signal)
  }

  async reply(
    ref: PullRequestRef,
    thread: OwnThread,
    body: string,
    signal: AbortSignal,
  ): Promise<ThreadWrite> {
    if (isAnswered(thread, body)) return { kind: 'answered' }
    let lost = 0
    for (let waits = 0; ; ) {
      try {
        const { data } = await this.#post(ref, thread, body, signal)
        if (v.is(Reply, data)) return { kind: 'answered' }
        throw new Error('a success that is no reply')
      } catch (error) {
        if (error instanceof CancelledError) throw error
        const refusal = explainReplyRefusal(error)
        if (refusal.kind === 'refused') return { kind: 'failed', reason: refusal.reason }
        if (refusal.kind === 'occupied') {
          if (++waits === mostWaits) return { kind: 'failed', reason: `${refusal.reason}, again and again` }
          await this.#api.pause(this.#pauseMs, signal)
          continue
        }
        lost += 1
        this.#logger.info(`GitHub's answer to a reply was lost (${refusal.reason}); looking what it has`)
        await this.#api.pauseBeforeRetry(this.#pauseMs * lost, `POST ${comments}`, 'network', signal)
        const stands = await this.#look(ref, thread, body, signal)
        if (stands !== null) return stands
        if (lost === mostTries)
          return { kind: 'failed', reason: `the reply could not be posted: ${refusal.reason}` }
      }
    }
  }

  /** GitHub describes the way for replies as closed to Apps; the other one names what is answered. */
  async #post(
    ref: PullRequestRef,
    thread: OwnThread,
    body: string,
    signal: AbortSignal,
  ): Promise<ApiResponse> {
    const parameters = { ...pullRequestParameters(ref), body }
    try {
      const reply = { ...parameters, comment_id: thread.commentId }
      return await this.#api.write(`POST ${comments}/{comment_id}/replies`, reply, signal)
    } catch (error) {
      const status = statusOf(error)
      if ((status !== 403 && status !== 404) || isRateLimit(error) || /lock/i.test(refusalText(error)))
        throw error
      this.#logger.debug(`replies are refused (${oneLine(messageOf(error))}); naming the comment instead`)
    }
    // GitHub demands these two and ignores what they say
    const { commit_id, path } = await this.#place(ref, thread, signal)
    const answer = { ...parameters, commit_id, path, in_reply_to: thread.commentId }
    return this.#api.write(`POST ${comments}`, answer, signal)
  }

  async #place({ owner, repo }: PullRequestRef, { commentId }: OwnThread, signal: AbortSignal) {
    const route = 'GET /repos/{owner}/{repo}/pulls/comments/{comment_id}'
    const { data } = await this.#api.read(route, { owner, repo, comment_id: commentId }, signal)
    return v.parse(Place, data)
  }

  /** What became of a reply whose answer was lost: it stands, or nobody can tell; null where it is not there. */
  async #look(
    ref: PullRequestRef,
    thread: OwnThread,
    body: string,
    signal: AbortSignal,
  ): Promise<ThreadWrite | null> {
    try {
      const [login, all] = await Promise.all([
        this.#ownLogin(signal),
        allPages(this.#api, `GET ${comments}`, pullRequestParameters(ref), Comment, signal),
      ])
      const replies = all.filter(({ in_reply_to_id }) => in_reply_to_id === thread.commentId)
      const stands = replies.some((one) => one.user?.login === login && beginAlike(one.body, body))
      return stands ? { kind: 'answered' } : null
    } catch (error) {
      if (error instanceof CancelledError) throw error
      return {
        kind: 'failed',
        reason: `nobody can tell whether the reply was posted: ${oneLine(messageOf(error))}`,
      }
    }
  }
}

function isAnswered(thread: OwnThread, body: string): boolean {
  return thread.replies.some((reply) => reply.author.isOwn && beginAlike(reply.body, body))
}

/** Bodies of ours begin with a line for their marker. */
function beginAlike(a: string, b: string): boolean {
  return firstLine(a) === firstLine(b)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? ''
}
