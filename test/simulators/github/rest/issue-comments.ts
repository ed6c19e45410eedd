import { timestamp } from '../accounts.ts'
import { text } from '../json.ts'
import { bodyTooLong, isTooLong } from '../reviews/limits.ts'
import type { IssueComment } from '../state.ts'
import { addIssueComment } from '../webhooks.ts'
import { GitHubError, notAccessible, notFound, validationFailed } from './errors.ts'
import { paginated } from './paginate.ts'
import { representIssueComment } from './represent/issue-comment.ts'
import { type Call, ok, pullOf, type Route, repositoryOf, viewerToken } from './route.ts'

const ofIssue = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
const one = '/repos/{owner}/{repo}/issues/comments/{comment_id}'

/**
 * The timeline of a pull request. GitHub's docs ask for either permission, but what it asks for is the one of what the comment
 * belongs to: `issues: write` with `pull_requests: read` is refused (seen by RevenueCat/purchases-ios#6655).
 */
export const issueCommentRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: ofIssue,
    permissions: ['issues:read', 'pull_requests:read'],
    handle: (call) =>
      paginated(call, pullOf(call).issueComments, (comment) => representIssueComment(call.world, comment)),
  },
  {
    method: 'POST',
    template: ofIssue,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const pull = pullOf(call)
      const author = viewerToken(call).account
      if (pull.locked)
        throw new GitHubError(403, { message: 'Unable to create comment because issue is locked.' })
      const comment = addIssueComment(call.world, pull, checkedBody(call), author)
      return { status: 201, json: representIssueComment(call.world, comment) }
    },
  },
  {
    method: 'GET',
    template: one,
    permissions: ['issues:read', 'pull_requests:read'],
    handle: (call) => ok(representIssueComment(call.world, issueCommentOf(call))),
  },
  {
    method: 'PATCH',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const comment = ownComment(call)
      comment.body = checkedBody(call)
      comment.updatedAt = timestamp(call.world.now())
      return ok(representIssueComment(call.world, comment))
    },
  },
  {
    method: 'DELETE',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const comment = ownComment(call)
      comment.pull.issueComments.splice(comment.pull.issueComments.indexOf(comment), 1)
      return { status: 204 }
    },
  },
]

export function issueCommentOf(call: Call): IssueComment {
  const pulls = [...repositoryOf(call).pulls.values()]
  const id = Number(call.parameters.comment_id)
  const comment = pulls.flatMap((pull) => pull.issueComments).find((known) => known.id === id)
  if (!comment) throw notFound()
  return comment
}

function ownComment(call: Call): IssueComment {
  const comment = issueCommentOf(call)
  const { account, permissions } = viewerToken(call)
  if (comment.author !== account && permissions !== null) throw notAccessible()
  return comment
}

function checkedBody(call: Call): string {
  const body = text(call.body, 'body') ?? ''
  const resource = 'IssueComment'
  if (body.trim() === '') throw validationFailed({ resource, code: 'missing_field', field: 'body' })
  if (isTooLong(body)) {
    throw validationFailed({ resource, code: 'unprocessable', field: 'data', message: bodyTooLong })
  }
  return body
}
