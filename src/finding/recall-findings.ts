import type { Finding, UnplacedFinding } from './finding.ts'
import { isSameClaim, likenessOf } from './likeness.ts'
import { byValue } from './select.ts'
import type { Standing } from './standing.ts'
import type { Whereabouts } from './whereabouts.ts'

/** Something that was said before, or twice: `standing` if in an earlier review, `finding` if found in this one. */
export type Repeated =
  | {
      readonly standing: Standing
      readonly finding: Finding | UnplacedFinding | null
      readonly reason: string
    }
  | { readonly standing: null; readonly finding: Finding | UnplacedFinding; readonly reason: string }

export type Recalled = {
  readonly fresh: readonly (Finding | UnplacedFinding)[]
  /** All that stands from before, found again or not, and what was found twice. */
  readonly repeated: readonly Repeated[]
}

/**
 * Parts what is new from what was said before. One earlier finding answers for one repetition, so two bugs stay two. What
 * was proved to be mended and is found again is new. `whereOf`: the code of an earlier finding as it is now.
 */
export function recallFindings(
  found: readonly (Finding | UnplacedFinding)[],
  standing: readonly Standing[],
  whereOf: (standing: Standing) => Whereabouts,
): Recalled {
  const fresh: (Finding | UnplacedFinding)[] = []
  const repeated: Repeated[] = []
  const known = standing.filter(({ fate }) => fate.kind !== 'addressed')
  const pairs = pairUp(found, known, whereOf)
  // the worst of several tellings is the one to keep
  for (const finding of found.toSorted(byValue)) {
    const before = pairs.get(finding)
    if (before !== undefined) {
      repeated.push({ standing: before, finding, reason: reasonOf(before) })
    } else if (fresh.some((other) => isSameClaim(other, finding))) {
      repeated.push({ standing: null, finding, reason: 'the same finding twice in one review' })
    } else fresh.push(finding)
  }
  const answered = new Set(pairs.values())
  for (const one of known) {
    if (!answered.has(one)) repeated.push({ standing: one, finding: null, reason: reasonOf(one) })
  }
  return { fresh, repeated }
}

function reasonOf({ fate }: Standing): string {
  return fate.kind === 'dismissed' ? `said before, and dismissed: ${fate.why}` : 'said before'
}

/** Each finding with the earlier one that it repeats: the most alike are paired first. */
function pairUp(
  found: readonly (Finding | UnplacedFinding)[],
  standing: readonly Standing[],
  whereOf: (standing: Standing) => Whereabouts,
): Map<Finding | UnplacedFinding, Standing> {
  const candidates = found.flatMap((finding) =>
    standing.flatMap((one) => {
      const likeness = likenessOf(finding, one, whereOf(one))
      return likeness === null ? [] : { finding, one, likeness }
    }),
  )
  const pairs = new Map<Finding | UnplacedFinding, Standing>()
  const taken = new Set<Standing>()
  for (const { finding, one } of candidates.toSorted((a, b) => b.likeness - a.likeness)) {
    if (pairs.has(finding) || taken.has(one)) continue
    pairs.set(finding, one)
    taken.add(one)
  }
  return pairs
}
