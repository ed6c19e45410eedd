import { compileAttributePattern } from './attribute-pattern.ts'

export type AttributeState = {
  readonly name: string
  /** null: said to be unspecified. */
  readonly value: boolean | string | null
}

export type AttributeLine =
  | {
      readonly kind: 'rule'
      readonly matches: (path: string) => boolean
      readonly states: readonly AttributeState[]
    }
  | { readonly kind: 'macro'; readonly name: string; readonly states: readonly AttributeState[] }

// git's attr.h: ATTR_MAX_LINE_LENGTH. It passes over longer lines.
const longestLine = 2048

// git's attr.c: attr_name_valid
const attributeName = /^(?!-)[\w.-]+$/

/** Alone it is a pattern like any other. */
const macroStart = /^\[attr\][ \t\r]*(.+)/s

export function splitAttributeLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/^[ \t\r]+/, ''))
}

/** null where the line means nothing to git. */
export function readAttributeLine(folder: string, line: string): AttributeLine | null {
  if (line === '' || line.startsWith('#') || line.length > longestLine) return null
  const { pattern, rest } = readQuoted(line) ?? readWord(line)
  const states = readStates(rest)
  const macro = macroStart.exec(pattern)?.[1]
  if (macro !== undefined) {
    // https://git-scm.com/docs/gitattributes#_defining_macro_attributes: at the root only
    const isValid = folder === '' && states !== null && attributeName.test(macro)
    return isValid ? { kind: 'macro', name: macro, states } : null
  }
  const matches = pattern.startsWith('!') ? null : compileAttributePattern(pattern, folder)
  return states === null || matches === null ? null : { kind: 'rule', matches, states }
}

function readWord(line: string): { readonly pattern: string; readonly rest: string } {
  const pattern = /^[^ \t\r]*/.exec(line)?.[0] ?? ''
  return { pattern, rest: line.slice(pattern.length) }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[ \t\r]+/).filter((word) => word !== '')
}

/** One word that is no attribute makes git pass over the whole line. */
function readStates(text: string): readonly AttributeState[] | null {
  const states = wordsOf(text).map(readState)
  return states.every(({ name }) => attributeName.test(name)) ? states : null
}

function readState(word: string): AttributeState {
  const [, sign, name = '', value] = /^([-!]?)([^=]*)=?(.*)$/s.exec(word) ?? []
  if (sign === '-') return { name, value: false }
  if (sign === '!') return { name, value: null }
  return { name, value: word.includes('=') ? (value ?? '') : true }
}

// git's quote.c: unquote_c_style
const escapes: ReadonlyMap<string, number> = new Map(
  Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '"': 34, '\\': 92 }),
)

/** null where there are no quotes, they do not close or an escape is unknown: then git takes the line as one without quotes. */
function readQuoted(line: string): { readonly pattern: string; readonly rest: string } | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(line)
  if (quoted === null) return null
  const [whole, inside = ''] = quoted
  const bytes: number[] = []
  for (const [part, escaped] of inside.matchAll(/\\([0-3][0-7]{2}|.)|[^\\]+/gsu)) {
    if (escaped === undefined) bytes.push(...new TextEncoder().encode(part))
    else {
      const byte = escaped.length === 3 ? Number.parseInt(escaped, 8) : escapes.get(escaped)
      if (byte === undefined) return null
      bytes.push(byte)
    }
  }
  return { pattern: new TextDecoder().decode(Uint8Array.from(bytes)), rest: line.slice(whole.length) }
}
