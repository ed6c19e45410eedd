import { type Reactable, type Reaction, reactionContents } from '../../reactions.ts'
import type { World } from '../../state.ts'
import { representAccount } from './account.ts'

/** GitHub REST, `reaction`. */
export function representReaction(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: representAccount(world, reaction.author),
    content: reaction.content,
    created_at: reaction.createdAt,
  }
}

/** GitHub REST, `reaction-rollup`: how often each was given, also the ones that were not. */
export function representRollup(subjectUrl: string, { reactions }: Reactable) {
  const counts = Object.keys(reactionContents).map((content) => [
    content,
    reactions.filter((reaction) => reaction.content === content).length,
  ])
  return { url: `${subjectUrl}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) }
}
