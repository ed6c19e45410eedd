/**
 * Writes `schema.generated.graphql`: the served part of GitHub's GraphQL schema, with GitHub's own nullability and
 * arguments. Run: `node test/simulators/github/graphql/update-graphql-schema.ts`
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql'
import { readFromPackage } from '../openapi/download-package.ts'
import { servedFields } from './served-fields.ts'

const { version, text } = readFromPackage('@octokit/graphql-schema', 'schema.graphql')
const full = withoutProse(parse(text))
const definitions = new Map(
  full.definitions.flatMap((definition) => {
    const name = 'name' in definition ? definition.name?.value : undefined
    return name === undefined ? [] : [[name, definition] as const]
  }),
)

const kept = new Map<string, DefinitionNode>()
for (const [name, fields] of Object.entries(servedFields)) keepServed(name, fields.split(/\s+/))
for (const definition of [...kept.values()]) keepReferred(definition)

const printed = [...kept.values()].map((definition) => print(definition)).join('\n\n')
const header = `# Part of GitHub's schema: @octokit/graphql-schema ${version}. Written by update-graphql-schema.ts.\n\n`
const file = fileURLToPath(new URL('schema.generated.graphql', import.meta.url))
writeFileSync(file, `${header}${printed}\n`)
execFileSync('npx', ['biome', 'format', '--write', file])

function keepServed(name: string, served: readonly string[]): void {
  const definition = definitions.get(name)
  if (
    definition?.kind !== Kind.OBJECT_TYPE_DEFINITION &&
    definition?.kind !== Kind.INTERFACE_TYPE_DEFINITION
  ) {
    throw new Error(`GitHub has no type ${name}`)
  }
  const fields = (definition.fields ?? []).filter((field) => served.includes(field.name.value))
  const missing = served.filter((field) => !fields.some(({ name: own }) => own.value === field))
  if (missing.length > 0) throw new Error(`GitHub's ${name} has no ${missing.join(', ')}`)
  kept.set(name, { ...definition, fields, interfaces: servedInterfaces(definition, served) ?? [] })
}

/** The interfaces that are served and whose served fields this type serves too. */
function servedInterfaces(
  definition: Pick<ObjectTypeDefinitionNode, 'interfaces'>,
  fields: readonly string[],
): ObjectTypeDefinitionNode['interfaces'] {
  return (definition.interfaces ?? []).filter(({ name }) => {
    const required = servedFields[name.value]?.split(/\s+/)
    return required?.every((field) => fields.includes(field)) ?? false
  })
}

/** Scalars, enums and inputs that kept definitions mention; output types must have been chosen. */
function keepReferred(definition: DefinitionNode): void {
  visit(definition, {
    NamedType({ name }) {
      const referred = definitions.get(name.value)
      if (kept.has(name.value) || referred === undefined) return
      const isOutput =
        referred.kind === Kind.OBJECT_TYPE_DEFINITION || referred.kind === Kind.UNION_TYPE_DEFINITION
      if (isOutput) throw new Error(`${name.value} is referred to but not served`)
      kept.set(name.value, referred)
      keepReferred(referred)
    },
  })
}

function withoutProse(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: (node) => (node.name.value === 'deprecated' ? node : null),
    enter: (node) =>
      'description' in node && node.description ? { ...node, description: undefined } : undefined,
  })
}
