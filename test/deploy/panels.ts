import type { Dashboard, Panel } from '@grafana/schema'
import * as v from 'valibot'
import type { Prometheus } from '../servers/prometheus.ts'
import { interpolate } from './promql.ts'

export type PanelQuery = {
  /** Its title. */
  readonly panel: string
  readonly legend: string
  readonly unit: string
  readonly expr: string
}

/** All panels but the headings of rows. */
export function panelsOf({ panels = [] }: Dashboard): readonly Panel[] {
  return panels.flatMap((panel) => ('fieldConfig' in panel ? [panel] : []))
}

const Target = v.looseObject({ expr: v.string(), legendFormat: v.string() })

export function panelQueries(dashboard: Dashboard): readonly PanelQuery[] {
  return panelsOf(dashboard).flatMap(({ title = '', targets = [], fieldConfig }) =>
    targets
      .map((target) => v.parse(Target, target))
      .map(({ expr, legendFormat }) => ({
        ...{ panel: title, legend: legendFormat, expr },
        unit: fieldConfig?.defaults.unit ?? '',
      })),
  )
}

const LabelQuery = v.object({ query: v.pipe(v.string(), v.regex(/^label_values\((.*), (\w+)\)$/)) })

/** The choices of a variable, as Grafana asks for them: `label_values(series, label)`. */
export async function labelValues(prometheus: Prometheus, dashboard: Dashboard, name: string) {
  const variable = dashboard.templating?.list?.find((one) => one.name === name)
  const { query } = v.parse(LabelQuery, variable?.query)
  const [, series = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? []
  const selector = interpolate(series, { repository: '.*' })
  return await prometheus.get(`label/${label}/values`, { 'match[]': selector })
}
