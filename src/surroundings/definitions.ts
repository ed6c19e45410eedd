import { functionPatterns, screens, sqlPattern, typePattern, valuePatterns } from './definition-patterns.ts'
import { hasNames, isImport, type Language } from './languages.ts'
import type { Position } from './lines.ts'
import type { Outline } from './outline.ts'

/** A name that a line defines for others to use. */
export type Definition = {
  readonly name: string
  readonly kind: 'function' | 'type' | 'value'
  /** Called only behind a dot: a method of JavaScript, Python or Go. */
  readonly isMethod: boolean
}

const keywords = new Set(
  `if else elif elsif for foreach while until unless do switch case catch try return throw raise new await yield delete
  typeof sizeof goto defer assert not and or in of with when match super this self function def class enum extends
  implements using lock except lambda print default select where let const var func fn static async public private`.split(
    /\s+/,
  ),
)
const statements = new Set(
  `if else elif elsif for foreach while until unless do switch case catch try return throw raise new await yield delete
  goto defer assert except print echo with when match`.split(/\s+/),
)

export function isKeyword(word: string): boolean {
  return keywords.has(word)
}

/** What a line of code, not a comment, defines by the looks of it. */
export function definitionIn(line: string, language: Language): Definition | null {
  if (!hasNames(language) || screens[language]?.test(line) === false) return null
  if (statements.has(/^\s*(\w+)/.exec(line)?.[1] ?? '') || isImport(line)) return null
  const type = nameBy(language === 'sql' ? [sqlPattern] : [typePattern], line)
  if (type !== null) return { name: type, kind: 'type', isMethod: false }
  const called = nameBy(functionPatterns[language], line)
  if (called !== null) return { name: called, kind: 'function', isMethod: isMethod(line, language) }
  const value = nameBy(valuePatterns[language], line)
  return value === null ? null : { name: value, kind: 'value', isMethod: false }
}

function nameBy(patterns: readonly RegExp[] | undefined, line: string): string | null {
  for (const pattern of patterns ?? []) {
    const name = pattern.exec(line)?.at(-1)
    if (name !== undefined && !keywords.has(name)) return name
  }
  return null
}

function isMethod(line: string, language: Language): boolean {
  if (language === 'go') return /^func\s*\(/.test(line)
  if (language === 'js') return /^\s/.test(line) && !/\bfunction\b/.test(line)
  return language === 'python' && /^\s.{0,80}\(\s*(?:self|cls)\b/.test(line)
}

const member =
  /^\s*(?:(?:public|private|protected|static|readonly|final|pub|val|var|let|const|override)\s+){0,4}([A-Za-z_$][\w$]*)\s*[?!]?\s*(?:[:,=(]|$)|([A-Za-z_]\w*)\s*(?:\[\w*\]\s*)?[;=]|^\s+([A-Za-z_]\w*)\s+[\w*[\].]+/

/** The field, or member of an enum, that a line in a type's body defines. */
export function memberIn(line: string): string | null {
  const name = member
    .exec(line.slice(0, 200))
    ?.slice(1)
    .find((group) => group !== undefined)
  return name === undefined || keywords.has(name) ? null : name
}

const known = new WeakMap<Outline, Map<number, Definition | null>>()

export function definitionAt(outline: Outline, number: number): Definition | null {
  const ofOutline = known.get(outline) ?? new Map<number, Definition | null>()
  known.set(outline, ofOutline)
  const before = ofOutline.get(number)
  if (before !== undefined) return before
  const line = outline.line(number)
  const found = definitionIn(line, outline.language)
  const isMacro = outline.language === 'c' && /^\s*#\s*define\b/.test(line)
  const definition = found !== null && (isMacro || outline.level(number) >= 0) ? found : null
  ofOutline.set(number, definition)
  return definition
}

/** Is it this name that the line defines? */
export function defines(outline: Outline, { number, column }: Position, name: string): Definition | null {
  const line = outline.line(number)
  if (column > 0 && !/[\s*&#:.~"`]/.test(line[column - 1] ?? '')) return null
  if (line[column - 1] === '.' && !/\b(?:fun|function|def)\b/.test(line)) return null
  const definition = definitionAt(outline, number)
  return definition?.name === name ? definition : null
}

const anonymous =
  /=>\s*[{(]?\s*$|\bfunction\b|\bfunc\s*\(|\bdo\b(?:\s*\|[^|]*\|)?\s*$|\blambda\b|\|[\w, ]*\|\s*\{\s*$/

/** Does this header open a body that runs on its own: a function, with a name or without one? */
export function opensFunction(outline: Outline, number: number): boolean {
  if (!hasNames(outline.language)) return false
  return definitionAt(outline, number)?.kind === 'function' || anonymous.test(outline.line(number))
}

const mostSignatureLines = 10

/** The last line of what stands between a name and its body: parameters on lines of their own. */
export function lastLineOfSignature(outline: Outline, number: number): number {
  let open = 0
  for (let last = number; last < number + mostSignatureLines; last++) {
    const line = outline.line(last)
    for (const character of line) open += character === '(' ? 1 : character === ')' ? -1 : 0
    if (open <= 0 || /(?:[{:]|=>)\s*$/.test(line)) return last
  }
  return number
}
