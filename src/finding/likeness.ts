import type { Anchor } from '../diff/anchor.ts'
import type { Finding, UnplacedFinding } from './finding.ts'
import { codeLikeness, speakOfDifferentThings, similarity } from './similarity.ts'
import type { Standing } from './standing.ts'
import type { Whereabouts } from './whereabouts.ts'

/** Below this share of common words two claims about different code, or of different kinds, are two defects. */
const sameClaim = 0.5
/** About the very same code less is enough: a model is not sure of kinds. */
const sameOfOtherKind = 0.3

/**
 * How surely a finding repeats one that was said before; null when these are two. Path, code and category are the identity:
 * a model words the same defect anew each time. `where`: the code of the earlier one as it is now.
 */
export function likenessOf(
  finding: Finding | UnplacedFinding,
  before: Standing,
  where: Whereabouts,
): number | null {
  if (!isSameFile(finding, before, where.path)) return null
  const { claim } = finding
  const code = finding.fingerprint === before.fingerprint ? 'same' : codeLikeness(finding.code, before.code)
  const worded = Math.max(
    similarity(before.title, claim.title),
    before.gist === ''
      ? 0
      : similarity(wordsOf(before), `${claim.title} ${claim.body.slice(0, longestGist)}`),
  )
  if (code === 'same') {
    if (claim.category !== before.category) return worded >= sameOfOtherKind ? worded : null
    return speaksOfAnother(finding, before) ? null : 2 + worded
  }
  // code that is alike and stands beside the other is a second case of it
  const most = code === 'alike' ? 0 : mostShifted
  if (standsElsewhere(finding, before, where, most)) return null
  const isSameKind = claim.category === before.category && code === 'alike'
  if (isSameKind && !speaksOfAnother(finding, before)) return 1 + worded
  // a quote that shifts, or one that was wrong both times
  const isNear = finding.kind === 'unplaced' || before.line === null || 'line' in where || code === 'alike'
  return isNear && worded >= sameClaim ? worded : null
}

function isSameFile(finding: Finding | UnplacedFinding, before: Standing, pathNow: string): boolean {
  const path = finding.kind === 'anchored' ? finding.anchor.path : (finding.diff?.path ?? finding.claim.path)
  return path === pathNow || path === before.path
}

/** A quote shifts by a line or two. */
const mostShifted = 3

/** The earlier one's code is still there, and this finding is about other lines. */
function standsElsewhere(
  finding: Finding | UnplacedFinding,
  { side }: Standing,
  where: Whereabouts,
  most: number,
): boolean {
  if (finding.kind === 'unplaced' || !('line' in where)) return false
  const { anchor } = finding
  const isApart = anchor.startLine > where.line + most || anchor.line < where.startLine - most
  return anchor.side !== side || isApart
}

/** Not one telling word in common, though both say more than a title. */
function speaksOfAnother({ claim }: Finding | UnplacedFinding, before: Standing): boolean {
  if (before.gist === '' || claim.body.trim() === '') return false
  return speakOfDifferentThings(wordsOf(before), `${claim.title} ${claim.body.slice(0, longestGist)}`)
}

function wordsOf({ title, gist }: Standing): string {
  return `${title} ${gist}`
}

/** Of a body, what a marker keeps. */
export const longestGist = 160

/** Within one review the same lines are enough only with the same words: two defects of one line are two. */
export function isSameClaim(a: Finding | UnplacedFinding, b: Finding | UnplacedFinding): boolean {
  if (a.fingerprint !== b.fingerprint || similarity(a.claim.title, b.claim.title) < sameClaim) return false
  return a.kind === 'unplaced' || b.kind === 'unplaced' || overlap(a.anchor, b.anchor)
}

function overlap(a: Anchor, b: Anchor): boolean {
  return a.startLine <= b.line && b.startLine <= a.line
}
