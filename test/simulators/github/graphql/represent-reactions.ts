import { type Reactable, reactionContents } from '../reactions.ts'
import { connection, type PageArguments } from './connection.ts'
import { representUser } from './represent-actor.ts'
import type { Scope } from './represent-repository.ts'

interface ReactionsArguments extends PageArguments {
  readonly content?: string | null
}

/** What everything that can be reacted to has. `user` is a user, also where an app reacted. */
export function representReactions({ world, token }: Scope, { reactions }: Reactable) {
  const given = (content: string) => reactions.filter((one) => reactionContents[one.content] === content)
  const isViewers = (one: (typeof reactions)[number]) => one.author === token.account
  return {
    reactions: ({ content, ...page }: ReactionsArguments) => {
      const asked = content == null ? reactions : given(content)
      const pageOf = connection(
        'reactions',
        asked,
        (one) => ({
          id: one.nodeId,
          databaseId: one.id,
          content: reactionContents[one.content],
          createdAt: one.createdAt,
          user: representUser(world, one.author),
        }),
        page,
      )
      return { ...pageOf, viewerHasReacted: asked.some(isViewers) }
    },
    /** All eight, given or not. */
    reactionGroups: Object.values(reactionContents).map((content) => ({
      content,
      createdAt: given(content)[0]?.createdAt ?? null,
      viewerHasReacted: given(content).some(isViewers),
      // `totalCount` alone needs no page, as GitHub's own command line asks for it.
      reactors: { totalCount: given(content).length },
    })),
  }
}
