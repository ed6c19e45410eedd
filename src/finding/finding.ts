import type { Anchor } from '../diff/anchor.ts'
import type { FileDiff } from '../diff/patch.ts'
import type { Claim } from '../prompt/answer.ts'

/** A claim whose anchor is shown in the diff. Only `anchorClaims` makes one. */
export type Finding = {
  readonly kind: 'anchored'
  readonly claim: Claim
  readonly anchor: Anchor
  readonly fingerprint: string
  /** The lines that the anchor covers. */
  readonly code: string
  /** The hunk that holds the anchor. */
  readonly hunkId: string
  /** The quote is whole lines, so that a suggestion which replaces the quote replaces exactly the anchored lines. */
  readonly wholeLines: boolean
}

/** A claim that fits nowhere in the diff: it is told in the review's body instead. */
export type UnplacedFinding = {
  readonly kind: 'unplaced'
  readonly claim: Claim
  /** The changed file it means, where that much is certain. */
  readonly diff: FileDiff | null
  readonly fingerprint: string
  /** What it quotes. */
  readonly code: string
  readonly reason: string
}
