import { associationOf } from '../../associations.ts'
import type { ReviewComment, World } from '../../state.ts'
import { representAccount } from './account.ts'
import { pullPage, pullUrl } from './pull-request.ts'
import { representRollup } from './reaction.ts'
import { repositoryUrl } from './repository.ts'

/** GitHub REST, `pull-request-review-comment`. An outdated comment has `line` and `position` null. */
export function representReviewComment(world: World, comment: ReviewComment) {
  const { thread } = comment
  const { anchor, original } = thread
  return {
    ...representLegacyReviewComment(world, comment),
    start_line: anchor?.startLine ?? null,
    original_start_line: original?.startLine ?? null,
    start_side: original?.startSide ?? null,
    line: thread.subjectType === 'file' ? 1 : (anchor?.line ?? null),
    original_line: thread.subjectType === 'file' ? 1 : (original?.line ?? null),
    side: original?.side ?? 'RIGHT',
    subject_type: thread.subjectType,
  }
}

/** GitHub REST, `review-comment` ("legacy"): the comments of one review come with positions only, without lines. */
export function representLegacyReviewComment(world: World, comment: ReviewComment) {
  const { review, thread } = comment
  const { pull } = review
  const url = `${repositoryUrl(world, pull.repository)}/pulls/comments/${comment.id}`
  const page = `${pullPage(world, pull)}#discussion_r${comment.id}`
  const isFile = thread.subjectType === 'file'
  return {
    url,
    pull_request_review_id: review.id,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: thread.diffHunk,
    path: thread.path,
    commit_id: comment.commitId,
    original_commit_id: comment.originalCommitId,
    user: representAccount(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: page,
    pull_request_url: pullUrl(world, pull),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pullUrl(world, pull) } },
    author_association: associationOf(pull, comment.author),
    position: isFile ? 1 : (thread.anchor?.position ?? null),
    original_position: isFile ? 1 : (thread.original?.position ?? 1),
    reactions: representRollup(url, comment),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo.id }),
  }
}
