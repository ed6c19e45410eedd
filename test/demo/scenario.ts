import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlantedFinding } from '../simulators/model/index.ts'

/**
 * The pull request of the demo. Its files stand below `repository/`, before and after, with `.txt` behind their names so
 * that no tool of this project takes them for its own.
 */
export const scenario = {
  owner: 'octo-shop',
  name: 'orders',
  title: 'Search orders, page through them and export notes',
  branch: 'search-orders',
  author: { login: 'mona', type: 'User' },
  body: [
    'Customers can now search their own orders, and the nightly export shows the notes.',
    '',
    '- `GET /orders/search` with `q` and `page`',
    '- a column for notes, and an index for the lookup by customer',
    '- a refund no longer needs a reason',
    '- an invoice whose mail fails does not block the queue any more',
  ].join('\n'),
  before: readTree('repository/base'),
  after: readTree('repository/head'),
} as const

export type RecordedAnswer = { readonly summary: string; readonly findings: readonly PlantedFinding[] }

/** Written for this demo in the form that a model answers in; one of its claims quotes a line that is not there. */
export const recordedAnswer: RecordedAnswer = JSON.parse(
  readFileSync(new URL('recorded-answer.json', import.meta.url), 'utf8'),
)

function readTree(folder: string): Record<string, string> {
  const root = fileURLToPath(new URL(folder, import.meta.url))
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name)
      return [
        relative(root, path)
          .replaceAll('\\', '/')
          .replace(/\.txt$/, ''),
        readFileSync(path, 'utf8'),
      ]
    }),
  )
}
