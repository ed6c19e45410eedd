type JsonObject = Readonly<Record<string, unknown>>

/** How many places in a text are tried as the start of an object: bounds the work on endless braces. */
const attempts = 200

/**
 * The object that a model meant, out of whatever it wrote around it: a byte order mark, `<think>` blocks, Markdown
 * fences, prose, one wrapping object. Of several, the last that `wanted` accepts: models argue first and answer last.
 */
export function findJsonObject(content: string, wanted: (object: JsonObject) => boolean): JsonObject | null {
  const bare = content.replace(/^\uFEFF/, '')
  const whole = unwrap(parseObject(bare), wanted)
  if (whole !== null) return whole
  const text = withoutThinking(bare)
  let found: JsonObject | null = null
  let start = nextObject(text, 0)
  for (let attempt = 0; start >= 0 && attempt < attempts; attempt++) {
    const end = endOfObject(text, start)
    const object = end === null ? null : parseObject(text.slice(start, end))
    found = unwrap(object, wanted) ?? found
    start = nextObject(text, object !== null && end !== null ? end : start + 1)
  }
  return found
}

/** Where an object with members may begin; the braces of code are mostly none. */
function nextObject(text: string, from: number): number {
  const offset = text.slice(from).search(/\{\s*"/)
  return offset < 0 ? -1 : from + offset
}

function unwrap(object: JsonObject | null, wanted: (object: JsonObject) => boolean): JsonObject | null {
  if (object === null || wanted(object)) return object
  return Object.values(object).filter(isObject).find(wanted) ?? null
}

/** What follows the last closing tag: some servers strip the opening one, and none thinks after it has answered. */
function withoutThinking(text: string): string {
  const last = [...text.matchAll(/<\/think(?:ing)?>/gi)].at(-1)
  return last === undefined ? text : text.slice(last.index + last[0].length)
}

/** Index after the brace that closes the one at `start`, strings respected; null when it never closes. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at + 1
  }
  return null
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null // not JSON: the caller looks elsewhere
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
