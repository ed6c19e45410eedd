import { FieldColorModeId, type FieldConfigSource, type Panel } from '@grafana/schema'

/** Whichever Prometheus the dashboard's variable names. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is a variable of Grafana
export const datasource = { type: 'prometheus', uid: '${datasource}' } as const

/** A query with its name in the legend, where `{{label}}` stands for the label's value. */
export type Query = readonly [legend: string, expr: string]

/** A colour by what the legend says. */
export type Colours = Readonly<Record<string, string>>

export type About = {
  readonly title: string
  /** What it shows and what to make of it. */
  readonly description: string
  /** As Grafana calls it: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: string
  /** Of 24. */
  readonly width: number
  readonly queries: readonly Query[]
}

/** A panel without its place and number. */
export type Placeable = {
  readonly width: number
  readonly height: number
  readonly panel: Omit<Panel, 'id' | 'gridPos'>
}

export function targets(
  queries: readonly Query[],
  form: 'once' | 'graph' | 'table',
): Record<string, unknown>[] {
  return queries.map(([legendFormat, expr], index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource,
    editorMode: 'code',
    expr,
    legendFormat,
    instant: form !== 'graph',
    range: form === 'graph',
    format: form === 'table' ? 'table' : 'time_series',
  }))
}

export function colourOverrides(colours: Colours): FieldConfigSource['overrides'] {
  return Object.entries(colours).map(([name, fixedColor]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }],
  }))
}
