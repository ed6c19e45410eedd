import { associationOf } from '../associations.ts'
import type { ReactionContent } from '../reactions.ts'
import type { AuthorAssociation, PullRequest, ReviewComment } from '../state.ts'
import type { Side } from './diff-lines.ts'

/** A conversation as people see it, for assertions: its first comment, and what came after. */
export interface SimulatedThread {
  /** Of the first comment. */
  readonly id: number
  readonly nodeId: string
  readonly path: string
  readonly side: Side
  /** null when outdated. */
  readonly line: number | null
  readonly startLine: number | null
  readonly body: string
  readonly author: string
  readonly isResolved: boolean
  readonly resolvedBy: string | null
  readonly isOutdated: boolean
  /** Of the first comment. */
  readonly isMinimized: boolean
  readonly minimizedReason: string | null
  readonly reactions: readonly GivenReaction[]
  readonly replies: readonly ThreadReply[]
}

export interface ThreadReply {
  readonly id: number
  readonly author: string
  readonly association: AuthorAssociation
  readonly body: string
  readonly reactions: readonly GivenReaction[]
}

export interface GivenReaction {
  readonly content: ReactionContent
  readonly user: string
}

/** What everybody sees: nothing of pending reviews. */
export function simulatedThreads({ threads }: PullRequest): readonly SimulatedThread[] {
  return threads.flatMap((thread) => {
    const [first, ...replies] = thread.comments.filter(({ review }) => review.state !== 'PENDING')
    if (!first) return []
    return {
      id: first.id,
      nodeId: thread.nodeId,
      path: thread.path,
      side: thread.original?.side ?? 'RIGHT',
      line: thread.anchor?.line ?? null,
      startLine: thread.anchor?.startLine ?? null,
      body: first.body,
      author: first.author.login,
      isResolved: thread.resolvedBy !== null,
      resolvedBy: thread.resolvedBy?.login ?? null,
      isOutdated: thread.outdated,
      isMinimized: first.minimizedReason !== null,
      minimizedReason: first.minimizedReason,
      reactions: reactionsOf(first),
      replies: replies.map((reply) => ({
        id: reply.id,
        author: reply.author.login,
        association: associationOf(reply.review.pull, reply.author),
        body: reply.body,
        reactions: reactionsOf(reply),
      })),
    }
  })
}

function reactionsOf({ reactions }: Pick<ReviewComment, 'reactions'>): readonly GivenReaction[] {
  return reactions.map(({ content, author }) => ({ content, user: author.login }))
}
