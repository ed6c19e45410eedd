import { nodeId, timestamp } from '../accounts.ts'
import type { Account, Anchor, PullRequest, Review, ReviewComment, Thread, World } from '../state.ts'
import { type LineMap, sameLines } from './map-lines.ts'
import { moveAnchor } from './move-anchors.ts'

/** A comment that passed every rule. */
export interface CheckedComment {
  readonly path: string
  readonly body: string
  readonly anchor: Anchor | null
  readonly diffHunk: string
}

/** Adds a review to its pull request: pending, with no comments yet. */
export function addReview(
  world: World,
  pull: PullRequest,
  author: Account,
  body: string,
  commitId: string,
): Review {
  const id = world.newId()
  const review: Review = {
    kind: 'review',
    id,
    nodeId: nodeId('PRR', id),
    pull,
    author,
    body,
    commitId,
    createdAt: timestamp(world.now()),
    comments: [],
    state: 'PENDING',
    submittedAt: null,
    minimizedReason: null,
  }
  world.nodes.set(review.nodeId, review)
  pull.reviews.push(review)
  return review
}

export function submitReview(world: World, review: Review, state: Review['state']): void {
  review.state = state
  review.submittedAt = state === 'PENDING' ? null : timestamp(world.now())
  if (review.submittedAt !== null) review.pull.updatedAt = review.submittedAt
}

/** Adds a comment that opens a thread; `toHead` says where its line is at the current head. */
export function addThread(
  world: World,
  review: Review,
  checked: CheckedComment,
  toHead: LineMap,
): ReviewComment {
  const thread: Thread = {
    kind: 'thread',
    nodeId: nodeId('PRRT', world.newId()),
    pull: review.pull,
    path: checked.path,
    subjectType: checked.anchor === null ? 'file' : 'line',
    original: checked.anchor,
    diffHunk: checked.diffHunk,
    comments: [],
    anchor: checked.anchor,
    outdated: false,
    resolvedBy: null,
  }
  world.nodes.set(thread.nodeId, thread)
  review.pull.threads.push(thread)
  if (review.commitId !== review.pull.headSha) moveAnchor(thread, { LEFT: sameLines, RIGHT: toHead })
  return addComment(world, review, thread, checked.body)
}

export function addComment(world: World, review: Review, thread: Thread, body: string): ReviewComment {
  const id = world.newId()
  const at = timestamp(world.now())
  const comment: ReviewComment = {
    kind: 'review comment',
    id,
    nodeId: nodeId('PRRC', id),
    review,
    thread,
    inReplyTo: thread.comments[0] ?? null,
    author: review.author,
    createdAt: at,
    updatedAt: at,
    originalCommitId: review.commitId,
    commitId: review.commitId,
    reactions: [],
    body,
    minimizedReason: null,
  }
  world.nodes.set(comment.nodeId, comment)
  thread.comments.push(comment)
  review.comments.push(comment)
  if (review.state !== 'PENDING') review.pull.updatedAt = at
  return comment
}

/** Deletes a review with its comments and the threads that only they filled. */
export function deleteReview(review: Review): void {
  for (const comment of [...review.comments]) deleteComment(comment)
  const { reviews } = review.pull
  const at = reviews.indexOf(review)
  if (at !== -1) reviews.splice(at, 1)
}

export function deleteComment(comment: ReviewComment): void {
  const { review, thread } = comment
  review.comments.splice(review.comments.indexOf(comment), 1)
  thread.comments.splice(thread.comments.indexOf(comment), 1)
  if (thread.comments.length === 0) review.pull.threads.splice(review.pull.threads.indexOf(thread), 1)
}
