/**
 * Prometheus' text format, read strictly: what a real server would refuse is refused here, with the line.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */

export type Labels = Readonly<Record<string, string>>

export type Sample = {
  /** With `_bucket`, `_sum` or `_count` where it is a histogram's. */
  readonly name: string
  readonly labels: Labels
  readonly value: number
  readonly timestamp: number | null
}

export type Family = {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const sampleLine = new RegExp(String.raw`^(${metricName})(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?$`)
const labelPair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/
const number = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|Inf|NaN)$/

type OpenFamily = { name: string; type: string; help: string; samples: Sample[] }

export function parseTextFormat(text: string): readonly Family[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  if (text.includes('\r')) throw new Error('a carriage return')
  const families = new Map<string, OpenFamily>()
  const seen = new Set<string>()
  let last: OpenFamily | undefined
  text.split('\n').forEach((line, index) => {
    if (line === '') return
    try {
      last = readLine(line, families, seen, last)
    } catch (error) {
      throw new Error(`line ${index + 1}: ${line}`, { cause: error })
    }
  })
  return [...families.values()]
}

function readLine(
  line: string,
  families: Map<string, OpenFamily>,
  seen: Set<string>,
  last: OpenFamily | undefined,
): OpenFamily | undefined {
  const comment = new RegExp(`^# (TYPE|HELP) (${metricName})(?: (.*))?$`).exec(line)
  if (comment === null && line.startsWith('#')) return last
  if (comment !== null) {
    const [, keyword, name = '', rest = ''] = comment
    const family = continued(families, name, last)
    if (family.samples.length > 0) throw new Error(`${keyword} after samples`)
    if (keyword === 'HELP') family.help = unescaped(rest)
    else if (family.type !== '') throw new Error('a second TYPE')
    else if (/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) family.type = rest
    else throw new Error(`no type: ${rest}`)
    return family
  }
  const sample = readSample(line)
  const series = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
  if (seen.has(series)) throw new Error('the same series twice')
  seen.add(series)
  const family = continued(families, familyOf(sample.name, families), last)
  family.samples.push(sample)
  return family
}

/** Lines of one metric stand together. */
function continued(
  families: Map<string, OpenFamily>,
  name: string,
  last: OpenFamily | undefined,
): OpenFamily {
  const known = families.get(name)
  if (known !== undefined && known !== last) throw new Error(`${name} comes back after another metric`)
  const family = known ?? { name, type: '', help: '', samples: [] }
  families.set(name, family)
  return family
}

function familyOf(name: string, families: ReadonlyMap<string, OpenFamily>): string {
  const base = name.replace(/_(bucket|sum|count)$/, '')
  return families.get(base)?.type === 'histogram' ? base : name
}

function readSample(line: string): Sample {
  const match = sampleLine.exec(line)
  if (match === null) throw new Error('not a sample')
  const [, name = '', labels = '', value = '', timestamp] = match
  return {
    name,
    labels: readLabels(labels),
    value: readNumber(value),
    timestamp: timestamp === undefined ? null : Number(timestamp),
  }
}

function readLabels(text: string): Labels {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const match = labelPair.exec(rest)
    if (match === null) throw new Error(`not a label: ${rest}`)
    const [whole, name = '', value = ''] = match
    if (name.startsWith('__')) throw new Error(`${name} is reserved`)
    if (Object.hasOwn(labels, name)) throw new Error(`${name} twice`)
    labels[name] = unescaped(value)
    rest = rest.slice(whole.length)
  }
  return labels
}

export function readNumber(text: string): number {
  if (!number.test(text)) throw new Error(`not a number: ${text}`)
  return Number(text.replace('Inf', 'Infinity'))
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
}
