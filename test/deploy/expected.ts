import { type MetricName, metrics } from '../../src/metrics/table.ts'
import type { Run } from './runs.ts'

/** Numbers by the values of their labels, joined by a space; '' without labels. What is 0 is left out. */
export type Numbers = Readonly<Record<string, number>>

type Requests = Run['trace']['requests']

/** What each query of the dashboard must return, as `panel / legend`, computed from what the runs say of themselves. */
export function expectedNumbers(runs: readonly Run[], at: number, prices: Prices): Record<string, Numbers> {
  const reviews = runs.filter(({ verdict }) => verdict !== 'skipped')
  const inconclusive = reviews.filter(({ verdict }) => verdict === 'inconclusive')
  const succeeded = reviews.filter(({ verdict }) => verdict !== 'inconclusive')
  const findings = runs.flatMap((run) => run.findings.map((one) => ({ ...one, repository: run.repository })))
  const fresh = findings.filter(({ placement }) => placement === 'inline' || placement === 'folded')
  const files = runs.flatMap((run) => run.files)
  const reviewable = files.filter(({ coverage }) => !['excluded', 'generated', 'binary', 'no-patch'].includes(coverage))
  const covered = files.filter(({ coverage }) => coverage === 'reviewed' || coverage === 'already-reviewed')
  const llm = requests(runs, 'llm')
  const github = requests(runs, 'github')
  const retries = runs.flatMap(({ trace }) => trace.retries)
  const phases = runs.flatMap(({ trace }) => trace.phases)
  const durations = reviews.map(({ trace }) => sum(trace.phases, ({ durationMs }) => durationMs / 1000))
  const taskQuantile = (q: number) => quantile(q, durations, 'patchpilot_task_duration_seconds')
  const llmQuantile = (q: number) =>
    by(llm, (one) => one.model, (some) => quantile(q, seconds(some), 'patchpilot_llm_request_duration_seconds'))
  const inconclusiveRate = only(inconclusive.length / reviews.length)
  const perRepository = (value: (runs: readonly Run[]) => number) => by(runs, (run) => run.repository, value)
  const age = (some: readonly Run[]) => at - Math.max(...some.map(({ endedAt }) => endedAt))
  const lastSuccess = by(succeeded, (run) => run.repository, age)

  return {
    'Reviews / reviews': only(reviews.length),
    'Inconclusive / inconclusive': inconclusiveRate,
    'Last success / last success': only(age(succeeded)),
    'Duration, p95 / p95': only(taskQuantile(0.95)),
    'New findings / findings': only(fresh.length),
    'Coverage / covered': only(covered.length / reviewable.length),
    'Tokens / tokens': only(tokens(llm)),
    'Cost / cost': only(cost(llm, prices)),

    'Reviews by verdict / {{verdict}}': count(runs, ({ verdict }) => verdict),
    'Inconclusive rate / inconclusive': inconclusiveRate,
    'Review duration / p50': only(taskQuantile(0.5)),
    'Review duration / p90': only(taskQuantile(0.9)),
    'Review duration / p99': only(taskQuantile(0.99)),
    'Time by phase / {{phase}}': by(
      phases,
      ({ phase }) => phase,
      (same) => sum(same, ({ durationMs }) => durationMs / 1000) / same.length,
    ),
    'Files by coverage / {{coverage}}': count(files, ({ coverage }) => coverage),
    'What asked for reviews / {{trigger}}': count(runs, ({ trigger }) => trigger),

    'New findings by severity / {{severity}}': count(fresh, ({ severity }) => severity),
    'New findings by category / {{category}}': count(fresh, ({ category }) => category),
    'Where findings went / {{placement}}': count(findings, ({ placement }) => placement),
    // Not counted yet.
    'Addressed and dismissed / addressed': {},
    'Addressed and dismissed / dismissed': {},
    'Findings with an outcome / {{outcome}}': {},

    'Tokens per day / prompt': only(sum(llm, (one) => one.promptTokens - one.cachedTokens)),
    'Tokens per day / prompt, cached': only(sum(llm, (one) => one.cachedTokens)),
    'Tokens per day / completion': only(sum(llm, (one) => one.completionTokens)),
    'Tokens per day and repository / {{repository}}': perRepository((some) => tokens(requests(some, 'llm'))),
    'Cost per day and repository / {{repository}}': perRepository((some) => cost(requests(some, 'llm'), prices)),
    'Repositories / Reviews': count(reviews, ({ repository }) => repository),
    'Repositories / Inconclusive': count(inconclusive, ({ repository }) => repository),
    'Repositories / New findings': count(fresh, ({ repository }) => repository),
    'Repositories / Tokens': perRepository((some) => tokens(requests(some, 'llm'))),
    'Repositories / Cost': perRepository((some) => cost(requests(some, 'llm'), prices)),
    'Repositories / Last success': lastSuccess,

    'Model requests by status / {{status}}': count(llm, ({ status }) => String(status)),
    'Model errors / {{model}}': by(llm, (one) => one.model, (some) => some.filter(({ status }) => status !== 200).length / some.length),
    'Model response time / p50 {{model}}': llmQuantile(0.5),
    'Model response time / p95 {{model}}': llmQuantile(0.95),
    'Retries / {{target}}: {{reason}}': count(retries, ({ target, reason }) => `${target} ${reason}`),
    'Time spent waiting / {{target}}': by(
      runs.flatMap(({ trace }) => trace.waits),
      ({ target }) => target,
      (some) => sum(some, ({ durationMs }) => durationMs / 1000),
    ),
    'GitHub requests by status / {{status}}': count(github, ({ status }) => String(status)),
    'GitHub response time, p95 / {{method}}': by(github, (one) => one.method, (some) => quantile(0.95, seconds(some), 'patchpilot_github_request_duration_seconds')),

    'Last successful review / {{repository}}': lastSuccess,
    'Last push / {{repository}}': perRepository(age),
  }
}

