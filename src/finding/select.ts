import { type Severity, severityRank } from '../severity.ts'
import type { Finding, UnplacedFinding } from './finding.ts'

export type Selection = {
  readonly inline: readonly Finding[]
  readonly folded: readonly { readonly finding: Finding | UnplacedFinding; readonly reason: string }[]
  readonly belowMinimum: readonly (Finding | UnplacedFinding)[]
}

export function selectFindings(
  findings: readonly (Finding | UnplacedFinding)[],
  limits: { readonly minSeverity: Severity; readonly maxComments: number },
): Selection {
  const atLeast = (finding: Finding | UnplacedFinding) =>
    severityRank(finding.claim.severity) >= severityRank(limits.minSeverity)
  const ranked = findings.filter(atLeast).toSorted(byValue)
  const inline = ranked.filter((finding) => finding.kind === 'anchored').slice(0, limits.maxComments)
  const chosen = new Set<Finding | UnplacedFinding>(inline)
  return {
    inline,
    folded: ranked
      .filter((finding) => !chosen.has(finding))
      .map((finding) => ({
        finding,
        reason: finding.kind === 'unplaced' ? finding.reason : 'over `max-comments`',
      })),
    belowMinimum: findings.filter((finding) => !atLeast(finding)),
  }
}

/** Most valuable first: severity, then confidence; the order of the answer breaks ties. */
export function byValue(a: Finding | UnplacedFinding, b: Finding | UnplacedFinding): number {
  return (
    severityRank(b.claim.severity) - severityRank(a.claim.severity) || b.claim.confidence - a.claim.confidence
  )
}
