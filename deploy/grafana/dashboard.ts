import { type Dashboard, DashboardCursorSync, type Panel, type RowPanel } from '@grafana/schema'
import type { Placeable } from './panel.ts'
import { cost } from './rows/cost.ts'
import { findings } from './rows/findings.ts'
import { freshness } from './rows/freshness.ts'
import { overview } from './rows/overview.ts'
import { reviews } from './rows/reviews.ts'
import { server } from './rows/server.ts'
import { traffic } from './rows/traffic.ts'
import { variables } from './variables.ts'

type Row = readonly [title: string, panels: readonly Placeable[]]

const rows: readonly Row[] = [
  ['Overview', overview],
  ['Reviews', reviews],
  ['Findings', findings],
  ['Tokens and cost', cost],
  ['Model and GitHub', traffic],
  ['Freshness', freshness],
  ['App server', server],
]

const columns = 24

/** patchpilot.json is made from this by `npm run docs`. */
export const dashboard = {
  uid: 'patchpilot',
  title: 'PatchPilot',
  description: 'Whether reviews work, what they find, and what they cost.',
  tags: ['patchpilot'],
  editable: true,
  graphTooltip: DashboardCursorSync.Crosshair,
  time: { from: 'now-7d', to: 'now' },
  timezone: 'browser',
  refresh: '1m',
  schemaVersion: 42,
  templating: { list: variables },
  panels: place(rows),
} satisfies Dashboard

/** From left to right, row below row, with numbers in this order. */
function place(rows: readonly Row[]): (Panel | RowPanel)[] {
  const placed: (Panel | RowPanel)[] = []
  let y = 0
  for (const [title, panels] of rows) {
    const id = placed.length + 1
    placed.push({
      id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    })
    y += 1
    let x = 0
    let lineHeight = 0
    for (const { width, height, panel } of panels) {
      if (x + width > columns) {
        x = 0
        y += lineHeight
        lineHeight = 0
      }
      placed.push({ id: placed.length + 1, ...panel, gridPos: { x, y, w: width, h: height } })
      x += width
      lineHeight = Math.max(lineHeight, height)
    }
    y += lineHeight
  }
  return placed
}
