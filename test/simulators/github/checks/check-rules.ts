import { integer, isObject, type JsonObject, objects, text } from '../json.ts'
import { type GitHubError, invalidRequest, validationFailed } from '../rest/errors.ts'

/** The server counts bytes where its schema counts characters (github/docs#35252). */
const mostBytes = 65_535
const mostAnnotationBytes = 64 * 1024
const longestAnnotationTitle = 255

/** What GitHub says against the body of a check run beyond its schema, in the order in which it looks; null for nothing. */
export function refusalOf(body: JsonObject): GitHubError | null {
  const conclusion = text(body, 'conclusion')
  const completes = text(body, 'status') === 'completed' || text(body, 'completed_at') !== null
  if (completes && conclusion === null) {
    return invalidRequest(['No subschema in "anyOf" matched.', '"conclusion" wasn\'t supplied.'])
  }
  if (conclusion === 'stale') return validationFailed(field('conclusion', 'invalid'))
  const output = isObject(body.output) ? body.output : {}
  for (const name of ['summary', 'text']) {
    if (bytes(output, name) > mostBytes) {
      const message = `${name} exceeds a maximum bytesize of ${mostBytes}`
      return validationFailed({ ...field(name, 'custom'), message })
    }
  }
  const valid = objects(output, 'annotations').every(isValid)
  return valid ? null : validationFailed(field('annotations', 'invalid'))
}

/** Columns come in pairs and only within one line; lines and columns start at 1. Source: GitHub REST, "Create a check run". */
function isValid(annotation: JsonObject): boolean {
  const startLine = integer(annotation, 'start_line') ?? 0
  const endLine = integer(annotation, 'end_line') ?? 0
  const startColumn = integer(annotation, 'start_column')
  const endColumn = integer(annotation, 'end_column')
  const columns =
    startColumn === null || endColumn === null
      ? startColumn === endColumn
      : startLine === endLine && startColumn >= 1 && startColumn <= endColumn
  return (
    columns &&
    startLine >= 1 &&
    startLine <= endLine &&
    bytes(annotation, 'message') <= mostAnnotationBytes &&
    bytes(annotation, 'raw_details') <= mostAnnotationBytes &&
    [...(text(annotation, 'title') ?? '')].length <= longestAnnotationTitle
  )
}

function bytes(object: JsonObject, key: string): number {
  return Buffer.byteLength(text(object, key) ?? '')
}

function field(name: string, code: string) {
  return { resource: 'CheckRun', code, field: name }
}
