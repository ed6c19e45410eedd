import { timestamp } from '../accounts.ts'
import { integer, text } from '../json.ts'
import { anchorRequest, refuseSecondPending } from '../reviews/create-review.ts'
import { bodyTooLong, isTooLong } from '../reviews/limits.ts'
import { type AnchorProblem, resolveAnchor } from '../reviews/resolve-anchor.ts'
import {
  addComment,
  addReview,
  addThread,
  type CheckedComment,
  deleteComment,
  submitReview,
} from '../reviews/write-review.ts'
import type { PullRequest, ReviewComment } from '../state.ts'
import {
  type FieldError,
  GitHubError,
  invalidRequest,
  notAccessible,
  notFound,
  validationFailed,
} from './errors.ts'
import { paginated } from './paginate.ts'
import { representReviewComment } from './represent/review-comment.ts'
import { reviewedCommit } from './reviews.ts'
import {
  type Answer,
  type Call,
  commentsOf,
  isVisible,
  ok,
  pullOf,
  type Route,
  reviewCommentOf,
  viewerToken,
} from './route.ts'

const ofPull = '/repos/{owner}/{repo}/pulls/{pull_number}/comments'
const one = '/repos/{owner}/{repo}/pulls/comments/{comment_id}'

export const reviewCommentRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: ofPull,
    permissions: ['pull_requests:read'],
    handle: (call) => {
      const submitted = commentsOf(pullOf(call)).filter(({ review }) => review.state !== 'PENDING')
      const since = call.query.get('since')
      const recent = since === null ? submitted : submitted.filter(({ updatedAt }) => updatedAt >= since)
      const ordered = call.query.get('direction') === 'desc' ? recent.toReversed() : recent
      return paginated(call, ordered, (comment) => representReviewComment(call.world, comment))
    },
  },
  {
    method: 'POST',
    template: ofPull,
    permissions: ['pull_requests:write'],
    handle: createComment,
  },
  {
    method: 'POST',
    template: `${ofPull}/{comment_id}/replies`,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const pull = pullOf(call)
      const parent = reviewCommentOf(call)
      if (parent.review.pull !== pull) throw notFound()
      return reply(call, pull, parent)
    },
  },
  {
    method: 'GET',
    template: one,
    permissions: ['pull_requests:read'],
    handle: (call) => ok(representReviewComment(call.world, reviewCommentOf(call))),
  },
  {
    method: 'PATCH',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const comment = ownComment(call)
      comment.body = checkedBody(call)
      comment.updatedAt = timestamp(call.world.now())
      return ok(representReviewComment(call.world, comment))
    },
  },
  {
    method: 'DELETE',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      deleteComment(ownComment(call))
      return { status: 204 }
    },
  },
]

async function createComment(call: Call): Promise<Answer> {
  const { body, world } = call
  const pull = pullOf(call)
  const inReplyTo = integer(body, 'in_reply_to')
  if (inReplyTo !== null) {
    const parent = commentsOf(pull).find(
      (comment) => comment.id === inReplyTo && isVisible(call, comment.review),
    )
    if (!parent) throw validationFailed(fieldError('in_reply_to', 'invalid'))
    return reply(call, pull, parent)
  }
  const isFile = text(body, 'subject_type') === 'file'
  if (!isFile && integer(body, 'line') === null && integer(body, 'position') === null) {
    throw invalidRequest(['No subschema in "oneOf" matched.'])
  }
  // Seen in 2025: a line comment that also says so is refused (PyGithub#3293).
  if (text(body, 'subject_type') === 'line') throw invalidRequest(['"subject_type" is not a permitted key.'])
  const author = viewerToken(call).account
  const commit = await reviewedCommit(pull, text(body, 'commit_id'))
  refuseLockedOrPending(call, pull)
  if (commit === null) {
    const message = 'commit_id is not part of the pull request'
    throw validationFailed({ ...fieldError('commit_id', 'custom'), message })
  }
  const request = anchorRequest(body)
  const checked: CheckedComment = { path: request.path, body: checkedBody(call), anchor: null, diffHunk: '' }
  if (isFile) {
    if (!commit.files.some((file) => file.filename === request.path)) throw validationFailed(...wording.path)
  } else {
    const resolved = resolveAnchor(commit.files, pull.tooLarge, request)
    if ('problem' in resolved) throw validationFailed(...wording[resolved.problem])
    Object.assign(checked, resolved)
  }
  const review = addReview(world, pull, author, '', commit.sha)
  const comment = addThread(world, review, checked, commit.toHead)
  submitReview(world, review, 'COMMENTED')
  return { status: 201, json: representReviewComment(world, comment) }
}

/** A reply makes a review of its own with an empty body. Only a thread's first comment can be replied to. */
function reply(call: Call, pull: PullRequest, parent: ReviewComment): Answer {
  if (parent.inReplyTo !== null) throw notFound()
  const body = checkedBody(call)
  refuseLockedOrPending(call, pull)
  const review = addReview(call.world, pull, viewerToken(call).account, '', pull.headSha)
  const comment = addComment(call.world, review, parent.thread, body)
  submitReview(call.world, review, 'COMMENTED')
  return { status: 201, json: representReviewComment(call.world, comment) }
}

function refuseLockedOrPending(call: Call, pull: PullRequest): void {
  if (pull.locked)
    throw new GitHubError(403, { message: 'Unable to create comment because issue is locked.' })
  try {
    refuseSecondPending(pull, viewerToken(call).account)
  } catch {
    throw validationFailed({
      resource: 'PullRequestReview',
      code: 'custom',
      field: 'user_id',
      message: 'user_id can only have one pending review per pull request',
    })
  }
}

function checkedBody(call: Call): string {
  const body = text(call.body, 'body') ?? ''
  if (body.trim() === '') throw validationFailed(fieldError('body', 'missing_field'))
  if (isTooLong(body)) throw validationFailed({ ...fieldError('body', 'custom'), message: bodyTooLong })
  return body
}

function ownComment(call: Call): ReviewComment {
  const comment = reviewCommentOf(call)
  const { account, permissions } = viewerToken(call)
  if (comment.author !== account && permissions !== null) throw notAccessible()
  return comment
}

function fieldError(field: string, code: string): FieldError {
  return { resource: 'PullRequestReviewComment', code, field }
}

function threadError(field: string, code: string, message?: string): readonly FieldError[] {
  const name = `pull_request_review_thread.${field}`
  return [
    { ...fieldError(name, code), ...(message === undefined ? {} : { message: `${name} ${message}` }) },
    fieldError('pull_request_review_thread.diff_hunk', 'missing_field'),
  ]
}

const wording: Readonly<Record<AnchorProblem, readonly FieldError[]>> = {
  path: threadError('path', 'invalid'),
  position: threadError('position', 'invalid'),
  side: threadError('side', 'invalid'),
  line: threadError('line', 'custom', 'must be part of the diff'),
  'range hunk': threadError('start_line', 'custom', 'must be part of the same hunk as the line.'),
  'range order': threadError('start_line', 'custom', 'must precede the end line.'),
}
