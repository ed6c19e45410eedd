import { type MetricDefinition, metrics, openValues } from '../../src/metrics/table.ts'
import { metricNames } from '../../src/metrics/zeros.ts'

/** Replaces Grafana's variables, which PromQL does not know; none is left. */
export function interpolate(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replace(/\$(\w+)/g, (variable, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for ${variable} in ${expr}`)
    return value
  })
}

/** What is scraped besides the table's metrics: by the Pushgateway about a group, by Prometheus about a target. */
const others: Readonly<Record<string, readonly string[]>> = {
  push_time_seconds: ['job', 'repository'],
  push_failure_time_seconds: ['job', 'repository'],
  up: ['job', 'instance'],
}

const anyLabels = /\{[^}]*\}/g
const groupings = /\bby \(([^)]*)\)/g
const strings = /"(?:[^"\\]|\\.)*"/g
const durations = /\[[^\]]*\]|\boffset -?\w+/g
const keywords = new Set(['and', 'or', 'unless', 'bool'])

/** What an expression names and nothing can have: metrics, labels, values of labels. Empty when all is well. */
export function unknownNames(expr: string): string[] {
  const names = metricsIn(expr)
  const selectors = [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)]
  return [
    ...(names.length === 0 ? [`no metric in ${expr}`] : []),
    ...names.filter((name) => labelsOf(name) === null),
    ...[...expr.matchAll(groupings)].flatMap(({ 0: by, 1: list = '', index }) => {
      const grouped = metricsIn(parenthesis(expr, index + by.length))
      return list
        .split(', ')
        .flatMap((label) =>
          grouped.filter((name) => !hasLabel(name, label)).map((name) => `${name} by ${label}`),
        )
    }),
    ...selectors.flatMap(([, name = '', matchers = '']) => unknownMatchers(name, matchers)),
  ]
}

function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(strings, '""')
    .replace(anyLabels, '')
    .replace(groupings, '')
    .replace(durations, '')
  return [...bare.matchAll(/\b([a-zA-Z_:][\w:]*)\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !keywords.has(name))
}

/** What the parenthesis that begins there holds. */
function parenthesis(expr: string, from: number): string {
  let depth = 0
  for (let at = from; at < expr.length; at++) {
    if (expr[at] === '(') depth++
    if (expr[at] === ')' && --depth === 0) return expr.slice(from, at + 1)
  }
  throw new Error(`no parenthesis follows in ${expr.slice(from)}`)
}

function hasLabel(name: string, label: string): boolean {
  return labelsOf(name)?.includes(label) === true
}

function unknownMatchers(name: string, text: string): string[] {
  return [...text.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(
    ([matcher, label = '', , value = '']) => {
      if (!hasLabel(name, label)) return [`${name}{${matcher}}`]
      const known = definitionOf(name)?.labels[label]
      if (known === undefined || known === openValues) return []
      return value
        .split('|')
        .filter((one) => !known.includes(one))
        .map((one) => `${name}{${label}="${one}"}`)
    },
  )
}

/** Every label that the metric may have in Prometheus; null when there is no such metric. */
function labelsOf(name: string): readonly string[] | null {
  const definition = definitionOf(name)
  if (definition === undefined) return others[name] ?? null
  return [
    ...Object.keys(definition.labels),
    ...(definition.serverOnly === true ? [] : ['repository']),
    ...(name.endsWith('_bucket') ? ['le'] : []),
    'job',
    'instance',
  ]
}

/** A histogram is there as three series, and not by its own name. */
function definitionOf(series: string): MetricDefinition | undefined {
  const name = metricNames().find((name) => seriesOf(name).includes(series))
  return name === undefined ? undefined : metrics[name]
}

function seriesOf(name: keyof typeof metrics): readonly string[] {
  return metrics[name].type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}
