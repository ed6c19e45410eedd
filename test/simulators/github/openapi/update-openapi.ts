/**
 * Writes `openapi.generated.json`: the operations this simulator serves and the events it makes, cut out of GitHub's OpenAPI description
 * and turned into plain JSON Schema. Run: `node test/simulators/github/openapi/update-openapi.ts`
 */
import { writeFileSync } from 'node:fs'
import { isObject, type JsonObject, objects } from '../json.ts'
import { routes } from '../rest/routes.ts'
import { readFromPackage } from './download-package.ts'

const { version, text } = readFromPackage('@octokit/openapi', 'generated/api.github.com.json')
const description: JsonObject = JSON.parse(text)

/** The events the simulator makes in GitHub's name and checks. */
const events = [
  'check-run-rerequested',
  'check-run-requested-action',
  'check-suite-rerequested',
  'issue-comment-created',
  'pull-request-review-comment-created',
]

/** Values the description calls not null although GitHub sends null: outdated comments, deleted forks, labels nobody described. */
const alsoNull = [
  ['pull-request-review-comment', 'line'],
  ['pull-request-review-comment', 'position'],
  ['pull-request-review-comment', 'original_line'],
  ['pull-request', 'head', 'repo'],
  ['pull-request-simple', 'head', 'repo'],
  ['pull-request-simple', 'labels', 'description'],
]

const keywords = new Set(
  `type format enum const properties required items additionalProperties allOf anyOf oneOf not
  minimum maximum minLength maxLength minItems maxItems pattern`.split(/\s+/),
)

const schemas: Record<string, unknown> = {}
const operations: Record<string, unknown> = {}
for (const { method, template } of routes) {
  operations[`${method} ${template}`] = operation(at(description, 'paths', template, method.toLowerCase()))
}
const webhooks: Record<string, unknown> = {}
for (const name of events) {
  webhooks[name] = plain(schemaOf(at(description, 'x-webhooks', name, 'post').requestBody))
}
for (const path of alsoNull) allowNull(path)
// The list asks of an account to be a user and an enterprise at once; what it lists is the same as one installation.
Object.assign(at(operations, 'GET /app/installations', 'responses', '200'), {
  items: { $ref: '#/components/schemas/installation' },
})

const fixture = {
  source: `@octokit/openapi ${version}, api.github.com`,
  operations,
  webhooks,
  components: { schemas },
}
writeFileSync(new URL('openapi.generated.json', import.meta.url), `${JSON.stringify(fixture)}\n`)

function operation(described: JsonObject): JsonObject {
  const query = objects(described, 'parameters')
    .map((parameter) => (typeof parameter.$ref === 'string' ? follow(parameter.$ref) : parameter))
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => [String(parameter.name), plain(parameter.schema)])
  const responses = Object.entries(at(described, 'responses')).flatMap(([status, response]) => {
    const followed =
      isObject(response) && typeof response.$ref === 'string' ? follow(response.$ref) : response
    const schema = schemaOf(followed)
    return schema === undefined ? [] : [[status, plain(schema)]]
  })
  const body = schemaOf(described.requestBody)
  return {
    query: Object.fromEntries(query),
    ...(body === undefined ? {} : { body: closed(plain(body)) }),
    responses: Object.fromEntries(responses),
  }
}

function schemaOf(message: unknown): unknown {
  if (!isObject(message) || !isObject(message.content)) return undefined
  const json = message.content['application/json'] ?? message.content['application/scim+json']
  return isObject(json) ? json.schema : undefined
}

/** JSON Schema without prose and without OpenAPI's `nullable`. Schemas it refers to come along. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain)
  if (!isObject(schema)) return schema
  if (typeof schema.$ref === 'string') {
    keep(schema.$ref)
    return { $ref: schema.$ref }
  }
  const { nullable, ...rest } = schema
  const kept: JsonObject = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => keywords.has(key))
      .map(([key, value]) => [key, key === 'properties' ? properties(value) : plain(value)]),
  )
  return nullable === true ? orNull(kept) : kept
}

function properties(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, plain(schema)]))
}

function orNull(schema: unknown): JsonObject {
  return { anyOf: [schema, { type: 'null' }] }
}

function keep(reference: string): void {
  const name = reference.split('/').pop() ?? ''
  if (name in schemas) return
  schemas[name] = {}
  schemas[name] = plain(follow(reference))
}

/** GitHub refuses keys it does not know ("… is not a permitted key"), the published schema does not say so. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isObject(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return schema.type === 'object' && isObject(schema.properties)
    ? { ...inner, additionalProperties: false }
    : inner
}

function allowNull(path: readonly string[]): void {
  const [name = '', ...rest] = path
  const last = rest.pop() ?? ''
  let schema = at(schemas, name)
  for (const property of rest) {
    const inner = at(schema, 'properties', property)
    schema = isObject(inner.items) ? inner.items : inner
  }
  Object.assign(at(schema, 'properties'), { [last]: orNull(at(schema, 'properties', last)) })
}

function follow(reference: string): JsonObject {
  return at(description, ...reference.replace('#/', '').split('/'))
}

function at(value: JsonObject, ...path: string[]): JsonObject {
  let found: unknown = value
  for (const key of path) found = isObject(found) ? found[key] : undefined
  if (!isObject(found)) throw new Error(`nothing at ${path.join(' › ')}`)
  return found
}
