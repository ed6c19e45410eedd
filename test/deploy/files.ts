import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { parse } from 'yaml'

const deploy = new URL('../../deploy/', import.meta.url)

export function deployPath(name: string): string {
  return fileURLToPath(new URL(name, deploy))
}

export function readText(name: string): string {
  return readFileSync(deployPath(name), 'utf8')
}

export function readYaml(name: string): unknown {
  return parse(readText(name))
}

const Alert = v.strictObject({
  alert: v.string(),
  expr: v.string(),
  for: v.string(),
  labels: v.strictObject({ severity: v.picklist(['warning', 'critical']) }),
  annotations: v.strictObject({ summary: v.string(), description: v.string() }),
})
export type Alert = v.InferOutput<typeof Alert>

const Rules = v.strictObject({
  groups: v.array(v.strictObject({ name: v.string(), rules: v.array(Alert) })),
})

export function readAlerts(): readonly Alert[] {
  return v.parse(Rules, readYaml('prometheus/alerts.yml')).groups.flatMap(({ rules }) => rules)
}
