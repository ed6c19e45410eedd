import { readFileSync, writeFileSync } from 'node:fs'
import { readActionMetadata, root } from './action-metadata.ts'
import { dashboardJson } from './dashboard-json.ts'
import { withMetrics } from './metrics-page.ts'
import { withTables } from './readme-tables.ts'
import { withSettings } from './server-page.ts'

const readme = new URL('README.md', root)
writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), readActionMetadata()))

const metricsPage = new URL('docs/metrics.md', root)
writeFileSync(metricsPage, await withMetrics(readFileSync(metricsPage, 'utf8')))

const serverPage = new URL('docs/server.md', root)
writeFileSync(serverPage, withSettings(readFileSync(serverPage, 'utf8')))

writeFileSync(new URL('deploy/grafana/patchpilot.json', root), dashboardJson())
