import { inWords, seconds, serverNames, serverTitles } from '../metrics/trace-lines.ts'
import type { RunTrace } from '../metrics/trace.ts'
import { tracedRequests } from '../metrics/trace-report.ts'
import {
  askedAnybody,
  isFailure,
  type ModelSums,
  serverOf,
  sumOf,
  type Tally,
  type TraceSums,
} from '../metrics/trace-sums.ts'
import { type Phase, phases, targets } from '../ports/observer.ts'
import { codeSpan } from '../publication/code.ts'
import { counted, grouped } from '../publication/counted.ts'
import { tableCell } from '../publication/safe-markdown.ts'
import { requestChart } from './request-chart.ts'

const phaseNames: Readonly<Record<Phase, string>> = {
  start: 'Start',
  read: 'Read the pull request',
  plan: 'Plan the requests',
  ask: 'Ask the model',
  decide: 'Check the claims',
  publish: 'Post the review',
}

/** Where the time and the tokens of a run went; nothing for one that had nothing to do. */
export function traceSummary(trace: RunTrace): readonly string[] {
  const { sums, entries } = trace
  if (!askedAnybody(sums)) return []
  return [
    ...timeSection(trace),
    ...requestChart(trace.omitted > 0 ? [] : tracedRequests(entries)),
    ...tokenSection(sums),
    ...retrySection(sums),
  ]
}

function timeSection({ durationMs, sums }: RunTrace): readonly string[] {
  const requests = targets.flatMap((target) => {
    const count = sumOf(serverOf(sums, target).statuses)
    return count === 0 ? [] : [`${grouped(count)} to ${serverNames[target]}`]
  })
  const known = phases.flatMap((phase) => {
    const spentMs = sums.phases.get(phase)
    return spentMs === undefined ? [] : [{ name: phaseNames[phase], spentMs }]
  })
  const restMs = durationMs - known.reduce((sum, { spentMs }) => sum + spentMs, 0)
  const rest = serverOf(sums, 'pushgateway').statuses.size > 0 ? 'Push the metrics' : 'The rest'
  const parts = restMs > durationMs / 100 ? [...known, { name: rest, spentMs: restMs }] : known
  return [
    ...[
      '',
      '### Where the time went',
      '',
      `${seconds(durationMs)} in all; requests: ${requests.join(', ')}.`,
      '',
    ],
    ...['| Phase | Time | Share | |', '|---|---:|---:|---|'],
    ...parts.map(({ name, spentMs }) => {
      const share = spentMs / Math.max(1, durationMs)
      return `| ${name} | ${seconds(spentMs)} | ${Math.round(share * 100)} % | ${bar(share)} |`
    }),
  ]
}

function bar(share: number): string {
  return '█'.repeat(Math.round(Math.min(1, share) * 30)) || '▏'
}

/** The models come from an input, which may name any number. */
const mostModels = 20

function tokenSection({ models }: TraceSums): readonly string[] {
  if (models.size === 0) return []
  const rows = [...models].slice(0, mostModels).map(([name, model]) => tokenRow(name, model))
  const more = models.size - rows.length
  return [
    ...['', '### Where the tokens went', ''],
    '| Model | Requests | Failed | Prompt | of it cached | Completion | Slowest |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    ...(more === 0 ? [] : ['', `And ${counted(more, 'other model')}.`]),
  ]
}

function tokenRow(name: string, model: ModelSums): string {
  const { statuses, promptTokens, cachedTokens, completionTokens, slowestMs } = model
  const cells = [
    tableCell(codeSpan([...name].slice(0, 100).join(''))),
    grouped(sumOf(statuses)),
    failures(statuses),
    ...[promptTokens, cachedTokens, completionTokens].map(grouped),
    seconds(slowestMs),
  ]
  return `| ${cells.join(' | ')} |`
}

/** "0", "3 (429, timeout)" */
function failures(statuses: ModelSums['statuses']): string {
  const kinds = [...statuses.keys()].filter(isFailure).map(inWords)
  return kinds.length === 0 ? '0' : `${sumOf(statuses, isFailure)} (${kinds.slice(0, 5).join(', ')})`
}

function retrySection(sums: TraceSums): readonly string[] {
  const rows = targets.flatMap((target) => {
    const { retries, waitedMs } = serverOf(sums, target)
    const waited = waitedMs < 1 ? '' : seconds(waitedMs)
    return retries.size === 0 && waited === ''
      ? []
      : [`| ${serverTitles[target]} | ${listed(retries)} | ${waited} |`]
  })
  if (rows.length === 0) return []
  return ['', '### Retries and waits', '', '| Server | Asked again | Waited |', '|---|---|---:|', ...rows]
}

/** "2 × rate limit, 1 × server error" */
function listed(retries: Tally<Parameters<typeof inWords>[0]>): string {
  return [...retries].map(([reason, count]) => `${count} × ${inWords(reason)}`).join(', ')
}
