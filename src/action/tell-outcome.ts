import { appendFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import type { ReviewConfig } from '../config/schema.ts'
import type { RunTrace } from '../metrics/trace.ts'
import { traceReport } from '../metrics/trace-report.ts'
import { counted, grouped } from '../publication/counted.ts'
import { highestStanding, type ReviewOutcome, standingFindings } from '../review/outcome.ts'
import { toReport } from '../review/report.ts'
import { severityRank } from '../severity.ts'
import { actionLogger } from './action-logger.ts'
import { annotateFindings } from './annotations.ts'
import { harmless } from './harmless.ts'
import { jobSummary } from './job-summary.ts'

type Gate = Pick<ReviewConfig, 'failOn' | 'onInconclusive'>

/** Outputs, annotations and exit status: what comes of the review at once. Returns the path of the report to write. */
export function tellOutcome(outcome: ReviewOutcome, gate: Gate): string {
  const report = join(process.env.RUNNER_TEMP ?? tmpdir(), `patchpilot-report-${crypto.randomUUID()}.json`)
  setOutputs(outcome, report)
  if (outcome.delivery === 'not-permitted' || outcome.delivery === 'failed')
    annotateFindings(outcome.findings)
  logOutcome(outcome)
  concludeStep(outcome, gate)
  return report
}

/** Report and job summary: how the run went, once all of it is over. */
export function recordRun(outcome: ReviewOutcome, trace: RunTrace, report: string): void {
  const content = { ...toReport(outcome), trace: traceReport(trace) }
  writeFileSync(report, `${JSON.stringify(content, null, 2)}\n`)
  writeJobSummary(outcome, trace)
}

function setOutputs(outcome: ReviewOutcome, report: string): void {
  const standing = standingFindings(outcome.findings)
  core.setOutput('verdict', outcome.verdict)
  core.setOutput('reason', outcome.reason)
  core.setOutput('findings', standing.length)
  core.setOutput('highest-severity', highestStanding(outcome.findings) ?? 'none')
  core.setOutput('review-id', outcome.review?.id ?? '')
  core.setOutput('review-url', outcome.review?.url ?? '')
  core.setOutput('prompt-tokens', outcome.usage.promptTokens)
  core.setOutput('completion-tokens', outcome.usage.completionTokens)
  core.setOutput('report', report)
}

/** Old servers have none. */
function writeJobSummary(outcome: ReviewOutcome, trace: RunTrace): void {
  const file = process.env.GITHUB_STEP_SUMMARY
  if (file === undefined || file === '') return
  appendFileSync(file, jobSummary(outcome, trace, process.env.GITHUB_SERVER_URL ?? 'https://github.com'))
}

function logOutcome(outcome: ReviewOutcome): void {
  for (const { severity, path, line, title, placement } of outcome.findings) {
    actionLogger.info(
      `  ${severity.padEnd(8)} ${path}${line === null ? '' : `:${line}`}  ${title}  (${placement})`,
    )
  }
  for (const { outcome: settled, path, title } of outcome.settled)
    actionLogger.info(`  ${settled} ${path}  ${title}`)
  const standing = standingFindings(outcome.findings).length
  const { requests, promptTokens, completionTokens } = outcome.usage
  const cost =
    requests === 0
      ? ''
      : `; ${grouped(promptTokens)} prompt and ${counted(completionTokens, 'completion token')} in ${counted(requests, 'request')}`
  const review = outcome.review === null ? '' : `; ${outcome.review.url}`
  const reason = outcome.reason === '' ? '' : ` (${outcome.reason})`
  actionLogger.info(`verdict: ${outcome.verdict}${reason}; ${counted(standing, 'finding')}${cost}${review}`)
  if (outcome.delivery === 'not-permitted') {
    actionLogger.warning(`the review is in the job summary and in annotations: ${outcome.deliveryReason}`)
  }
}

/** The step's status is the check: red for what `fail-on` names, and for a review that nobody finished. */
function concludeStep(outcome: ReviewOutcome, { failOn, onInconclusive }: Gate): void {
  if (outcome.verdict === 'inconclusive') {
    const message = harmless(`PatchPilot could not complete the review: ${outcome.reason}`)
    if (onInconclusive === 'fail') core.setFailed(message)
    else core.warning(message)
  }
  if (failOn === 'none' || outcome.verdict === 'skipped') return
  const severe = standingFindings(outcome.findings).filter(
    ({ severity }) => severityRank(severity) >= severityRank(failOn),
  )
  if (severe.length > 0) {
    core.setFailed(`${counted(severe.length, 'finding')} at or above \`fail-on: ${failOn}\``)
  }
}
