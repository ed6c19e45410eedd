import * as v from 'valibot'
import { FixableError } from '../../errors.ts'

/** A group's labels, in the order of its address. */
export type GroupLabels = Readonly<Record<string, string>>

/** Fields of one group as `/api/v1/metrics` has them, not looked at yet. */
export type Group = Readonly<Record<string, unknown>>

/** Every group of a Pushgateway at one moment. */
export type Groups = readonly { readonly labels: GroupLabels; readonly fields: Group }[]

/** https://github.com/prometheus/pushgateway#query-api */
export const groupsPath = '/api/v1/metrics'

const Labels = v.record(v.string(), v.string())
const Answer = v.object({ status: v.literal('success'), data: v.array(v.looseObject({ labels: Labels })) })

export function parseGroups(text: string): Groups {
  const parsed = v.safeParse(Answer, parseJson(text))
  if (!parsed.success) throw notAPushgateway()
  return parsed.output.data.map((fields) => ({ labels: fields.labels, fields }))
}

function notAPushgateway(): Error {
  return new FixableError('its answer is not that of a Pushgateway; check `pushgateway-url`')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The group with exactly these labels. */
export function findGroup(groups: Groups, labels: GroupLabels): Group | null {
  const wanted = Object.entries(labels)
  const found = groups.find(
    (group) =>
      Object.keys(group.labels).length === wanted.length &&
      wanted.every(([name, value]) => group.labels[name] === value),
  )
  return found?.fields ?? null
}

/** Where a group is pushed to. */
export function groupPath({ job = '', ...others }: GroupLabels): string {
  return [
    '/metrics',
    pathPair('job', job),
    ...Object.entries(others).map(([name, value]) => pathPair(name, value)),
  ].join('/')
}

/** Base64 is the only form that takes every value, `/` and nothing included: the gateway decodes `%2F` before it looks. */
function pathPair(name: string, value: string): string {
  if (/^[\w-]+$/.test(value)) return `${name}/${value}`
  const encoded = Buffer.from(value).toString('base64url')
  return `${name}@base64/${encoded === '' ? '=' : encoded}`
}

const GoFloat = v.pipe(v.string(), v.transform(goFloat))

/** Numbers as Go prints them. https://pkg.go.dev/strconv#FormatFloat */
function goFloat(text: string): number {
  return text === '+Inf'
    ? Number.POSITIVE_INFINITY
    : text === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(text)
}

const Metric = v.object({
  labels: Labels,
  value: v.optional(GoFloat),
  buckets: v.optional(v.record(v.string(), GoFloat)),
  count: v.optional(GoFloat),
  sum: v.optional(GoFloat),
})
const Family = v.object({ type: v.string(), metrics: v.array(Metric) })

export type Family = v.InferOutput<typeof Family>

/** One metric of a group; null when the group has none of this name. What cannot be read is not taken for nothing. */
export function readFamily(group: Group, name: string): Family | null {
  if (!Object.hasOwn(group, name)) return null
  const parsed = v.safeParse(Family, group[name])
  if (!parsed.success) throw notAPushgateway()
  return parsed.output
}

/** The value of a metric that a group has once. */
export function readValue(group: Group, name: string): number | null {
  return readFamily(group, name)?.metrics[0]?.value ?? null
}
