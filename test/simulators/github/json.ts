/** Readers for parsed JSON bodies. Shapes were checked against GitHub's schema before a handler runs. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(body: JsonObject, key: string): string | null {
  const value = body[key]
  return typeof value === 'string' ? value : null
}

export function integer(body: JsonObject, key: string): number | null {
  const value = body[key]
  return typeof value === 'number' ? value : null
}

export function objects(body: JsonObject, key: string): readonly JsonObject[] {
  const value = body[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function strings(body: JsonObject, key: string): readonly string[] {
  const value = body[key]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
