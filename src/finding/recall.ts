import type { PullRequestState } from '../pull-request.ts'
import type { Finding, UnplacedFinding } from './finding.ts'
import { readFindingMarker, readReviewMarker, type StandingFinding } from './marker.ts'
import { byValue } from './select.ts'
import { titleSimilarity } from './similarity.ts'

/** What our earlier reviews of this head reviewed and said. */
export type Memory = {
  readonly reviewedHunks: ReadonlySet<string>
  readonly standing: readonly StandingFinding[]
  /** The latest of those reviews; null when this head has none. */
  readonly reviewUrl: string | null
  /** With them nobody has to come back to this head. */
  readonly complete: boolean
}

export function recallMemory(state: Pick<PullRequestState, 'headSha' | 'ownReviews'>): Memory {
  const reviewedHunks = new Set<string>()
  const standing: StandingFinding[] = []
  let reviewUrl: string | null = null
  let complete = false
  for (const review of state.ownReviews) {
    const marker = review.pending ? null : readReviewMarker(review.body)
    if (marker === null || marker.headSha !== state.headSha) continue
    for (const hunk of marker.reviewedHunks) reviewedHunks.add(hunk)
    standing.push(...marker.findings)
    reviewUrl = review.url
    complete ||= marker.complete
  }
  return { reviewedHunks, standing, reviewUrl, complete }
}

/** Bodies of our inline comments by fingerprint, for telling a standing finding again in full. */
export function commentBodies(state: Pick<PullRequestState, 'ownComments'>): ReadonlyMap<string, string> {
  const bodies = new Map<string, string>()
  for (const { body } of state.ownComments) {
    const fingerprint = readFindingMarker(body)
    // after the marker's line and the heading's
    if (fingerprint !== null) bodies.set(fingerprint, body.split('\n').slice(2).join('\n').trim())
  }
  return bodies
}

/** Something that was said before, or twice: `standing` if in an earlier review, `finding` if found in this one. */
export type Repeated =
  | {
      readonly standing: StandingFinding
      readonly finding: Finding | UnplacedFinding | null
      readonly reason: string
    }
  | { readonly standing: null; readonly finding: Finding | UnplacedFinding; readonly reason: string }

export type Recalled = {
  readonly fresh: readonly (Finding | UnplacedFinding)[]
  /** All that stands from before, found again or not, and what was found twice. */
  readonly repeated: readonly Repeated[]
}

/** Below this share of common words two claims about the same lines are taken for two defects. */
const sameClaim = 0.5

/** Parts what is new from what was said before. One standing finding answers for one repetition, so two bugs stay two. */
export function recallFindings(found: readonly (Finding | UnplacedFinding)[], memory: Memory): Recalled {
  const fresh: (Finding | UnplacedFinding)[] = []
  const repeated: Repeated[] = []
  const pairs = pairUp(found, memory.standing)
  // the worst of several tellings is the one to keep
  for (const finding of found.toSorted(byValue)) {
    const standing = pairs.get(finding)
    if (standing !== undefined) {
      repeated.push({ standing, finding, reason: 'said before at this head' })
    } else if (fresh.some((other) => isSameClaim(other, finding))) {
      repeated.push({ standing: null, finding, reason: 'the same finding twice in one review' })
    } else fresh.push(finding)
  }
  const answered = new Set(pairs.values())
  for (const standing of memory.standing) {
    if (!answered.has(standing))
      repeated.push({ standing, finding: null, reason: 'said before at this head' })
  }
  return { fresh, repeated }
}

/** Each finding with the standing one that it repeats: the most alike are paired first. */
function pairUp(
  found: readonly (Finding | UnplacedFinding)[],
  standing: readonly StandingFinding[],
): Map<Finding | UnplacedFinding, StandingFinding> {
  const candidates = found.flatMap((finding) =>
    standing.flatMap((one) => {
      const likeness = likenessOf(finding, one)
      return likeness === null ? [] : { finding, one, likeness }
    }),
  )
  const pairs = new Map<Finding | UnplacedFinding, StandingFinding>()
  const taken = new Set<StandingFinding>()
  for (const { finding, one } of candidates.toSorted((a, b) => b.likeness - a.likeness)) {
    if (pairs.has(finding) || taken.has(one)) continue
    pairs.set(finding, one)
    taken.add(one)
  }
  return pairs
}

/** The same code counts for more than any wording; null when these are two findings. */
function likenessOf(finding: Finding | UnplacedFinding, one: StandingFinding): number | null {
  const sameCode = one.fingerprint === finding.fingerprint
  if (!sameCode && !overlaps(finding, one)) return null
  const similarity = titleSimilarity(one.title, finding.claim.title)
  if (sameCode) return 1 + similarity
  return similarity >= sameClaim ? similarity : null
}

function overlaps(finding: Finding | UnplacedFinding, one: StandingFinding): boolean {
  if (finding.kind === 'unplaced' || one.startLine === null || one.line === null) return false
  const { anchor } = finding
  if (anchor.path !== one.path || anchor.side !== one.side) return false
  return anchor.startLine <= one.line && one.startLine <= anchor.line
}

function isSameClaim(a: Finding | UnplacedFinding, b: Finding | UnplacedFinding): boolean {
  return a.fingerprint === b.fingerprint && titleSimilarity(a.claim.title, b.claim.title) >= sameClaim
}
