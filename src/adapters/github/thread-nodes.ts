import * as v from 'valibot'
import type { CommentAuthor, OwnThread } from '../../pull-request.ts'

/** Longer conversations than this have been left by everybody. */
const mostComments = 50
const mostThumbs = 20

/**
 * What is read of a thread. Reactions of its first comment alone: those of all would make a page cost 26 points of the 1,000
 * that a workflow's token has in an hour. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query
 */
export const threadFields = `
  id path isResolved viewerCanResolve
  resolvedBy { login }
  comments(first: ${mostComments}) {
    nodes {
      id fullDatabaseId url body state viewerDidAuthor authorAssociation isMinimized
      author { __typename login }
    }
  }
  beginning: comments(first: 1) {
    nodes { reactions(content: THUMBS_DOWN, first: ${mostThumbs}) { nodes { user { login } } } }
  }`

/** 64-bit numbers come as text. */
export const databaseId = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(Number),
  v.integer(),
  v.minValue(1),
)

/** Null for a deleted account. */
const Login = v.nullish(v.object({ login: v.string() }))

const Comment = v.object({
  id: v.string(),
  fullDatabaseId: databaseId,
  url: v.string(),
  body: v.string(),
  state: v.string(),
  viewerDidAuthor: v.boolean(),
  authorAssociation: v.string(),
  isMinimized: v.boolean(),
  author: v.nullish(v.object({ __typename: v.string(), login: v.string() })),
})

const Reactions = v.object({ reactions: v.object({ nodes: v.array(v.object({ user: Login })) }) })

export const ThreadNode = v.object({
  id: v.string(),
  path: v.string(),
  isResolved: v.boolean(),
  viewerCanResolve: v.boolean(),
  resolvedBy: Login,
  comments: v.object({ nodes: v.array(Comment) }),
  beginning: v.object({ nodes: v.array(Reactions) }),
})

/** GraphQL leaves out what REST writes behind the names of bots. '' for a deleted account. */
export function loginOf(
  actor: { readonly __typename: string; readonly login: string } | null | undefined,
): string {
  return actor?.__typename === 'Bot' ? `${actor.login}[bot]` : (actor?.login ?? '')
}

/** Null for a conversation that others began, and for one of a review that is not submitted yet. */
export function ownThread(thread: v.InferOutput<typeof ThreadNode>): OwnThread | null {
  const [first, ...replies] = thread.comments.nodes
  if (first === undefined || !first.viewerDidAuthor || first.state === 'PENDING') return null
  return {
    nodeId: thread.id,
    commentId: first.fullDatabaseId,
    commentNodeId: first.id,
    path: thread.path,
    body: first.body,
    url: first.url,
    isResolved: thread.isResolved,
    resolvedBy: thread.resolvedBy?.login ?? null,
    resolvedByOwn: isOne(first.author, thread.resolvedBy?.login),
    resolverMayWrite: false,
    isMinimized: first.isMinimized,
    mayResolve: thread.viewerCanResolve,
    replies: replies.map((reply) => ({
      id: reply.fullDatabaseId,
      body: reply.body,
      author: authorOf(reply),
    })),
    thumbsDown: thread.beginning.nodes.flatMap(({ reactions }) =>
      reactions.nodes.flatMap(({ user }) => asDisliker(user?.login)),
    ),
  }
}

/** Bots are named with and without their suffix. */
function isOne(actor: v.InferOutput<typeof Comment>['author'], login: string | undefined): boolean {
  return login !== undefined && (login === actor?.login || login === loginOf(actor))
}

/** What they may do is looked up where it matters. */
export function asDisliker(login: string | undefined): OwnThread['thumbsDown'] {
  return login === undefined ? [] : [{ login, mayWrite: false }]
}

function authorOf({
  author,
  authorAssociation,
  viewerDidAuthor,
}: v.InferOutput<typeof Comment>): CommentAuthor {
  return {
    login: loginOf(author),
    association: authorAssociation,
    isBot: author?.__typename === 'Bot',
    isOwn: viewerDidAuthor,
  }
}
