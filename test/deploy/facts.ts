import { type MetricName, metrics } from '../../src/metrics/table.ts'
import { nonZero, type Numbers } from './numbers.ts'
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

export function seconds(requests: Requests): number[] {
  return requests.map(({ durationMs }) => durationMs / 1000)
}

/** As Prometheus estimates it: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
export function quantile(q: number, observed: readonly number[], metric: MetricName): number {
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

export function only(value: number): Numbers {
  return nonZero({ '': value })
}

export function count<T>(items: readonly T[], key: (item: T) => string): Numbers {
  return by(items, key, (same) => same.length)
}

export function by<T>(
  items: readonly T[],
  key: (item: T) => string | undefined,
  value: (same: T[]) => number,
): Numbers {
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

/** A review's time is that of its phases. */
export function durationQuantile(q: number, reviews: readonly Run[]): number {
  const durations = reviews.map(({ trace }) => sum(trace.phases, ({ durationMs }) => durationMs / 1000))
  return quantile(q, durations, 'patchpilot_task_duration_seconds')
}

export function errorShare(some: Requests): number {
  return some.filter(({ status }) => status !== 200).length / some.length
}
