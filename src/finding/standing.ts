import { hash } from 'node:crypto'
import type { OwnThread } from '../pull-request.ts'
import type { StandingFinding } from './marker.ts'

/** What became of a finding since it was said. */
export type Fate =
  | { readonly kind: 'open' }
  /** Its code changed at this head, and the model, asked about it, did not see the problem any more. */
  | { readonly kind: 'addressed'; readonly headSha: string }
  /** `why` is for people. Out of the gate: somebody who answers for the repository said so, and not the author. */
  | { readonly kind: 'dismissed'; readonly why: string; readonly outOfGate: boolean }

/** A finding that one of our reviews has said. */
export type Standing = StandingFinding & {
  /** Unique among those of a pull request. */
  readonly id: string
  /** Null where it stands in a review's body. */
  readonly thread: OwnThread | null
  readonly fate: Fate
}

/** Identity of one claim about one place: two defects of the same line have two. */
export function findingKey({
  fingerprint,
  title,
}: {
  readonly fingerprint: string
  readonly title: string
}): string {
  return `${fingerprint}-${hash('sha256', title.slice(0, longestTitle)).slice(0, 6)}`
}

/** Which review's comment tells it: what was mended and is found again has a comment of its own. */
export function commentName(finding: Parameters<typeof findingKey>[0], runId: string): string {
  return `${findingKey(finding)} ${hash('sha256', runId).slice(0, 8)}`
}

/** In a marker. */
export const longestTitle = 200
