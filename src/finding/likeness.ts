import type { Finding, UnplacedFinding } from './finding.ts'
import { codeLikeness, haveWordsInCommon, similarity } from './similarity.ts'
import type { Standing } from './standing.ts'

/** Below this share of common words two claims about different code, or of different kinds, are two defects. */
const sameClaim = 0.5

/**
 * How surely a finding repeats one that was said before; null when these are two. Path, code and category are the identity:
 * a model words the same defect anew each time. `pathNow`: where the code of the earlier one stands now.
 */
export function likenessOf(
  finding: Finding | UnplacedFinding,
  before: Standing,
  pathNow: string,
): number | null {
  if (!isSameFile(finding, before, pathNow)) return null
  const { claim } = finding
  const code = finding.fingerprint === before.fingerprint ? 'same' : codeLikeness(finding.code, before.code)
  const worded = similarity(before.title, claim.title)
  if (finding.kind === 'anchored' && finding.anchor.side !== before.side && code !== 'same') return null
  const isSameKind = claim.category === before.category
  if (isSameKind && code === 'same') return speaksOfAnother(finding, before) ? null : 2 + worded
  if (isSameKind && code === 'alike') return speaksOfAnother(finding, before) ? null : 1 + worded
  return worded >= sameClaim && code !== 'other' ? worded : null
}

function isSameFile(finding: Finding | UnplacedFinding, before: Standing, pathNow: string): boolean {
  const path = finding.kind === 'anchored' ? finding.anchor.path : (finding.diff?.path ?? finding.claim.path)
  return path === pathNow || path === before.path
}

/** Not one telling word in common, though both say more than a title. */
function speaksOfAnother({ claim }: Finding | UnplacedFinding, { title, gist }: Standing): boolean {
  if (gist === '' || claim.body.trim() === '') return false
  return !haveWordsInCommon(`${title} ${gist}`, `${claim.title} ${claim.body.slice(0, longestGist)}`)
}

/** Of a body, what a marker keeps. */
export const longestGist = 160

/** Within one review the same place is enough only with the same words: two defects of one line are two. */
export function isSameClaim(a: Finding | UnplacedFinding, b: Finding | UnplacedFinding): boolean {
  return a.fingerprint === b.fingerprint && similarity(a.claim.title, b.claim.title) >= sameClaim
}
