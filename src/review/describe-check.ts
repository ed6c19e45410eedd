import type { ReviewConfig } from '../config/schema.ts'
import type { CheckAnnotation, CheckConclusion, CheckResult } from '../ports/review-checks.ts'
import { codeFence, codeSpan } from '../publication/code.ts'
import { counted } from '../publication/counted.ts'
import { severityLabel } from '../publication/finding-text.ts'
import { printable, safeInline, safeMarkdown } from '../publication/safe-markdown.ts'
import { type Severity, severityRank } from '../severity.ts'
import { describeCoverage, listNotReviewed } from './coverage.ts'
import { highestStanding, type ReportedFinding, type ReviewOutcome, standingFindings } from './outcome.ts'

export type Gate = Pick<ReviewConfig, 'failOn' | 'onInconclusive'>

/** An outcome as the end of a check run, which says what the action's exit status says. */
export function describeCheck(outcome: ReviewOutcome, gate: Gate): CheckResult {
  const worstFirst = standingFindings(outcome.findings).toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity),
  )
  const annotations = worstFirst.map(annotate)
  const others = worstFirst.filter((_, index) => annotations[index] === null)
  return {
    conclusion: concludeCheck(outcome, gate),
    // What is skipped, or was not even read, is decided again.
    complete: outcome.verdict !== 'skipped' && outcome.headSha !== '' && !outcome.mayImprove,
    title: titleOf(outcome),
    summary: summarise(outcome, others),
    annotations: annotations.filter((annotation) => annotation !== null),
    detailsUrl: outcome.review?.url ?? null,
  }
}

/** The end of a check run whose review was stopped. `reason` is one line. */
export function cancelledCheck(reason: string): CheckResult {
  return {
    ...{ conclusion: 'cancelled', complete: false, annotations: [], detailsUrl: null },
    title: sentence(reason),
    summary: `${safeInline(sentence(reason))}.`,
  }
}

/** The end of a check run of a head that is left alone. `reason` is one line. */
export function givenUpCheck(reason: string): CheckResult {
  const text = `Inconclusive: ${inLine(reason)}`
  return {
    ...{ conclusion: 'failure', complete: false, annotations: [], detailsUrl: null, title: text },
    summary: `${safeInline(text)}. "Re-run" tries again.`,
  }
}

function concludeCheck(
  { verdict, ending, findings }: ReviewOutcome,
  { failOn, onInconclusive }: Gate,
): CheckConclusion {
  if (verdict === 'skipped') return ending === 'superseded' ? 'cancelled' : 'skipped'
  if (verdict === 'inconclusive' && onInconclusive === 'fail') return 'failure'
  const highest = highestStanding(findings)
  const severe = failOn !== 'none' && highest !== null && severityRank(highest) >= severityRank(failOn)
  if (severe) return 'failure'
  return verdict === 'inconclusive' ? 'neutral' : 'success'
}

/** "3 findings, highest high", "No findings in all 12 hunks in 5 files", "Inconclusive: why" */
function titleOf(outcome: ReviewOutcome): string {
  const { verdict, ending, reason, files } = outcome
  switch (verdict) {
    case 'skipped':
      return ending === 'superseded' ? sentence(reason) : `Skipped: ${inLine(reason)}`
    case 'inconclusive':
      return `Inconclusive: ${inLine(reason)}`
    case 'findings':
      return countFindings(outcome)
    case 'passed':
      return files.length === 0 ? 'No findings' : `No findings in ${describeCoverage(files)}`
  }
}

function countFindings({ findings }: ReviewOutcome): string {
  const highest = highestStanding(findings)
  return highest === null
    ? 'no findings'
    : `${counted(standingFindings(findings).length, 'finding')}, highest ${highest}`
}

function summarise(outcome: ReviewOutcome, others: readonly ReportedFinding[]): string {
  const { verdict, reason, review, deliveryReason, files } = outcome
  const link = review === null ? '' : ` · [the review](${review.url})`
  const found = verdict === 'skipped' ? '' : ` · ${countFindings(outcome)}`
  const notReviewed = listNotReviewed(files).map(({ path, fromLines, reason }) => {
    const lines = fromLines.length === 0 ? '' : ` (from line ${fromLines.join(', ')})`
    return `- ${codeSpan(path)}${lines}: ${safeInline(reason)}`
  })
  return [
    `**${verdict}**${found}${link}`,
    ...(reason === ''
      ? []
      : ['', `> [!${verdict === 'inconclusive' ? 'WARNING' : 'NOTE'}]`, `> ${safeInline(reason)}`]),
    ...(deliveryReason === '' ? [] : ['', `Not posted: ${safeInline(deliveryReason)}`]),
    ...(files.length === 0 ? [] : ['', `Reviewed ${describeCoverage(files)}.`]),
    ...(others.length === 0 ? [] : ['', '### Findings without lines in the new files']),
    ...others.map(findingSection),
    ...(notReviewed.length === 0 ? [] : ['', '### Not reviewed', '', ...notReviewed]),
  ].join('\n')
}

function findingSection(finding: ReportedFinding): string {
  const { path, line, startLine, side } = finding
  const lines = line === null ? '' : startLine === line ? `:${line}` : `:${startLine}-${line}`
  const where = path === '' ? 'no file named' : codeSpan(`${path}${lines}`)
  return [
    '',
    `**${severityLabel(finding.severity)} · ${finding.category}: ${safeInline(finding.title)}**`,
    '',
    `${where}${side === 'LEFT' ? ' (deleted)' : ''}${finding.reason === '' ? '' : ` · ${safeInline(finding.reason)}`}`,
    '',
    safeMarkdown(finding.body),
    ...(finding.suggestion === null ? [] : ['', 'Suggested instead:', '', codeFence(finding.suggestion, '')]),
  ].join('\n')
}

const levels: Readonly<Record<Severity, CheckAnnotation['level']>> = {
  critical: 'failure',
  high: 'failure',
  medium: 'warning',
  low: 'notice',
}

/** Annotations know the new file only, and are plain text. Null for what has no lines there. */
function annotate(finding: ReportedFinding): CheckAnnotation | null {
  const { path, side, startLine, line, severity, category, suggestion } = finding
  if (side === 'LEFT' || startLine === null || line === null) return null
  const title = inLine(finding.title)
  const text = printable(finding.body).trim() || title
  const instead = suggestion === null ? '' : `\n\nSuggested instead:\n${printable(suggestion)}`
  return {
    ...{ path, startLine, endLine: line, level: levels[severity] },
    title: `${severityLabel(severity)} · ${category}: ${title}`,
    message: `${text}${instead}`,
  }
}

function inLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').trim()
}

function sentence(reason: string): string {
  const line = inLine(reason)
  return `${line.slice(0, 1).toUpperCase()}${line.slice(1)}`
}
