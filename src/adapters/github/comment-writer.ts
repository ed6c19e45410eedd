import * as v from 'valibot'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { CommentWrite, CommentWriter } from '../../ports/comment-writer.ts'
import type { Logger } from '../../ports/logger.ts'
import { answerMarker } from '../../publication/command-answers.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import type { AskedBy } from '../../trigger/trigger.ts'
import { type GitHubApi, pullRequestParameters } from './api.ts'
import { isRateLimit, limitReason, refusalText, statusOf } from './failure.ts'
import { allPages } from './pages.ts'
import type { OwnLogin } from './read-state.ts'

/** Tries of a write whose answer was lost. */
const mostTries = 3
const defaultPauseMs = 1_000

const comments = '/repos/{owner}/{repo}/issues/{pull_number}/comments'

const Written = v.object({ html_url: v.string() })

const Comment = v.object({
  html_url: v.string(),
  body: v.nullish(v.string(), ''),
  user: v.nullish(v.object({ login: v.string() })),
})

/** Comments in the timeline, which GitHub keeps with issues. */
export class GitHubCommentWriter implements CommentWriter {
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

  /** GitHub keeps one of a kind for each identity. https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment */
  async acknowledge({ owner, repo }: PullRequestRef, { commentId }: AskedBy, signal: AbortSignal) {
    const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
    try {
      await this.#api.write(route, { owner, repo, comment_id: commentId, content: 'eyes' }, signal)
    } catch (error) {
      this.#logger.info(`the comment got no reaction as a receipt: ${oneLine(refusalText(error))}`)
    }
  }

  async answer(
    ref: PullRequestRef,
    asked: AskedBy,
    text: string,
    signal: AbortSignal,
  ): Promise<CommentWrite> {
    const marker = answerMarker(asked.commentId)
    for (let attempt = 1; ; attempt++) {
      try {
        const url = await this.#find(ref, asked, marker, signal)
        if (url !== null) return { kind: 'written', url }
        const body = `${marker}\n${text}`
        const { data } = await this.#api.write(
          `POST ${comments}`,
          { ...pullRequestParameters(ref), body },
          signal,
        )
        return { kind: 'written', url: v.parse(Written, data).html_url }
      } catch (error) {
        const refusal = explainRefusal(error)
        if (refusal !== null) return refusal
        const reason = oneLine(messageOf(error))
        if (attempt === mostTries || signal.aborted)
          return { kind: 'failed', reason: `the answer could not be written: ${reason}` }
        this.#logger.info(`GitHub's answer was lost (${reason}); looking what it has`)
      }
      await this.#api
        .pauseBeforeRetry(this.#pauseMs * attempt, `POST ${comments}`, 'network', signal)
        .catch(() => {}) // the time is over, which the next request says as well
    }
  }

  /** The address of our answer; null where there is none. Anybody could write our marker. */
  async #find(ref: PullRequestRef, { at }: AskedBy, marker: string, signal: AbortSignal) {
    const parameters = { ...pullRequestParameters(ref), since: at }
    const all = await allPages(this.#api, `GET ${comments}`, parameters, Comment, signal)
    const marked = all.filter(({ body }) => body.startsWith(marker))
    if (marked.length === 0) return null
    const login = await this.#ownLogin(signal)
    return marked.find(({ user }) => user?.login === login)?.html_url ?? null
  }
}

/** Null where it may have been carried out all the same, or may be the next time. */
function explainRefusal(error: unknown): Exclude<CommentWrite, { kind: 'written' | 'not-written' }> | null {
  if (error instanceof CancelledError) return { kind: 'failed', reason: error.message }
  if (isRateLimit(error)) return { kind: 'failed', reason: limitReason(error) }
  const status = statusOf(error)
  if (status === null || status < 400 || status >= 500) return null
  const text = oneLine(refusalText(error))
  if (/lock/i.test(text)) return { kind: 'not-permitted', reason: 'the conversation is locked' }
  if (status === 403 || status === 404)
    return {
      kind: 'not-permitted',
      reason: `this token may not comment (${text}): give the workflow \`permissions: pull-requests: write\``,
    }
  return { kind: 'failed', reason: `GitHub refused the comment (${status}: ${text})` }
}
