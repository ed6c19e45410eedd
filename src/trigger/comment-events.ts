import * as v from 'valibot'
import { answersFor, type PullRequestRef, responsible } from '../pull-request.ts'
import { type Command, readCommand } from './command.ts'
import { pullNumber, Repository, skip, unreadable } from './payloads.ts'
import { type AskedBy, type Decision, type IncomingEvent, requestOf } from './trigger.ts'

/** A command that is answered, and nothing else. */
export type Question = {
  readonly kind: 'question'
  readonly command: Extract<Command, 'help' | 'unknown'>
  readonly pullRequest: PullRequestRef
  readonly askedBy: AskedBy
}

const CommentPayload = v.object({
  action: v.string(),
  issue: v.object({ number: pullNumber, pull_request: v.nullish(v.looseObject({})) }),
  comment: v.object({
    id: pullNumber,
    body: v.nullish(v.string(), ''),
    created_at: v.string(),
    author_association: v.string(),
    user: v.nullish(v.object({ login: v.string(), type: v.nullish(v.string()) })),
  }),
  repository: Repository,
})

/** The command that a comment on a pull request gives; null for any other event. */
export function decideCommentEvent(event: IncomingEvent): Decision | Question | null {
  if (event.name !== 'issue_comment') return null
  const parsed = v.safeParse(CommentPayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { action, issue, comment, repository } = parsed.output
  const pullRequest = { owner: repository.owner.login, repo: repository.name, number: issue.number }
  if (issue.pull_request == null) return skip('the comment is on an issue, not on a pull request', null)
  if (action !== 'created')
    return skip(`a comment that was ${action} gives no command; only a new one does`, pullRequest)
  const command = readCommand(comment.body)
  if (command === null) return skip('the comment gives no command', pullRequest)
  // We are one of them, wherever we are not a person.
  if (comment.user == null || comment.user.type === 'Bot') return skip('bots give no commands', pullRequest)
  // everybody may comment; these may spend
  if (!answersFor(comment.author_association))
    return skip(
      `commands are taken from ${responsible.join(', ')}, and the comment's author is ${comment.author_association}`,
      pullRequest,
    )
  const askedBy = { commentId: comment.id, at: comment.created_at }
  if (command === 'help' || command === 'unknown') return { kind: 'question', command, pullRequest, askedBy }
  const request = requestOf(pullRequest, null, event.name, command === 'full review')
  return { kind: 'review', request: { ...request, askedBy } }
}
