import { type Aggregator, Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { MetricDefinition, MetricName } from '../../metrics/table.ts'

type Labels = Readonly<Record<string, string>>

/** One metric of the table, as prom-client keeps it. */
export type Instrument = {
  /** Makes the series exist, at 0. */
  zero(labels: Labels): void
  /** Counts, observes or sets, by the metric's type, the series with these labels. */
  series(labels: Labels): (value: number) => void
}

/** What a gauge of two runs becomes in one group. Counters and histograms are summed. */
const gaugeAggregators: Readonly<Partial<Record<MetricName, Aggregator>>> = {
  patchpilot_last_review_timestamp_seconds: 'max',
  patchpilot_build_info: 'first',
}

export function createInstrument(
  name: MetricName,
  definition: MetricDefinition,
  registry: Registry,
): Instrument {
  const { help, labels, buckets = [] } = definition
  const common = { name, help, labelNames: Object.keys(labels), registers: [registry] }
  switch (definition.type) {
    case 'counter': {
      const counter = new Counter(common)
      return {
        zero: (labels) => counter.inc(labels, 0),
        series: (labels) => {
          const one = counter.labels(labels)
          return (value) => one.inc(value)
        },
      }
    }
    case 'gauge': {
      const gauge = new Gauge({ ...common, aggregator: gaugeAggregators[name] ?? 'sum' })
      return {
        zero: (labels) => gauge.set(labels, 0),
        series: (labels) => {
          const one = gauge.labels(labels)
          return (value) => one.set(value)
        },
      }
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...buckets] })
      return {
        zero: (labels) => histogram.zero(labels),
        series: (labels) => {
          const one = histogram.labels(labels)
          return (value) => one.observe(value)
        },
      }
    }
  }
}
