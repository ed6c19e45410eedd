import { mostOpenValues, PrometheusRecorder } from '../../src/adapters/prometheus/recorder.ts'
import { type MetricDefinition, metrics, openValues, other } from '../../src/metrics/table.ts'
import { metricNames } from '../../src/metrics/zeros.ts'
import { replaceSection, table } from './sections.ts'

const source = 'src/metrics/table.ts'

/** docs/metrics.md with what the table of metrics decides, between its markers. */
export async function withMetrics(page: string): Promise<string> {
  const withTable = replaceSection(page, 'metrics', source, metricsTable())
  return replaceSection(withTable, 'series', source, await seriesTable())
}

function metricsTable(): string {
  const rows = metricNames().map((name) => {
    const { type, labels, buckets, help, serverOnly }: MetricDefinition = metrics[name]
    const where = serverOnly === true ? ' App server only.' : ''
    const bounds = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`
    const names = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${describeValues(values)}`)
    return [`\`${name}\``, type, names.join('<br>'), `${help}${bounds}${where}`]
  })
  return table(['metric', 'type', 'labels', 'meaning'], rows)
}

/** A list longer than this is told by its first values. */
const mostListed = 9

function describeValues(values: MetricDefinition['labels'][string]): string {
  if (values === openValues) return `any, at most ${mostOpenValues} of them; the rest counts as \`${other}\``
  const quoted = values.map((value) => `\`${value}\``)
  if (values.length <= mostListed) return quoted.join(' ')
  return `${quoted.slice(0, 4).join(' ')} … \`${values.at(-1)}\` (${values.length} values)`
}

/** Counted in what a run would push, not multiplied out. */
async function seriesTable(): Promise<string> {
  const one = await countSeries({ trigger: ['pull_request'], model: ['one'] })
  const secondEvent = await countSeries({ trigger: ['pull_request', 'issue_comment'], model: ['one'] })
  const secondModel = await countSeries({ trigger: ['pull_request'], model: ['one', 'two'] })
  return table(
    ['what a repository has', 'series'],
    [
      ['one event, one model', String(one)],
      ['each further event', `+ ${secondEvent - one}`],
      ['each further model', `+ ${secondModel - one}`],
      ['at most, every label with every value', String(mostSeries())],
    ],
  )
}

async function countSeries(known: Readonly<Record<string, readonly string[]>>): Promise<number> {
  const text = await new PrometheusRecorder({ server: false, known }).text()
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
}

function mostSeries(): number {
  return metricNames()
    .map((name): number => {
      const { labels, buckets, serverOnly }: MetricDefinition = metrics[name]
      if (serverOnly === true) return 0
      const combinations = Object.values(labels).reduce(
        (product, values) => product * (values === openValues ? mostOpenValues + 1 : values.length),
        1,
      )
      return combinations * (buckets === undefined ? 1 : buckets.length + 3)
    })
    .reduce((sum, count) => sum + count, 0)
}
