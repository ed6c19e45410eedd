import type { Dashboard, Panel } from '@grafana/schema'
import * as v from 'valibot'

export type PanelQuery = {
  /** Its title. */
  readonly panel: string
  readonly legend: string
  readonly expr: string
}

/** All panels but the headings of rows. */
export function panelsOf({ panels = [] }: Dashboard): readonly Panel[] {
  return panels.flatMap((panel) => ('fieldConfig' in panel ? [panel] : []))
}

const Target = v.looseObject({ expr: v.string(), legendFormat: v.string() })

export function panelQueries(dashboard: Dashboard): readonly PanelQuery[] {
  return panelsOf(dashboard).flatMap(({ title = '', targets = [] }) =>
    targets
      .map((target) => v.parse(Target, target))
      .map(({ expr, legendFormat }) => ({ panel: title, legend: legendFormat, expr })),
  )
}
