import { associationOf } from '../associations.ts'
import { allows } from '../authenticate.ts'
import { pullPage } from '../rest/represent/pull-request.ts'
import type { IssueComment, Review, ReviewComment, Thread, Token } from '../state.ts'
import { connection, type PageArguments } from './connection.ts'
import { representActor, representUser } from './represent-actor.ts'
import { representPullRequest } from './represent-pull-request.ts'
import { representReactions } from './represent-reactions.ts'
import type { Scope } from './represent-repository.ts'

export function representReview(scope: Scope, review: Review) {
  const { world, token } = scope
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    url: `${pullPage(world, review.pull)}#pullrequestreview-${review.id}`,
    body: review.body,
    state: review.state,
    viewerDidAuthor: review.author === token.account,
    viewerCanDelete: review.author === token.account && review.state === 'PENDING',
    author: () => representActor(world, review.author),
    authorAssociation: associationOf(review.pull, review.author),
    createdAt: review.createdAt,
    updatedAt: review.submittedAt ?? review.createdAt,
    submittedAt: review.submittedAt,
    publishedAt: review.submittedAt,
    commit: representOid(review.commitId),
    isMinimized: review.minimizedReason !== null,
    minimizedReason: review.minimizedReason,
    pullRequest: () => representPullRequest(scope, review.pull),
    comments: (args: PageArguments) =>
      connection('comments', review.comments, (comment) => representComment(scope, comment), args),
  }
}

export function representComment(scope: Scope, comment: ReviewComment) {
  const { world, token } = scope
  const { thread, review } = comment
  return {
    __typename: 'PullRequestReviewComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    url: `${pullPage(world, review.pull)}#discussion_r${comment.id}`,
    body: comment.body,
    path: thread.path,
    line: thread.anchor?.line ?? null,
    startLine: thread.anchor?.startLine ?? null,
    originalLine: thread.original?.line ?? null,
    originalStartLine: thread.original?.startLine ?? null,
    outdated: thread.outdated,
    viewerDidAuthor: comment.author === token.account,
    author: () => representActor(world, comment.author),
    authorAssociation: associationOf(review.pull, comment.author),
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    publishedAt: review.submittedAt,
    diffHunk: thread.diffHunk,
    isMinimized: comment.minimizedReason !== null,
    minimizedReason: comment.minimizedReason,
    ...representReactions(scope, comment),
    replyTo: () => comment.inReplyTo && representComment(scope, comment.inReplyTo),
    commit: representOid(comment.commitId),
    originalCommit: representOid(comment.originalCommitId),
    state: review.state === 'PENDING' ? 'PENDING' : 'SUBMITTED',
    subjectType: thread.subjectType.toUpperCase(),
    pullRequestReview: () => representReview(scope, review),
    pullRequest: () => representPullRequest(scope, review.pull),
  }
}

export function representThread(scope: Scope, thread: Thread) {
  const { world, token } = scope
  const resolved = thread.resolvedBy !== null
  return {
    __typename: 'PullRequestReviewThread',
    id: thread.nodeId,
    isResolved: resolved,
    isOutdated: thread.outdated,
    isCollapsed: resolved || thread.outdated,
    path: thread.path,
    line: thread.anchor?.line ?? null,
    startLine: thread.anchor?.startLine ?? null,
    originalLine: thread.original?.line ?? null,
    originalStartLine: thread.original?.startLine ?? null,
    diffSide: thread.original?.side ?? 'RIGHT',
    startDiffSide: thread.original?.startSide ?? null,
    subjectType: thread.subjectType.toUpperCase(),
    resolvedBy: () => thread.resolvedBy && representUser(world, thread.resolvedBy),
    viewerCanResolve: mayResolve(token) && !resolved,
    viewerCanUnresolve: mayResolve(token) && resolved,
    viewerCanReply: !thread.pull.locked,
    comments: (args: PageArguments) => {
      const visible = thread.comments.filter(
        ({ review }) => review.state !== 'PENDING' || review.author === token.account,
      )
      return connection('comments', visible, (comment) => representComment(scope, comment), args)
    },
  }
}

/** Seen with app tokens and GITHUB_TOKEN alike: resolving needs `contents: write` too (github/gh-aw#35726). */
export function mayResolve({ permissions }: Token): boolean {
  return (
    permissions === null ||
    (allows(permissions, 'contents:write') && allows(permissions, 'pull_requests:write'))
  )
}

export function representIssueComment(scope: Scope, comment: IssueComment) {
  const { world, token } = scope
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    url: `${pullPage(world, comment.pull)}#issuecomment-${comment.id}`,
    body: comment.body,
    author: () => representActor(world, comment.author),
    authorAssociation: associationOf(comment.pull, comment.author),
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    viewerDidAuthor: comment.author === token.account,
    isMinimized: comment.minimizedReason !== null,
    minimizedReason: comment.minimizedReason,
    ...representReactions(scope, comment),
  }
}

function representOid(oid: string) {
  return { __typename: 'Commit', id: `C_${oid}`, oid, abbreviatedOid: oid.slice(0, 7) }
}
