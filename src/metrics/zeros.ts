import { boundLabels } from './samples.ts'
import { type MetricDefinition, type MetricName, metrics, openValues } from './table.ts'

/** The values that the labels of one process start with where the table cannot know them. */
export type KnownValues = Readonly<Record<string, readonly string[]>>

/**
 * Every combination of labels that should exist at 0 before anything happens: Prometheus cannot see a counter grow that
 * was born at 1. Metrics without labels are not among them.
 */
export function zeroLabels(
  known: KnownValues,
): readonly { readonly metric: MetricName; readonly labels: Readonly<Record<string, string>> }[] {
  return metricNames().flatMap((metric) => {
    const { labels, zeros }: MetricDefinition = metrics[metric]
    const choices = Object.entries(labels).map(([label, values]) =>
      (known[label] ?? zeros?.[label] ?? (values === openValues ? [] : values)).map((value) => ({
        [label]: value,
      })),
    )
    const none: Readonly<Record<string, string>> = {}
    return choices
      .reduce((all, one) => all.flatMap((labels) => one.map((label) => ({ ...labels, ...label }))), [none])
      .filter((labels) => Object.keys(labels).length > 0)
      .map((labels) => ({ metric, labels: boundLabels(metric, labels) }))
  })
}

export function metricNames(): readonly MetricName[] {
  return Object.keys(metrics).filter(isMetricName)
}

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metrics, name)
}
