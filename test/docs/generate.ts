import { readFileSync, writeFileSync } from 'node:fs'
import { readActionMetadata, root } from './action-metadata.ts'
import { withTables } from './readme-tables.ts'

const readme = new URL('README.md', root)
writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), readActionMetadata()))
