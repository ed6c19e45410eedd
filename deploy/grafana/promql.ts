import { type MetricDefinition, type MetricName, metrics } from '../../src/metrics/table.ts'

/** The stretch of time a number is about: what is shown as a whole, one step of a graph, or one day. */
export type Window = 'range' | 'step' | 'day'

type LabelOf<Name extends MetricName> = keyof (typeof metrics)[Name]['labels'] & string

export type Selection<Name extends MetricName> = {
  readonly by?: readonly (LabelOf<Name> | 'repository')[]
  /** Matchers such as `verdict!="skipped"`. */
  readonly where?: readonly string[]
  /** Whatever repositories are chosen: the App server's numbers belong to none. */
  readonly anyRepository?: boolean
}

type Named = { readonly metric: MetricName; readonly series?: string }
type Chosen = {
  readonly by?: readonly string[]
  readonly where?: readonly string[]
  readonly anyRepository?: boolean
}

/** As Grafana replaces them. The negative offset puts a day's number at the beginning of that day. */
const windows: Readonly<Record<Window, string>> = {
  range: '[$__range]',
  step: '[$__rate_interval]',
  day: '[1d] offset -1d',
}

/** By how much a counter grew. Series that the dashboard's variables leave out do not count. */
export function grown<Name extends MetricName>(
  metric: Name,
  window: Window,
  selection: Selection<Name> = {},
): string {
  return increase({ metric }, window, selection)
}

/** Average of what a histogram observed, where it observed anything. */
export function average<Name extends MetricName>(
  metric: Name,
  window: Window,
  selection: Selection<Name> = {},
): string {
  const part = (suffix: string) => increase({ metric, series: `${metric}_${suffix}` }, window, selection)
  return share(part('sum'), part('count'))
}

/** A quantile of what a histogram observed. Without observations it is NaN, which no comparison lets through. */
export function quantile<Name extends MetricName>(
  fraction: number,
  metric: Name,
  window: Window,
  selection: Selection<Name> = {},
): string {
  const byBucket = { ...selection, by: [...(selection.by ?? []), 'le'] }
  const buckets = increase({ metric, series: `${metric}_bucket` }, window, byBucket)
  return `histogram_quantile(${fraction}, ${buckets}) >= 0`
}

/** Nothing where the whole is 0. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`
}

/** What is not 0: where there are more label values than anybody wants to see in a legend. */
export function some(expr: string): string {
  return `${expr} > 0`
}

/** The highest of a gauge's values. */
export function latest<Name extends MetricName>(metric: Name, selection: Selection<Name> = {}): string {
  return `max${grouping(selection)}(${metric}${matchers(metric, selection)})`
}

/** Seconds since a time that a gauge tells; 0 there means never. */
export function age(time: string): string {
  return `time() - (${time} > 0)`
}

function increase({ metric, series = metric }: Named, window: Window, chosen: Chosen): string {
  return `sum${grouping(chosen)}(increase(${series}${matchers(metric, chosen)}${windows[window]}))`
}

function grouping({ by = [] }: Chosen): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')}) `
}

function matchers(metric: MetricName, { where = [], anyRepository = false }: Chosen): string {
  const { labels, serverOnly }: MetricDefinition = metrics[metric]
  const all = [
    ...where,
    ...('model' in labels ? ['model=~"$model"'] : []),
    ...(serverOnly === true || anyRepository ? [] : ['repository=~"$repository"']),
  ]
  return all.length === 0 ? '' : `{${all.join(', ')}}`
}
