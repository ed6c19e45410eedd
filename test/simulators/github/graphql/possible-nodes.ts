import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql'
import type { JsonObject } from '../json.ts'

/** How many nodes a query could return at most. Source: GitHub GraphQL, "Node limit". */
export function possibleNodes(document: DocumentNode, variables: JsonObject): number {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? [[definition.name.value, definition.selectionSet] as const]
        : [],
    ),
  )

  const within = (set: SelectionSetNode | undefined, parents: number): number =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + within(selection.selectionSet, parents)
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return sum + within(fragments.get(selection.name.value), parents)
      const size = pageSize(selection, variables)
      const nodes = size === null ? parents : parents * size
      return sum + (size === null ? 0 : nodes) + within(selection.selectionSet, nodes)
    }, 0)

  return document.definitions.reduce(
    (sum, definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? sum + within(definition.selectionSet, 1) : sum,
    0,
  )
}

function pageSize(field: FieldNode, variables: JsonObject): number | null {
  const argument = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')
  if (argument?.value.kind === Kind.INT) return Number(argument.value.value)
  if (argument?.value.kind !== Kind.VARIABLE) return null
  const value = variables[argument.value.name.value]
  return typeof value === 'number' ? value : null
}
