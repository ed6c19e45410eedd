import { inputs } from '../../src/config/inputs.ts'
import { readSettings } from '../../src/server/settings.ts'
import { inputDocs, readActionMetadata } from './action-metadata.ts'
import { type ShownVariable, shownVariables } from './env-example.ts'
import { replaceSection, table } from './sections.ts'

/** docs/server.md with what .env.example and action.yml decide, between its markers. */
export function withSettings(page: string): string {
  const meanings = new Map(inputDocs(readActionMetadata()).map(({ name, meaning }) => [name, meaning]))
  const inputOf = ({ name }: ShownVariable) =>
    inputs.find((input) => name === `PATCHPILOT_${input.name.toUpperCase().replaceAll('-', '_')}`)?.name
  const own = shownVariables().filter((variable) => inputOf(variable) === undefined)
  const shared = shownVariables().filter((variable) => inputOf(variable) !== undefined)
  const ownTable = settingsTable(own, ({ comment }) => comment)
  const sharedTable = settingsTable(shared, (variable) => meanings.get(inputOf(variable) ?? '') ?? '')
  const withOwn = replaceSection(page, 'settings', '.env.example', ownTable)
  return replaceSection(withOwn, 'inputs', 'action.yml', sharedTable)
}

function settingsTable(
  variables: readonly ShownVariable[],
  meaningOf: (variable: ShownVariable) => string,
): string {
  const rows = variables.map((variable) => {
    const { name, value } = variable
    return [`\`${name}\``, isRequired(name) ? '**required**' : value && `\`${value}\``, meaningOf(variable)]
  })
  return table(['variable', 'default', 'meaning'], rows)
}

/** The server does not start without it. */
function isRequired(name: string): boolean {
  const read = readSettings({})
  return read.kind === 'invalid' && read.problems.some((problem) => problem.startsWith(`${name} `))
}
