import { type ActionMetadata, inputDocs } from './action-metadata.ts'

/** README.md with the tables of inputs and outputs between their markers as action.yml has them now. */
export function withTables(readme: string, metadata: ActionMetadata): string {
  const inputRows = inputDocs(metadata).map((input) => [`\`${input.name}\``, input.default, input.meaning])
  const outputRows = Object.entries(metadata.outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ])
  const withInputs = replaceSection(readme, 'inputs', table(['input', 'default', 'meaning'], inputRows))
  return replaceSection(withInputs, 'outputs', table(['output', 'meaning'], outputRows))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function replaceSection(readme: string, name: string, content: string): string {
  const start = `<!-- ${name}: generated from action.yml by \`npm run docs\` -->`
  const end = `<!-- /${name} -->`
  const from = readme.indexOf(start)
  const to = readme.indexOf(end, from)
  if (from === -1 || to === -1) throw new Error(`README.md lacks the markers "${start}" and "${end}"`)
  return `${readme.slice(0, from + start.length)}\n\n${content}\n\n${readme.slice(to)}`
}
