import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAlerts } from '../deploy/files.ts'
import { unknownNames } from '../deploy/promql.ts'
import { checkExpressions } from '../deploy/promtool.ts'
import { isMissing } from '../servers/installed.ts'
import { root } from './action-metadata.ts'
import { withMetrics } from './metrics-page.ts'

const page = readFileSync(new URL('docs/metrics.md', root), 'utf8')
const queries = [...page.matchAll(/```promql\n(.*?)```/gs)].map(([, query = '']) => query)

describe('docs/metrics.md', () => {
  it('has the tables that `npm run docs` makes from the table of metrics', async () => {
    expect(page).toBe(await withMetrics(page))
  })

  it('names only metrics, labels and values that there are in its queries', () => {
    expect(queries.length).toBeGreaterThan(5)
    expect(queries.flatMap(unknownNames)).toEqual([])
  })

  it.skipIf(isMissing('promtool'))('has only queries that Prometheus understands', async () => {
    expect(await checkExpressions(queries)).toMatchObject({ passed: true })
  })

  it('lists every alert, in the order of the file', () => {
    const listed = [...page.matchAll(/^\| `(PatchPilot\w+)` \|/gm)].map(([, name]) => name)
    expect(listed).toEqual(readAlerts().map(({ alert }) => alert))
  })
})
