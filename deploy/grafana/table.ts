import type { FieldConfigSource } from '@grafana/schema'
import type { Options } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen'
import { type About, datasource, type Placeable, targets } from './panel.ts'

/** A row for each value of the label that all queries are grouped by, a column for each query. */
export function table({
  title,
  description,
  unit,
  width,
  queries,
  rows,
  units,
}: About & {
  readonly rows: string
  /** Of the columns that have another. */
  readonly units: Readonly<Record<string, string>>
}): Placeable {
  return {
    width,
    height: 8,
    panel: {
      type: 'table',
      ...{ title, description, datasource },
      targets: targets(queries, 'table'),
      transformations: [
        { id: 'merge', options: {} },
        { id: 'organize', options: { excludeByName: { Time: true }, renameByName: columnNames(queries) } },
      ],
      options: {
        frameIndex: 0,
        showHeader: true,
        sortBy: [{ displayName: queries[0]?.[0] ?? rows, desc: true }],
      } satisfies Options,
      fieldConfig: {
        defaults: { unit, decimals: 0, noValue: '–' },
        overrides: columnUnits(units),
      },
    },
  }
}

/** Merging leaves the value of query A in a column called `Value #A`. */
function columnNames(queries: About['queries']): Record<string, string> {
  const letters = targets(queries, 'table').map(({ refId }) => refId)
  return Object.fromEntries(queries.map(([name], index) => [`Value #${letters[index]}`, name]))
}

function columnUnits(units: Readonly<Record<string, string>>): FieldConfigSource['overrides'] {
  return Object.entries(units).map(([name, unit]) => ({
    matcher: { id: 'byName', options: name },
    properties: [
      { id: 'unit', value: unit },
      { id: 'decimals', value: 2 },
    ],
  }))
}
