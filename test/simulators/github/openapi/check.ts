import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { isObject, type JsonObject } from '../json.ts'
import type { Route } from '../rest/route.ts'
import { reasonOf } from './reasons.ts'

const file = new URL('openapi.generated.json', import.meta.url)
const fixture: JsonObject = JSON.parse(readFileSync(file, 'utf8'))

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: true, logger: false })
ajv.addFormat('uri', (value: string) => URL.canParse(value))
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
ajv.addSchema(fixture, 'github')

const basicError = ajv.compile({ $ref: 'github#/components/schemas/basic-error' })
const cache = new Map<string, ValidateFunction | null>()

/** What GitHub's JSON schema says against a request body, one reason a line; empty when nothing. */
export function checkRequest(route: Route, body: unknown): readonly string[] {
  const validate = compiled(route, 'body')
  if (validate === null || validate(body)) return []
  return [...new Set((validate.errors ?? []).map(reasonOf))]
}

/** Query parameters and values GitHub does not document. It ignores them, so they are a client's mistake, not an error. */
export function queryProblems(route: Route, query: URLSearchParams): readonly string[] {
  const known = operationOf(route)?.query
  return [...query].flatMap(([name, value]) => {
    const schema = isObject(known) ? known[name] : undefined
    if (!isObject(schema)) return [`query parameter ${name} is not documented`]
    const unknown = Array.isArray(schema.enum) && !schema.enum.includes(value)
    return unknown ? [`query parameter ${name} cannot be ${value}`] : []
  })
}

/** Where one of the simulator's own answers departs from GitHub's schema for that status. */
export function checkResponse(route: Route, status: number, json: unknown): readonly string[] {
  const validate = compiled(route, 'responses', String(status)) ?? (status >= 400 ? basicError : null)
  if (validate === null) return [`${status} is not an answer of this operation`]
  if (validate(json)) return []
  return (validate.errors ?? []).slice(0, 5).map(describe)
}

/** Where the payload of an event departs from GitHub's schema, by the event's name there, as in "check-run-rerequested". */
export function checkEvent(name: string, payload: JsonObject): readonly string[] {
  const validate = ajv.compile({ $ref: `github#/webhooks/${name}` })
  if (validate(payload)) return []
  return (validate.errors ?? []).slice(0, 5).map(describe)
}

function compiled(route: Route, ...path: string[]): ValidateFunction | null {
  const pointer = ['operations', keyOf(route), ...path].map(escaped).join('/')
  const known = cache.get(pointer)
  if (known !== undefined) return known
  const validate = hasSchema(route, path) ? ajv.compile({ $ref: `github#/${pointer}` }) : null
  cache.set(pointer, validate)
  return validate
}

function hasSchema(route: Route, path: readonly string[]): boolean {
  let found: unknown = operationOf(route)
  for (const key of path) found = isObject(found) ? found[key] : undefined
  return found !== undefined
}

function operationOf(route: Route): JsonObject | null {
  const { operations } = fixture
  const operation = isObject(operations) ? operations[keyOf(route)] : undefined
  return isObject(operation) ? operation : null
}

function keyOf(route: Route): string {
  return `${route.method} ${route.template}`
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function describe(error: ErrorObject): string {
  return `${error.instancePath || '(root)'} ${error.message}`
}
