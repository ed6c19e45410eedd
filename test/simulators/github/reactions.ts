import { nodeId, timestamp } from './accounts.ts'
import type { Account, World } from './state.ts'

/** REST's words, and GraphQL's for the same. Source: GitHub REST, "Reactions"; GraphQL, `ReactionContent`. */
export const reactionContents = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
} as const

export type ReactionContent = keyof typeof reactionContents

export interface Reaction {
  readonly id: number
  readonly nodeId: string
  readonly content: ReactionContent
  readonly author: Account
  readonly createdAt: string
}

/** What carries reactions. */
export interface Reactable {
  readonly reactions: Reaction[]
}

export function isReactionContent(text: string | null): text is ReactionContent {
  return text !== null && Object.hasOwn(reactionContents, text)
}

/** Everybody reacts once with each content: a second time gives the first reaction again. */
export function react(
  world: World,
  { reactions }: Reactable,
  content: ReactionContent,
  author: Account,
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const known = reactions.find((one) => one.content === content && one.author === author)
  if (known) return { reaction: known, isNew: false }
  const id = world.newId()
  const reaction = { id, nodeId: nodeId('REA', id), content, author, createdAt: timestamp(world.now()) }
  reactions.push(reaction)
  return { reaction, isNew: true }
}
