import { countsForGate } from '../finding/fate.ts'
import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import { commentBody } from '../finding/recall.ts'
import type { Repeated } from '../finding/recall-findings.ts'
import type { Selection } from '../finding/select.ts'
import type { Whereabouts } from '../finding/whereabouts.ts'
import type { PostedReview } from '../ports/review-publisher.ts'
import type { RejectedClaim } from '../prompt/answer.ts'
import type { Side } from '../pull-request.ts'
import { type Category, highestSeverity, type Severity, severityRank } from '../severity.ts'
import type { FileCoverage } from './coverage.ts'
import type { StandingNow } from './decide-content.ts'

export const verdicts = ['passed', 'findings', 'inconclusive', 'skipped'] as const
export type Verdict = (typeof verdicts)[number]

export const placements = [
  'inline',
  'folded',
  'repeated',
  'below-min-severity',
  'refuted',
  'suppressed',
] as const
export type Placement = (typeof placements)[number]

/** How the work ended, for who runs PatchPilot; the verdict is for who reads the review. */
export const endings = ['succeeded', 'failed', 'timed_out', 'superseded', 'skipped'] as const
export type Ending = (typeof endings)[number]

/** A finding as the report tells it. */
export type ReportedFinding = {
  readonly path: string
  readonly side: Side
  /** Null when it has no place in the diff. */
  readonly startLine: number | null
  readonly line: number | null
  readonly severity: Severity
  readonly category: Category
  readonly title: string
  readonly body: string
  readonly suggestion: string | null
  readonly confidence: number
  readonly placement: Placement
  /** It is said on the pull request, now or before: people should act on it, and `fail-on` counts it. */
  readonly stands: boolean
  /** Why it is not inline; '' when it is. */
  readonly reason: string
}

/** `outdated`: its code is gone or changed, and nobody has proved that the problem went with it. */
export const settlements = ['addressed', 'dismissed', 'outdated'] as const
export type Settlement = (typeof settlements)[number]

export type SettledFinding = {
  readonly path: string
  readonly severity: Severity
  readonly title: string
  readonly outcome: Settlement
  readonly reason: string
}

/** How the findings reached people. `updated`: in the standing summary alone, which already said them. */
export type Delivery = 'posted' | 'updated' | 'nothing-to-post' | 'dry-run' | 'not-permitted' | 'failed'

export type ReviewOutcome = {
  readonly verdict: Verdict
  readonly ending: Ending
  /** One line for people on why it was skipped or inconclusive, or that this head was reviewed already; '' otherwise. */
  readonly reason: string
  /** It is incomplete, and another attempt may complete it. */
  readonly mayImprove: boolean
  /** `owner/name#7`; '' when no pull request was meant. */
  readonly pullRequest: string
  readonly baseSha: string
  readonly headSha: string
  readonly models: readonly string[]
  readonly usage: {
    readonly requests: number
    readonly promptTokens: number
    readonly completionTokens: number
  }
  readonly review: PostedReview | null
  /** Where this head was dealt with, if not by a review of this run: an earlier one, or the standing summary. */
  readonly reviewedUrl: string | null
  readonly delivery: Delivery
  /** Why it could not be delivered as a review; '' otherwise. */
  readonly deliveryReason: string
  readonly summaries: readonly string[]
  /** What people should know about how the change was read. */
  readonly warnings: readonly string[]
  readonly findings: readonly ReportedFinding[]
  /** What became of earlier findings, as far as it was not known before. */
  readonly settled: readonly SettledFinding[]
  readonly files: readonly FileCoverage[]
  readonly rejected: readonly RejectedClaim[]
}

/** An outcome without a review. */
export function withoutReview(
  ending: Exclude<Ending, 'succeeded'>,
  reason: string,
  pullRequest: string,
  mayImprove = false,
): ReviewOutcome {
  return {
    verdict: ending === 'skipped' || ending === 'superseded' ? 'skipped' : 'inconclusive',
    ending,
    reason,
    mayImprove,
    pullRequest,
    baseSha: '',
    headSha: '',
    models: [],
    usage: { requests: 0, promptTokens: 0, completionTokens: 0 },
    review: null,
    reviewedUrl: null,
    delivery: 'nothing-to-post',
    deliveryReason: '',
    summaries: [],
    warnings: [],
    findings: [],
    settled: [],
    files: [],
    rejected: [],
  }
}

export function standingFindings(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  return findings.filter(({ stands }) => stands)
}

export function highestStanding(findings: readonly ReportedFinding[]): Severity | null {
  return highestSeverity(standingFindings(findings).map((finding) => finding.severity))
}

/** Every finding with its placement. `standing` knows where the earlier ones are now. */
export function reportFindings(
  selection: Selection,
  repeated: readonly Repeated[],
  standing: readonly StandingNow[],
): readonly ReportedFinding[] {
  const places = new Map(standing.map(({ standing: { id }, where }) => [id, where]))
  return [
    ...selection.inline.map((finding) => reported(finding, 'inline', '')),
    ...selection.folded.map(({ finding, reason }) => reported(finding, 'folded', reason)),
    ...repeated.map((one) => reportRepeated(one, places)),
    ...selection.belowMinimum.map((finding) =>
      reported(finding, 'below-min-severity', 'below `min-severity`'),
    ),
  ]
}

function reportRepeated(
  { standing, finding, reason }: Repeated,
  places: ReadonlyMap<string, Whereabouts>,
): ReportedFinding {
  if (standing === null) return reported(finding, 'repeated', reason)
  const { side, severity, category, title, thread } = standing
  const where = places.get(standing.id)
  const place = where !== undefined && 'line' in where ? where : standing
  return {
    ...{ path: where?.path ?? standing.path, startLine: place.startLine, line: place.line },
    ...{ side, category, title },
    severity: worse(severity, finding?.claim.severity),
    body: finding?.claim.body ?? (thread === null ? standing.gist : commentBody(thread)),
    suggestion: finding?.claim.suggestion ?? null,
    confidence: finding?.claim.confidence ?? standing.confidence,
    placement: 'repeated',
    stands: countsForGate(standing.fate),
    reason,
  }
}

function worse(one: Severity, other: Severity = one): Severity {
  return severityRank(other) > severityRank(one) ? other : one
}

function reported(finding: Finding | UnplacedFinding, placement: Placement, reason: string): ReportedFinding {
  const { severity, category, title, body, suggestion, confidence } = finding.claim
  const place =
    finding.kind === 'anchored'
      ? finding.anchor
      : {
          path: finding.diff?.path ?? finding.claim.path,
          side: finding.claim.side,
          startLine: null,
          line: null,
        }
  const { path, side, startLine, line } = place
  return {
    path,
    side,
    startLine,
    line,
    severity,
    category,
    title,
    body,
    suggestion,
    confidence,
    placement,
    stands: placement === 'inline' || placement === 'folded',
    reason,
  }
}
