import type { ErrorObject } from 'ajv'

/** An Ajv error in the words of GitHub's own validator, as in `"subject_type" is not a permitted key.` */
export function reasonOf(error: ErrorObject): string {
  const { keyword, params, data } = error
  if (keyword === 'required') return `${where(error)}"${params.missingProperty}" wasn't supplied.`
  if (keyword === 'additionalProperties') {
    return `${where(error)}"${params.additionalProperty}" is not a permitted key.`
  }
  if (keyword === 'maxLength')
    return `Only ${params.limit} characters are allowed; ${[...String(data)].length} were supplied.`
  if (keyword === 'maxItems')
    return `No more than ${params.limit} items are allowed; ${Array.isArray(data) ? data.length : 0} were supplied.`
  if (keyword === 'type') return `${where(error)}${inspect(data)} is not ${article(String(params.type))}.`
  if (keyword === 'enum')
    return `${where(error)}${plainly(data)} is not a member of ${JSON.stringify(error.schema)}.`
  return `${where(error)}No subschema in "${keyword}" matched.`
}

/** "For 'properties/line', ": the place in the schema, which GitHub leaves out at the root. */
function where({ schemaPath, keyword }: ErrorObject): string {
  const place = schemaPath.replace(/^.*?\/body(?=\/|$)/, '').replace(/^#/, '')
  const own = place.replace(new RegExp(`/?${keyword}$`), '').replace(/^\//, '')
  return own === '' ? '' : `For '${own}', `
}

/** Ruby's `inspect`. */
function inspect(value: unknown): string {
  return value === null ? 'nil' : JSON.stringify(value)
}

function plainly(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
