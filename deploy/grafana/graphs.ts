import {
  FieldColorModeId,
  GraphDrawStyle,
  LegendDisplayMode,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/schema'
import type {
  FieldConfig,
  Options,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen'
import { type About, type Colours, colourOverrides, datasource, type Placeable, targets } from './panel.ts'

export type Graph = About & { readonly colours?: Colours }

/** Reviews are events, not load: a step is an hour, so that there is something in most of them. */
const step = { interval: '1h', maxDataPoints: 200 } as const
/** With queries of a day's window. */
const day = { interval: '1d', maxDataPoints: 400 } as const

/** How much of what, by the hour or longer. */
export function bars(graph: Graph): Placeable {
  return drawn(graph, stacked, step)
}

/** How much of what, by the day; at the day it was. */
export function dailyBars(graph: Graph): Placeable {
  return drawn(graph, stacked, day)
}

/** What can not be added up. */
export function lines(graph: Graph): Placeable {
  return drawn(graph, line, step)
}

const stacked = {
  drawStyle: GraphDrawStyle.Bars,
  fillOpacity: 80,
  lineWidth: 0,
  stacking: { mode: StackingMode.Normal, group: 'A' },
} as const satisfies FieldConfig

const line = {
  drawStyle: GraphDrawStyle.Line,
  fillOpacity: 5,
  lineWidth: 2,
  pointSize: 5,
  // Between two steps without a review there is no line to draw.
  showPoints: VisibilityMode.Always,
} as const satisfies FieldConfig

const options = {
  legend: { calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true },
  tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
} as const satisfies Options

function drawn(
  { title, description, unit, width, queries, colours = {} }: Graph,
  custom: FieldConfig,
  steps: { readonly interval: string; readonly maxDataPoints: number },
): Placeable {
  return {
    width,
    height: 8,
    panel: {
      type: 'timeseries',
      ...{ title, description, datasource },
      ...steps,
      targets: targets(queries, 'graph'),
      options: { ...options },
      fieldConfig: {
        defaults: {
          unit,
          min: 0,
          color: { mode: FieldColorModeId.PaletteClassicByName },
          custom: { ...custom },
        },
        overrides: colourOverrides(colours),
      },
    },
  }
}
