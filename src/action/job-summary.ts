import { advise } from '../metrics/advice.ts'
import type { RunTrace } from '../metrics/trace.ts'
import { codeFence, codeSpan } from '../publication/code.ts'
import { counted, grouped } from '../publication/counted.ts'
import { severityLabel } from '../publication/finding-text.ts'
import { byteLength, cutToBytes } from '../publication/limits.ts'
import { safeInline, safeMarkdown, tableCell } from '../publication/safe-markdown.ts'
import type { FileCoverage } from '../review/coverage.ts'
import { describeCoverage } from '../review/coverage.ts'
import type { ReportedFinding, ReviewOutcome, Verdict } from '../review/outcome.ts'
import { traceSummary } from './trace-summary.ts'

/** Over 1 MiB the runner drops the whole summary. https://docs.github.com/en/actions/reference/workflow-commands */
const mostBytes = 1_000_000

const verdictMarks: Readonly<Record<Verdict, string>> = {
  passed: '✅ passed',
  findings: '🔎 findings',
  inconclusive: '⚠️ inconclusive',
  skipped: '⏭️ skipped',
}

/** The run for people: the same as the review, what found no place in it, and how the run went. */
export function jobSummary(outcome: ReviewOutcome, trace: RunTrace, serverUrl: string): string {
  const advice = advise(outcome, trace)
  const review = [
    `## PatchPilot: ${verdictMarks[outcome.verdict]}`,
    ...overview(outcome, serverUrl),
    ...adviceSection(advice),
    ...(advice.length > 0 && outcome.summaries.length > 0 ? ['', '### Summary'] : []),
    ...outcome.summaries.map((summary) => `\n${safeMarkdown(summary)}`),
    ...outcome.findings.map(findingSection),
    ...settledSection(outcome),
    ...coverageSection(outcome.files),
    ...rejectedSection(outcome),
  ].join('\n')
  const run = ['', ...traceSummary(trace)].join('\n')
  const cut = cutToBytes(review, mostBytes - byteLength(run), '*The rest is cut; the report has all of it.*')
  return `${cut}${run}\n`
}

function overview(outcome: ReviewOutcome, serverUrl: string): string[] {
  const { usage, review } = outcome
  const [repository, number] = outcome.pullRequest.split('#')
  const rows = [
    ...(number === undefined
      ? []
      : [['Pull request', `[${outcome.pullRequest}](${serverUrl}/${repository}/pull/${number})`]]),
    ...(review === null ? [] : [['Review', `[${review.id}](${review.url})`]]),
    ...(outcome.reason === '' ? [] : [['Reason', tableCell(safeInline(outcome.reason))]]),
    ...(outcome.deliveryReason === '' ? [] : [['Not posted', tableCell(safeInline(outcome.deliveryReason))]]),
    ...outcome.warnings.map((warning) => ['Note', tableCell(safeInline(warning))]),
    ...(outcome.files.length === 0 ? [] : [['Reviewed', describeCoverage(outcome.files)]]),
    ...(usage.requests === 0
      ? []
      : [
          [
            'Model',
            `${outcome.models.map((model) => tableCell(codeSpan(model))).join(', ') || 'none answered'} · ${counted(usage.requests, 'request')} · ${grouped(usage.promptTokens)} prompt and ${grouped(usage.completionTokens)} completion tokens`,
          ],
        ]),
  ]
  return rows.length === 0
    ? []
    : ['', '| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)]
}

/** What became of earlier findings since the last run. */
function settledSection({ settled }: ReviewOutcome): string[] {
  if (settled.length === 0) return []
  const rows = settled.map(({ outcome, path, title, reason }) => {
    const why = reason === '' ? '' : ` (${safeInline(reason)})`
    return `- ${outcome}: ${safeInline(title)}, ${codeSpan(path)}${why}`
  })
  return ['', '### Earlier findings', '', ...rows]
}

function adviceSection(advice: readonly string[]): string[] {
  return advice.length === 0 ? [] : ['', '### What to change', '', ...advice.map((one) => `- ${one}`)]
}

function findingSection(finding: ReportedFinding): string {
  const { path, line, startLine } = finding
  const lines = line === null ? '' : startLine === line ? `:${line}` : `:${startLine}-${line}`
  const where = path === '' ? 'no file named' : codeSpan(`${path}${lines}`)
  const placement = finding.reason === '' ? finding.placement : `${finding.placement}: ${finding.reason}`
  return [
    '',
    `### ${severityLabel(finding.severity)} · ${finding.category}: ${safeInline(finding.title)}`,
    '',
    `${where}${finding.side === 'LEFT' ? ' (deleted)' : ''} · ${safeInline(placement)}`,
    '',
    safeMarkdown(finding.body),
    ...(finding.suggestion === null ? [] : ['', 'Suggested instead:', '', codeFence(finding.suggestion, '')]),
  ].join('\n')
}

function coverageSection(files: readonly FileCoverage[]): string[] {
  if (files.length === 0) return []
  const rows = files.map(({ path, coverage, reason, hunks }) => {
    const reviewed = hunks.filter(
      (hunk) => hunk.coverage === 'reviewed' || hunk.coverage === 'already-reviewed',
    ).length
    return `| ${tableCell(codeSpan(path))} | ${reviewed} of ${hunks.length} | ${coverage} | ${tableCell(safeInline(reason))} |`
  })
  return ['', '### Coverage', '', '| File | Hunks reviewed | Coverage | Why |', '|---|---|---|---|', ...rows]
}

function rejectedSection({ rejected }: ReviewOutcome): string[] {
  if (rejected.length === 0) return []
  return ['', `${counted(rejected.length, 'malformed claim')} of the model: see the report.`]
}