export type Prices = { readonly prompt: number; readonly cached: number; readonly completion: number }

function requests(runs: readonly Run[], target: Requests[number]['target']): Requests {
  return runs.flatMap(({ trace }) => trace.requests.filter((request) => request.target === target))
}

function tokens(requests: Requests): number {
  return sum(requests, ({ promptTokens, completionTokens }) => promptTokens + completionTokens)
}

function cost(requests: Requests, prices: Prices): number {
  const dollars = sum(
    requests,
    ({ promptTokens, cachedTokens, completionTokens }) =>
      (promptTokens - cachedTokens) * prices.prompt +
      cachedTokens * prices.cached +
      completionTokens * prices.completion,
  )
  return dollars / 1e6
}

function seconds(requests: Requests): number[] {
  return requests.map(({ durationMs }) => durationMs / 1000)
}

/** As Prometheus estimates it: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
function quantile(q: number, observed: readonly number[], metric: MetricName): number {
  const definition = metrics[metric]
  if (!('buckets' in definition)) throw new Error(`${metric} is no histogram`)
  const rank = q * observed.length
  const upTo = (bound: number) => observed.filter((value) => value <= bound).length
  const bounds: readonly number[] = definition.buckets
  const index = bounds.findIndex((bound) => upTo(bound) >= rank)
  const upper = bounds[index]
  if (upper === undefined) return bounds.at(-1) ?? Number.NaN
  const lower = bounds[index - 1] ?? 0
  const below = index === 0 ? 0 : upTo(lower)
  return lower + ((upper - lower) * (rank - below)) / (upTo(upper) - below)
}

function only(value: number): Numbers {
  return nonZero({ '': value })
}

function count<T>(items: readonly T[], key: (item: T) => string): Numbers {
  return by(items, key, (same) => same.length)
}

function by<T>(items: readonly T[], key: (item: T) => string | undefined, value: (same: T[]) => number): Numbers {
  const groups = Map.groupBy(items, (item) => key(item) ?? '')
  return nonZero(Object.fromEntries([...groups].map(([name, same]) => [name, value(same)])))
}

export function nonZero(numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0 && !Number.isNaN(value)))
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
