import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { dashboard } from '../../deploy/grafana/dashboard.ts'
import { root } from './action-metadata.ts'

const biome = fileURLToPath(new URL('node_modules/.bin/biome', root))

/** deploy/grafana/patchpilot.json as it should be, in the form that our formatter wants. */
export function dashboardJson(): string {
  return execFileSync(biome, ['format', '--stdin-file-path=patchpilot.json'], {
    input: JSON.stringify(dashboard, null, 2),
    encoding: 'utf8',
    cwd: fileURLToPath(root),
  })
}
