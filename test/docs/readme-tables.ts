import { type ActionMetadata, inputDocs } from './action-metadata.ts'
import { replaceSection, table } from './sections.ts'

/** README.md with the tables of inputs and outputs between their markers as action.yml has them now. */
export function withTables(readme: string, metadata: ActionMetadata): string {
  const inputRows = inputDocs(metadata).map((input) => [`\`${input.name}\``, input.default, input.meaning])
  const outputRows = Object.entries(metadata.outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ])
  const inputTable = table(['input', 'default', 'meaning'], inputRows)
  const withInputs = replaceSection(readme, 'inputs', 'action.yml', inputTable)
  return replaceSection(withInputs, 'outputs', 'action.yml', table(['output', 'meaning'], outputRows))
}
