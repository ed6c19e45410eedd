import type { Registry } from 'prom-client'
import { type Group, parseGroups } from '../../../src/adapters/prometheus/groups.ts'

type Series = {
  readonly labels: Partial<Record<string, string | number>>
  readonly value: number
  readonly metricName?: string
}

/** What a Pushgateway shows of a group that a registry was pushed to. */
export async function asGroup(registry: Registry): Promise<Group> {
  const families = (await registry.getMetricsAsJSON()).map(({ name, type, values }) => [
    name,
    { type: String(type).toUpperCase(), metrics: metricsOf(values) },
  ])
  const labels = { job: 'patchpilot', repository: 'octo/demo' }
  const data = [{ labels, ...Object.fromEntries(families) }]
  const group = parseGroups(JSON.stringify({ status: 'success', data }))[0]
  if (group === undefined) throw new Error('no group')
  return group.fields
}

function metricsOf(values: readonly Series[]): object[] {
  const byLabels = Map.groupBy(values, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels))
  return [...byLabels].map(([key, series]) => {
    const labels = { instance: '', job: 'patchpilot', repository: 'octo/demo', ...JSON.parse(key) }
    const [first] = series
    if (first?.metricName === undefined) return { labels, value: String(first?.value) }
    const valueAt = (suffix: string) =>
      String(series.find(({ metricName }) => metricName?.endsWith(suffix))?.value)
    const buckets = series.filter(({ labels }) => labels.le !== undefined)
    return {
      ...{ labels, count: valueAt('_count'), sum: valueAt('_sum') },
      buckets: Object.fromEntries(buckets.map(({ labels, value }) => [String(labels.le), String(value)])),
    }
  })
}
