import { AggregatorRegistry, type Registry } from 'prom-client'
import type { Sample } from '../../metrics/samples.ts'
import { type MetricDefinition, metrics } from '../../metrics/table.ts'
import { type KnownValues, metricNames } from '../../metrics/zeros.ts'
import { type Family, type Group, readFamily } from './groups.ts'
import { PrometheusRecorder } from './recorder.ts'

type Series = {
  readonly labels: Readonly<Partial<Record<string, string | number>>>
  readonly value: number
  /** Of histograms: the name with its suffix. */
  readonly metricName?: string
}

/** A metric as prom-client's registries exchange it. */
type MetricJson = { readonly name: string; readonly type: string; readonly values: readonly Series[] }

/** What the group holds of our metrics, with what one run adds. */
export async function sumUp(
  group: Group | null,
  known: KnownValues,
  samples: readonly Sample[],
): Promise<Registry> {
  const counted = new Set<string>(samples.map(({ metric }) => metric))
  // A gauge is what the latest run says, if it says something: a run's clock may be wrong, the order of runs is not.
  const held = (group === null ? [] : readSums(group)).filter(
    ({ name, type }) => type !== 'gauge' || !counted.has(name),
  )
  const recorder = new PrometheusRecorder({ server: false, known: withHeldModels(held, known) })
  recorder.record(samples)
  return AggregatorRegistry.aggregate([await recorder.registry.getMetricsAsJSON(), held])
}

/** Whether the group holds just these sums. */
export async function holds(group: Group | null, sums: Registry): Promise<boolean> {
  if (group === null) return false
  const held = new Map(readSums(group).flatMap(seriesOf))
  const wanted = await sums.getMetricsAsJSON()
  return wanted
    .filter(({ name }) => !replaced.includes(name))
    .flatMap(seriesOf)
    .every(([key, value]) => held.get(key) === value)
}

/** Those of which the last run's value is the only one. */
const replaced: readonly string[] = ['patchpilot_build_info']

function readSums(group: Group): readonly MetricJson[] {
  return metricNames().flatMap((name): MetricJson[] => {
    const definition: MetricDefinition = metrics[name]
    if (definition.serverOnly === true) return []
    const family = readFamily(group, name)
    // Another type is an earlier version's or a stranger's: what it counted is not what this counts.
    if (family === null || family.type !== definition.type.toUpperCase() || replaced.includes(name)) return []
    const values = family.metrics.flatMap((metric) =>
      definition.type === 'histogram'
        ? readHistogram(name, metric, definition.buckets ?? [])
        : [{ labels: withoutGroupLabels(metric.labels), value: finite(metric.value) }],
    )
    return [{ name, type: definition.type, values }]
  })
}

type Metric = Family['metrics'][number]

/**
 * A histogram in the buckets that we have. Where the group's are others, a bucket holds what is known to belong to it:
 * count and sum stay exact, and no bucket holds more than the next.
 */
function readHistogram(name: string, metric: Metric, bounds: readonly number[]): Series[] {
  const held = Object.entries(metric.buckets ?? {})
    .map(([bound, count]) => ({ bound: Number(bound), count: finite(count) }))
    .filter(({ bound }) => Number.isFinite(bound))
  const labels = withoutGroupLabels(metric.labels)
  const upTo = (le: number) =>
    held.filter(({ bound }) => bound <= le).reduce((most, { count }) => Math.max(most, count), 0)
  const count = finite(metric.count)
  return [
    ...bounds.map((le) => ({ labels: { ...labels, le }, value: upTo(le), metricName: `${name}_bucket` })),
    { labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` },
    { labels, value: finite(metric.sum), metricName: `${name}_sum` },
    { labels, value: count, metricName: `${name}_count` },
  ]
}

function withoutGroupLabels(labels: Metric['labels']): Readonly<Record<string, string>> {
  const { job: _job, repository: _repository, instance: _instance, ...own } = labels
  return own
}

/** A counter that is no number cannot be added to. */
function finite(value: number | undefined): number {
  return value === undefined || !Number.isFinite(value) ? 0 : value
}

/** Models of earlier runs come first: they have their place within the bound already. */
function withHeldModels(held: readonly MetricJson[], known: KnownValues): KnownValues {
  const models = held.flatMap(({ values }) => values.map(({ labels }) => labels.model))
  const names = models.filter((model) => typeof model === 'string')
  return { ...known, model: [...new Set([...names, ...(known.model ?? [])])] }
}

function seriesOf({
  name,
  values,
}: Omit<MetricJson, 'type'>): readonly (readonly [key: string, value: number])[] {
  return values.map(({ metricName = name, labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`)
    return [`${metricName} ${pairs.toSorted().join(' ')}`, value]
  })
}
