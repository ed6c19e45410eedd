import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  FieldColorModeId,
  LegendDisplayMode,
  PercentChangeColorMode,
  type ThresholdsConfig,
  ThresholdsMode,
  VizOrientation,
} from '@grafana/schema'
import type { Options as BarGaugeOptions } from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen'
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen'
import { type About, type Colours, colourOverrides, datasource, type Placeable, targets } from './panel.ts'

/** Colours from a value on, from -∞ to the last. */
export type Limits = readonly (readonly [from: number, colour: string])[]

/** One big number about all of the time shown. */
export function stat({
  title,
  description,
  unit,
  width,
  queries,
  limits = [],
}: About & { readonly limits?: Limits }): Placeable {
  return {
    width,
    height: 4,
    panel: {
      type: 'stat',
      ...{ title, description, datasource },
      targets: targets(queries, 'once'),
      options: {
        ...reduced,
        orientation: VizOrientation.Auto,
        colorMode: limits.length === 0 ? BigValueColorMode.None : BigValueColorMode.Value,
        graphMode: BigValueGraphMode.None,
        justifyMode: BigValueJustifyMode.Auto,
        percentChangeColorMode: PercentChangeColorMode.Standard,
        showPercentChange: false,
        textMode: queries.length === 1 ? BigValueTextMode.Value : BigValueTextMode.ValueAndName,
        wideLayout: true,
      } satisfies StatOptions,
      fieldConfig: {
        defaults: {
          unit,
          noValue: '–',
          color: { mode: FieldColorModeId.Thresholds },
          thresholds: thresholds(limits),
        },
        overrides: [],
      },
    },
  }
}

/** A bar for each of several numbers about all of the time shown. */
export function ranking({
  title,
  description,
  unit,
  width,
  queries,
  colours = {},
}: About & { readonly colours?: Colours }): Placeable {
  return {
    width,
    height: 8,
    panel: {
      type: 'bargauge',
      ...{ title, description, datasource },
      targets: targets(queries, 'once'),
      options: {
        ...reduced,
        orientation: VizOrientation.Horizontal,
        displayMode: BarGaugeDisplayMode.Basic,
        legend: { calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: false },
        maxVizHeight: 300,
        minVizHeight: 16,
        minVizWidth: 8,
        namePlacement: BarGaugeNamePlacement.Left,
        showUnfilled: true,
        sizing: BarGaugeSizing.Auto,
        valueMode: BarGaugeValueMode.Text,
      } satisfies BarGaugeOptions,
      fieldConfig: {
        defaults: {
          unit,
          min: 0,
          noValue: '–',
          color: { mode: FieldColorModeId.PaletteClassicByName },
          thresholds: thresholds([]),
        },
        overrides: colourOverrides(colours),
      },
    },
  }
}

const reduced = { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } }

function thresholds(limits: Limits): ThresholdsConfig {
  return {
    mode: ThresholdsMode.Absolute,
    steps: [
      { color: 'green', value: null },
      ...limits.map(([from, colour]) => ({ color: colour, value: from })),
    ],
  }
}
