import { parseDocument } from 'yaml'

/** Of YAML's references: enough for people, too few for a file that unfolds without end. */
const mostAliases = 100

/** The content of a YAML file as plain data. Throws an error that says in one line what is wrong, and where. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text)
  const broken = document.errors[0]
  if (broken !== undefined) throw new Error(broken.message.split('\n')[0])
  return document.toJS({ maxAliasCount: mostAliases })
}
