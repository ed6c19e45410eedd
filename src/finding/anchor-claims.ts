import { hash } from 'node:crypto'
import { anchoredLines } from '../diff/anchor.ts'
import type { FileDiff } from '../diff/patch.ts'
import type { Claim } from '../prompt/answer.ts'
import type { Finding, UnplacedFinding } from './finding.ts'
import { locateQuote } from './locate-quote.ts'
import { resolvePath } from './resolve-path.ts'

/** Turns each claim into a finding whose anchor GitHub will accept, or says why it has no place in the diff. */
export function anchorClaims(
  claims: readonly Claim[],
  diffs: readonly FileDiff[],
): readonly (Finding | UnplacedFinding)[] {
  const byPath = new Map(diffs.map((diff) => [diff.path, diff]))
  return claims.map((claim) => anchorClaim(claim, byPath.get(claim.path) ?? resolvePath(claim.path, diffs)))
}

function anchorClaim(claim: Claim, diff: FileDiff | null): Finding | UnplacedFinding {
  if (diff === null) {
    return unplaced(claim, null, `no changed file is certainly meant by the path "${claim.path}"`)
  }
  if (claim.quote.trim() === '') return unplaced(claim, diff, 'it quotes no code')
  const location = locateQuote(diff, claim.quote, claim)
  if (location === null) return unplaced(claim, diff, 'the quoted code is not in the diff of this file')
  const covered = anchoredLines(diff, location.anchor)
  if (covered.length === 0) return unplaced(claim, diff, 'its lines are not in one hunk')
  const code = covered.map((line) => line.text).join('\n')
  return {
    kind: 'anchored',
    claim,
    code,
    anchor: location.anchor,
    hunkId: location.hunk.id,
    wholeLines: location.wholeLines,
    fingerprint: fingerprint(diff.path, code, claim.category),
  }
}

function unplaced(claim: Claim, diff: FileDiff | null, reason: string): UnplacedFinding {
  // its quote is nobody's code, and often empty: the title has to tell two of them apart
  const code = `${claim.quote}\n${claim.title.toLowerCase()}`
  return {
    kind: 'unplaced',
    claim,
    diff,
    reason,
    code: claim.quote,
    fingerprint: fingerprint(diff?.path ?? claim.path, code, claim.category),
  }
}

/** Identity of a finding across runs: path, code whatever its white space, and category; no line number. */
function fingerprint(path: string, code: string, category: string): string {
  const normalised = code.replaceAll(/\s+/g, '')
  return hash('sha256', `${path}\0${normalised}\0${category}`).slice(0, 16)
}
