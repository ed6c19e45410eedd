import * as v from 'valibot'
import { formatRef, type PullRequestRef } from '../pull-request.ts'
import { readCommand } from './command.ts'
import { pullNumber, Repository, unreadable } from './payloads.ts'
import type { Decision, IncomingEvent } from './trigger.ts'

/** A reply in a thread of a review, to be judged. Plain JSON, so that it can wait in a queue. */
export type ReplyRequest = {
  readonly pullRequest: PullRequestRef
  /** The comment that the thread began with. */
  readonly rootCommentId: number
  /** The reply itself. */
  readonly commentId: number
  /** GitHub's event name. */
  readonly trigger: string
}

export type ReplyDecision =
  | { readonly kind: 'reply'; readonly request: ReplyRequest }
  | Exclude<Decision, { kind: 'review' }>

const ReviewCommentPayload = v.object({
  action: v.string(),
  comment: v.object({
    id: pullNumber,
    in_reply_to_id: v.nullish(pullNumber),
    body: v.nullish(v.string(), ''),
    user: v.nullish(v.object({ type: v.nullish(v.string()) })),
  }),
  pull_request: v.object({ number: pullNumber, state: v.string() }),
  repository: Repository,
})

/**
 * May this comment be a reply to us? Whose thread it is, and what its author may ask for, only GitHub can tell; null for
 * any other event.
 */
export function decideReviewComment(event: IncomingEvent): ReplyDecision | null {
  if (event.name !== 'pull_request_review_comment') return null
  const parsed = v.safeParse(ReviewCommentPayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { action, comment, pull_request: pull, repository } = parsed.output
  const pullRequest = { owner: repository.owner.login, repo: repository.name, number: pull.number }
  const skip = (reason: string) => ({ kind: 'skip', reason, pullRequest: formatRef(pullRequest) }) as const
  if (action !== 'created')
    return skip(`a review comment that was ${action} is not answered; only a new one is`)
  if (comment.in_reply_to_id == null) return skip('the review comment is no reply')
  // We are one of them, wherever we are not a person.
  if (comment.user == null || comment.user.type === 'Bot') return skip('bots are not answered')
  if (readCommand(comment.body) !== null)
    return skip('commands are given in the conversation of the pull request, not in a thread')
  if (pull.state !== 'open') return skip('the pull request is closed')
  const { id: commentId, in_reply_to_id: rootCommentId } = comment
  return { kind: 'reply', request: { pullRequest, rootCommentId, commentId, trigger: event.name } }
}
