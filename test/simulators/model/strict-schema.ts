import { isRecord } from './chat-request.ts'

/**
 * What every server with structured outputs accepts. OpenAI has since allowed some more keywords (`pattern`, `minimum`, `$ref`);
 * other servers have not, so they are refused here.
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
const keywords = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  'title',
  'description',
])
const types = new Set(['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'])
const maxDepth = 5

/** Why a strict server refuses this schema, in its words; null when it takes it. */
export function strictSchemaProblem(schema: unknown): string | null {
  if (!isRecord(schema) || schema.type !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${isRecord(schema) ? String(schema.type) : 'None'}"'.`
  }
  return problemIn(schema, [], 1)
}

function problemIn(schema: unknown, context: readonly string[], depth: number): string | null {
  const where = `In context=(${context.map((step) => `'${step}'`).join(', ')})`
  if (!isRecord(schema)) return `${where}, schema must be an object.`
  const unknown = Object.keys(schema).find((keyword) => !keywords.has(keyword))
  if (unknown !== undefined) return `${where}, '${unknown}' is not permitted.`
  const named = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type]
  if (named.length === 0 && !('anyOf' in schema || 'enum' in schema || 'const' in schema)) {
    return `${where}, schema must have a 'type' key.`
  }
  const strange = named.find((type) => !types.has(type))
  if (strange !== undefined) return `${where}, '${strange}' is not a valid type.`
  if (named.includes('object')) {
    const problem = objectProblem(schema, where, depth)
    if (problem !== null) return problem
  }
  if (named.includes('array') && schema.items === undefined) return `${where}, array schema missing items.`
  return firstProblem(childrenOf(schema), context, depth)
}

function objectProblem(schema: Readonly<Record<string, unknown>>, where: string, depth: number) {
  if (depth > maxDepth) return `${depth} levels of nesting exceeds limit of ${maxDepth}.`
  if (schema.additionalProperties !== false) {
    return `${where}, 'additionalProperties' is required to be supplied and to be false.`
  }
  const properties = Object.keys(isRecord(schema.properties) ? schema.properties : {})
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  const missing = properties.find((name) => !required.includes(name))
  if (missing !== undefined) {
    return `${where}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`
  }
  const extra = required.find((name) => !properties.includes(String(name)))
  return extra === undefined ? null : `${where}, Extra required key '${extra}' supplied.`
}

type Child = { readonly steps: readonly string[]; readonly schema: unknown; readonly deeper: number }

function childrenOf(schema: Readonly<Record<string, unknown>>): Child[] {
  const properties = Object.entries(isRecord(schema.properties) ? schema.properties : {})
  const alternatives: readonly unknown[] = Array.isArray(schema.anyOf) ? schema.anyOf : []
  return [
    ...properties.map(([name, child]) => ({ steps: ['properties', name], schema: child, deeper: 1 })),
    ...alternatives.map((child, index) => ({ steps: ['anyOf', String(index)], schema: child, deeper: 0 })),
    ...(schema.items === undefined ? [] : [{ steps: ['items'], schema: schema.items, deeper: 0 }]),
  ]
}

function firstProblem(children: readonly Child[], context: readonly string[], depth: number) {
  for (const { steps, schema, deeper } of children) {
    const problem = problemIn(schema, [...context, ...steps], depth + deeper)
    if (problem !== null) return problem
  }
  return null
}
