import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import type { Repeated } from '../finding/recall.ts'
import type { Selection } from '../finding/select.ts'
import type { PostedReview } from '../ports/review-publisher.ts'
import type { RejectedClaim } from '../prompt/answer.ts'
import type { Side } from '../pull-request.ts'
import { type Category, highestSeverity, type Severity } from '../severity.ts'
import type { FileCoverage } from './coverage.ts'

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

/** How the findings reached people. */
export type Delivery = 'posted' | 'nothing-to-post' | 'dry-run' | 'not-permitted' | 'failed'

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
  readonly delivery: Delivery
  /** Why it could not be delivered as a review; '' otherwise. */
  readonly deliveryReason: string
  readonly summaries: readonly string[]
  /** What people should know about how the change was read. */
  readonly warnings: readonly string[]
  readonly findings: readonly ReportedFinding[]
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
    delivery: 'nothing-to-post',
    deliveryReason: '',
    summaries: [],
    warnings: [],
    findings: [],
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

/** Every finding with its placement. `bodies` holds the text of our standing comments by fingerprint. */
export function reportFindings(
  selection: Selection,
  repeated: readonly Repeated[],
  bodies: ReadonlyMap<string, string>,
): readonly ReportedFinding[] {
  return [
    ...selection.inline.map((finding) => reported(finding, 'inline', '')),
    ...selection.folded.map(({ finding, reason }) => reported(finding, 'folded', reason)),
    ...repeated.map((one) => reportRepeated(one, bodies)),
    ...selection.belowMinimum.map((finding) =>
      reported(finding, 'below-min-severity', 'below `min-severity`'),
    ),
  ]
}

function reportRepeated(
  { standing, finding, reason }: Repeated,
  bodies: ReadonlyMap<string, string>,
): ReportedFinding {
  if (standing === null) return reported(finding, 'repeated', reason)
  const { fingerprint, path, side, startLine, line, severity, category, title } = standing
  return {
    ...{ path, side, startLine, line, severity, category, title },
    body: finding?.claim.body ?? bodies.get(fingerprint) ?? '',
    suggestion: finding?.claim.suggestion ?? null,
    confidence: finding?.claim.confidence ?? standing.confidence,
    placement: 'repeated',
    stands: true,
    reason,
  }
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
