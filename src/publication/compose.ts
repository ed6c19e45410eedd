import type { Finding } from '../finding/finding.ts'
import { longestGist } from '../finding/likeness.ts'
import { type StandingFinding, writeReviewMarker } from '../finding/marker.ts'
import type { Selection } from '../finding/select.ts'
import { longestTitle } from '../finding/standing.ts'
import type { Side } from '../pull-request.ts'
import { inlineComment } from './finding-text.ts'
import { compactHunks } from './compact-hunks.ts'
import { byteLength } from './limits.ts'
import type { LinkTarget } from './links.ts'
import type { NotReviewed } from './not-reviewed.ts'
import { type CoveredFile, reviewBody } from './review-body.ts'

/** All that a review will say, decided before anything is written. */
export type ReviewContent = {
  readonly target: LinkTarget
  readonly runId: string
  readonly startedAt: string
  /** See `profileOf`. */
  readonly profile: string
  /** The standing summary, where an earlier review has it; null in the first one. */
  readonly summaryUrl: string | null
  readonly verdict: 'passed' | 'findings' | 'inconclusive'
  /** Why it is inconclusive; '' otherwise. */
  readonly reason: string
  /** Somebody has to come back to what was not reviewed. */
  readonly mayImprove: boolean
  readonly summaries: readonly string[]
  /** What people should know about how the change was read. */
  readonly warnings: readonly string[]
  readonly selection: Selection
  readonly reviewedHunks: readonly string[]
  /** Ids of all hunks, file by file. */
  readonly hunksByFile: readonly (readonly string[])[]
  readonly notReviewed: readonly NotReviewed[]
  /** Every changed file. */
  readonly files: readonly CoveredFile[]
  /** "all 12 hunks in 5 files" and the like. */
  readonly coverage: string
  readonly models: readonly string[]
  readonly requests: number
  readonly promptTokens: number
  readonly completionTokens: number
}

export type DraftComment = {
  readonly finding: Finding
  readonly path: string
  readonly side: Side
  readonly line: number
  /** Null for a single line: GitHub wants the start strictly before the end. */
  readonly startLine: number | null
  readonly body: string
}

export type ReviewDraft = {
  readonly headSha: string
  readonly body: string
  readonly comments: readonly DraftComment[]
}

/** The review to post. Findings whose comment GitHub refused go into the body instead, in full. */
export function composeReview(content: ReviewContent, refused: ReadonlyMap<Finding, string>): ReviewDraft {
  const selection = foldRefused(content.selection, refused)
  return {
    headSha: content.target.headSha,
    body: reviewBody({ ...content, selection }, markerOf({ ...content, selection })),
    comments: selection.inline.map((finding) => ({
      finding,
      path: finding.anchor.path,
      side: finding.anchor.side,
      line: finding.anchor.line,
      startLine: finding.anchor.startLine === finding.anchor.line ? null : finding.anchor.startLine,
      body: inlineComment(finding, content.runId),
    })),
  }
}

export function foldRefused(selection: Selection, refused: ReadonlyMap<Finding, string>): Selection {
  const folded = selection.inline.flatMap((finding) => {
    const reason = refused.get(finding)
    return reason === undefined ? [] : [{ finding, reason: `GitHub refused the inline comment: ${reason}` }]
  })
  return {
    ...selection,
    inline: selection.inline.filter((finding) => !refused.has(finding)),
    folded: [...folded, ...selection.folded],
  }
}

/**
 * Leaves people the better half of what they read. What does not fit is told file by file; what still does not is forgotten,
 * and then only asked again.
 */
const markerBytes = 25_000

function markerOf(content: ReviewContent): string {
  let hunks = content.reviewedHunks
  let findings = standingFindings(content.selection)
  for (;;) {
    const text = writeReviewMarker({
      version: 1,
      runId: content.runId,
      time: content.startedAt,
      headSha: content.target.headSha,
      profile: content.profile,
      reviewedHunks: [...hunks],
      complete: !content.mayImprove,
      findings,
    })
    const bytes = byteLength(text)
    if (bytes <= markerBytes) return text
    const compact = compactHunks(hunks, content.hunksByFile)
    const withoutGist = findings.map((finding) => ({ ...finding, gist: '' }))
    if (compact.length < hunks.length) hunks = compact
    else if (findings.some(({ gist }) => gist !== '')) findings = withoutGist
    else if (hunks.length > 0) hunks = hunks.slice(0, Math.floor((hunks.length * markerBytes) / bytes) - 1)
    else if (findings.some(({ code }) => code !== ''))
      findings = findings.map((one) => ({ ...one, code: '' }))
    else findings = findings.slice(0, Math.floor(findings.length / 2))
  }
}

function standingFindings(selection: Selection): StandingFinding[] {
  return [...selection.inline, ...selection.folded.map(({ finding }) => finding)].map((finding) => ({
    fingerprint: finding.fingerprint,
    path:
      finding.kind === 'anchored'
        ? finding.anchor.path
        : (finding.diff?.path ?? finding.claim.path.slice(0, 300)),
    side: finding.kind === 'anchored' ? finding.anchor.side : finding.claim.side,
    startLine: finding.kind === 'anchored' ? finding.anchor.startLine : null,
    line: finding.kind === 'anchored' ? finding.anchor.line : null,
    severity: finding.claim.severity,
    category: finding.claim.category,
    title: finding.claim.title.slice(0, longestTitle),
    confidence: finding.claim.confidence,
    code: firstLines(finding.code),
    gist: finding.claim.body.slice(0, longestGist),
  }))
}

/** Enough to find it again. Only whole lines can be found. */
const mostCode = 500

function firstLines(code: string): string {
  const kept: string[] = []
  let room = mostCode
  for (const line of code.split('\n')) {
    room -= line.length + 1
    if (room < 0) break
    kept.push(line)
  }
  return kept.join('\n')
}
