import * as v from 'valibot'
import { type Labels, readNumber } from './text-format.ts'

export type PushedSample = { readonly name: string; readonly labels: Labels; readonly value: number }

/** What one pusher left in the gateway. */
export type PushedGroup = {
  readonly labels: Labels
  /** Unix time in seconds. */
  readonly pushedAt: number
  readonly succeeded: boolean
  /** Type of each metric, the gateway's own ones left out. */
  readonly types: Readonly<Record<string, string>>
  /** Histograms and summaries as their parts. */
  readonly samples: readonly PushedSample[]
}

const labels = v.record(v.string(), v.string())
const metric = v.union([
  v.object({ labels, value: v.string() }),
  v.object({ labels, buckets: v.record(v.string(), v.string()), count: v.string(), sum: v.string() }),
  v.object({ labels, quantiles: v.record(v.string(), v.string()), count: v.string(), sum: v.string() }),
])
const family = v.object({ type: v.string(), metrics: v.array(metric) })
const answer = v.object({
  status: v.literal('success'),
  data: v.array(
    v.objectWithRest({ labels, last_push_successful: v.boolean(), push_time_seconds: family }, family),
  ),
})

/** Reads the answer of `/api/v1/metrics`. */
export function parseGroups(text: string): PushedGroup[] {
  const { data } = v.parse(answer, JSON.parse(text))
  return data.map(
    ({ labels, last_push_successful, push_time_seconds, push_failure_time_seconds, ...families }) => ({
      labels,
      pushedAt: samplesOf('push_time_seconds', push_time_seconds)[0]?.value ?? Number.NaN,
      succeeded: last_push_successful,
      types: Object.fromEntries(
        Object.entries(families).map(([name, { type }]) => [name, type.toLowerCase()]),
      ),
      samples: Object.entries(families).flatMap(([name, found]) => samplesOf(name, found)),
    }),
  )
}

function samplesOf(name: string, { metrics }: v.InferOutput<typeof family>): PushedSample[] {
  return metrics.flatMap((found) => {
    if ('value' in found) return [{ name, labels: found.labels, value: readNumber(found.value) }]
    const [suffix, label, parts] =
      'buckets' in found ? ['_bucket', 'le', found.buckets] : ['', 'quantile', found.quantiles]
    const split = Object.entries(parts).map(([bound, value]) => ({
      name: `${name}${suffix}`,
      labels: { ...found.labels, [label]: bound },
      value: readNumber(value),
    }))
    return [
      ...split,
      { name: `${name}_sum`, labels: found.labels, value: readNumber(found.sum) },
      { name: `${name}_count`, labels: found.labels, value: readNumber(found.count) },
    ]
  })
}
