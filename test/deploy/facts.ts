import { type MetricName, metrics } from '../../src/metrics/table.ts'
import { type Expectation, type Expected, nonZero } from './numbers.ts'
import type { Run } from './runs.ts'

export type Requests = Run['trace']['requests']

/** US dollars per million tokens. */
export type Prices = { readonly prompt: number; readonly cached: number; readonly completion: number }

export function requests(runs: readonly Run[], target: Requests[number]['target']): Requests {
  return runs.flatMap(({ trace }) => trace.requests.filter((request) => request.target === target))
}

export function tokens(requests: Requests): number {
  return sum(requests, ({ promptTokens, completionTokens }) => promptTokens + completionTokens)
}

export function cost(requests: Requests, prices: Prices): number {
  const dollars = sum(
    requests,
    ({ promptTokens, cachedTokens, completionTokens }) =>
      (promptTokens - cachedTokens) * prices.prompt +
      cachedTokens * prices.cached +
      completionTokens * prices.completion,
  )
  return dollars / 1e6
}

/** As Prometheus estimates it from a histogram: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
function estimate(q: number, observed: readonly number[], metric: MetricName): number {
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

export function only(value: Expectation): Expected {
  return nonZero({ '': value })
}

export function count<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  return by(items, key, (same) => same.length)
}

export function by<T, V extends Expectation>(
  items: readonly T[],
  key: (item: T) => string | undefined,
  value: (same: T[]) => V,
): Record<string, V> {
  const groups = Map.groupBy(items, (item) => key(item) ?? '')
  return nonZero(Object.fromEntries([...groups].map(([name, same]) => [name, value(same)])))
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

/** Runs that reviewed something, or tried to. */
export function reviewsOf(runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ verdict }) => verdict !== 'skipped')
}

export function inconclusiveOf(runs: readonly Run[]): readonly Run[] {
  return runs.filter(({ verdict }) => verdict === 'inconclusive')
}

const reportedMs = 0.5
/** Between the end of a review's last phase and that of its task. */
const concludingMs = 20

type Timed = { readonly durationMs: number }

/** The sum of what was rounded, in seconds. */
export function seconds(timed: readonly Timed[], divisor = 1): Expectation {
  const total = sum(timed, ({ durationMs }) => durationMs)
  const error = reportedMs * timed.length
  return [(total - error) / 1000 / divisor, (total + error) / 1000 / divisor]
}

export function requestQuantile(q: number, requests: Requests, metric: MetricName): Expectation {
  const durations = requests.map(({ durationMs }) => durationMs)
  return quantile(q, durations, reportedMs, metric)
}

/** A review's time is that of its phases. */
export function reviewQuantile(q: number, reviews: readonly Run[]): Expectation {
  const durations = reviews.map(({ trace }) => sum(trace.phases, ({ durationMs }) => durationMs))
  return quantile(q, durations, concludingMs, 'patchpilot_task_duration_seconds')
}

/** What lies near a bucket's bound may be on either side. */
function quantile(q: number, durations: readonly number[], errorMs: number, metric: MetricName): Expectation {
  const shifted = (by: number) => durations.map((duration) => (duration + by) / 1000)
  return [estimate(q, shifted(-errorMs), metric), estimate(q, shifted(errorMs), metric)]
}

export function errorShare(some: Requests): number {
  return some.filter(({ status }) => status !== 200).length / some.length
}

/** The test notes the end of a run once its process has ended. */
const noticedAfterSeconds = 5

export function since(at: number, time: number): Expectation {
  return [at - time, at - time + noticedAfterSeconds]
}
