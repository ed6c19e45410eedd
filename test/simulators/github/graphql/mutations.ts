import { allows } from '../authenticate.ts'
import { GitHubError } from '../rest/errors.ts'
import { refuseByAuthor, refuseEmpty, refuseSecondPending, stateAfter } from '../reviews/create-review.ts'
import { bodyTooLong, isTooLong } from '../reviews/limits.ts'
import { addComment, addReview, deleteReview, submitReview } from '../reviews/write-review.ts'
import type { Node, Review } from '../state.ts'
import { forbidden, graphqlFailure } from './graphql-failure.ts'
import type { Scope } from './represent-repository.ts'
import {
  mayResolve,
  representComment,
  representIssueComment,
  representReview,
  representThread,
} from './represent-review.ts'

interface Input<T> {
  readonly input: T & { readonly clientMutationId?: string | null }
}

/** GitHub's mutations. Like every GraphQL error their refusals come with HTTP 200. */
export function mutations(scope: Scope) {
  const { world, token } = scope
  const mayWrite = token.permissions === null || allows(token.permissions, 'pull_requests:write')

  const resolve = (threadId: string, resolved: boolean, clientMutationId: string | null | undefined) => {
    const thread = nodeOf(scope, threadId, 'thread')
    if (!mayResolve(token)) throw forbidden()
    thread.resolvedBy = resolved ? token.account : null
    return { clientMutationId, thread: representThread(scope, thread) }
  }

  const ownPending = (id: string): Review => {
    const review = nodeOf(scope, id, 'review')
    if (!mayWrite || review.author !== token.account) throw forbidden()
    return review
  }

  return {
    resolveReviewThread: ({ input }: Input<{ threadId: string }>) =>
      resolve(input.threadId, true, input.clientMutationId),

    unresolveReviewThread: ({ input }: Input<{ threadId: string }>) =>
      resolve(input.threadId, false, input.clientMutationId),

    minimizeComment: ({ input }: Input<{ subjectId: string; classifier: string }>) => {
      const node = world.nodes.get(input.subjectId)
      if (!node || node.kind === 'thread') throw notFound(input.subjectId)
      if (!mayWrite) throw forbidden()
      node.minimizedReason = input.classifier.toLowerCase().replace('_', '-')
      const minimizedComment = representMinimizable(scope, node)
      return { clientMutationId: input.clientMutationId, minimizedComment }
    },

    addPullRequestReviewThreadReply: ({
      input,
    }: Input<{ pullRequestReviewThreadId: string; pullRequestReviewId?: string | null; body: string }>) => {
      const thread = nodeOf(scope, input.pullRequestReviewThreadId, 'thread')
      if (!mayWrite) throw forbidden()
      const { pull } = thread
      if (pull.locked) throw graphqlFailure('UNPROCESSABLE', 'lock prevents review')
      if (input.body.trim() === '') throw graphqlFailure('UNPROCESSABLE', "Body can't be blank")
      if (isTooLong(input.body)) throw graphqlFailure('UNPROCESSABLE', bodyTooLong)
      const pending = input.pullRequestReviewId ? ownPending(input.pullRequestReviewId) : null
      if (pending === null) orFailure(() => refuseSecondPending(pull, token.account))
      const review = pending ?? addReview(world, pull, token.account, '', pull.headSha)
      const comment = addComment(world, review, thread, input.body)
      if (pending === null) submitReview(world, review, 'COMMENTED')
      return { clientMutationId: input.clientMutationId, comment: representComment(scope, comment) }
    },

    deletePullRequestReview: ({ input }: Input<{ pullRequestReviewId: string }>) => {
      const review = ownPending(input.pullRequestReviewId)
      if (review.state !== 'PENDING') {
        throw graphqlFailure('UNPROCESSABLE', 'Can not delete a non-pending pull request review')
      }
      deleteReview(review)
      return { clientMutationId: input.clientMutationId, pullRequestReview: representReview(scope, review) }
    },

    submitPullRequestReview: ({
      input,
    }: Input<{ pullRequestReviewId?: string | null; event: string; body?: string | null }>) => {
      const review = ownPending(input.pullRequestReviewId ?? '')
      if (review.state !== 'PENDING') {
        throw graphqlFailure('UNPROCESSABLE', 'Can not submit a non-pending pull request review')
      }
      const body = input.body ?? review.body
      orFailure(() => {
        refuseByAuthor(review.pull, review.author, input.event)
        refuseEmpty(input.event, body, review.comments.length)
      })
      review.body = body
      submitReview(world, review, stateAfter(input.event))
      return { clientMutationId: input.clientMutationId, pullRequestReview: representReview(scope, review) }
    },
  }
}

export function representNode(scope: Scope, id: string) {
  const node = world(scope).get(id)
  if (!node) throw notFound(id)
  return node.kind === 'thread' ? representThread(scope, node) : representMinimizable(scope, node)
}

function representMinimizable(scope: Scope, node: Exclude<Node, { kind: 'thread' }>) {
  if (node.kind === 'review') return representReview(scope, node)
  return node.kind === 'review comment' ? representComment(scope, node) : representIssueComment(scope, node)
}

/** The rules shared with REST, in GraphQL's clothes. */
function orFailure(rule: () => void): void {
  try {
    rule()
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const [reason = error.message] = Array.isArray(error.body.errors) ? error.body.errors : []
    throw graphqlFailure('UNPROCESSABLE', String(reason))
  }
}

function nodeOf<K extends Node['kind']>(scope: Scope, id: string, kind: K): Extract<Node, { kind: K }> {
  const node = world(scope).get(id)
  if (!node || !isKind(node, kind)) throw notFound(id)
  return node
}

function isKind<K extends Node['kind']>(node: Node, kind: K): node is Extract<Node, { kind: K }> {
  return node.kind === kind
}

function world(scope: Scope): ReadonlyMap<string, Node> {
  return scope.world.nodes
}

function notFound(id: string) {
  return graphqlFailure('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
}
