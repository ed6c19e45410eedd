import type { ChangedPlace } from './changed-places.ts'
import { definitionAt, lastLineOfSignature, opensFunction } from './definitions.ts'
import { isTest } from './file-names.ts'
import { hasNames, isCommentLine, type Language } from './languages.ts'
import type { Outline } from './outline.ts'

const mostHeaders = 6
const mostDecorators = 3
/** Lines of a body on each side of a hunk. */
const mostOfBody = 25
/** Without a function around the change: of a class, or of a script. */
const mostWithoutFunction = 8
/** Tests stand side by side and tell little about each other. */
const mostOfTest = 6
const scripts: ReadonlySet<Language> = new Set(['shell', 'sql'])

/** Lines that belong together. */
export type Group = readonly number[]

/** The headers of the blocks around a change with their parameters and decorators, the one that tells most first. */
export function* enclosingHeaders({ part, outline, headers, first }: ChangedPlace): Generator<Group> {
  const ofFunction = headers.find((header) => opensFunction(outline, header))
  const ordered =
    ofFunction === undefined ? headers : [ofFunction, ...headers.filter((one) => one !== ofFunction)]
  for (const header of ordered.slice(0, mostHeaders)) {
    if (saysNothing(outline, header)) continue
    const lines = linesOfHeader(outline, header).filter((number) => number < first)
    if (lines.length > 0 && !isInHunkHeader(part.hunk.header, lines, outline)) yield lines
  }
}

/** A comment, or the title of a whole text, which tells no more than its path. */
function saysNothing(outline: Outline, header: number): boolean {
  const line = outline.line(header)
  return isCommentLine(line, outline.language) || (outline.language === 'markdown' && line.startsWith('# '))
}

function linesOfHeader(outline: Outline, header: number): number[] {
  if (definitionAt(outline, header) === null) return [header]
  const lines: number[] = []
  for (let number = header; number <= lastLineOfSignature(outline, header); number++) lines.push(number)
  for (
    let above = header - 1;
    above >= header - mostDecorators && /^\s*(?:@\w|#\[|\[\w)/.test(outline.line(above));
    above--
  ) {
    lines.unshift(above)
  }
  return lines
}

/** git repeats the header it takes for the enclosing one behind the `@@`. */
function isInHunkHeader(hunkHeader: string, lines: Group, outline: Outline): boolean {
  const [only = 0, ...others] = lines
  return others.length === 0 && hunkHeader.replace(/^@@.*?@@/, '').trim() === outline.line(only).trim()
}

/** What else the function around a change does, the lines nearest to the hunk first. */
export function* enclosingBody({ outline, headers, first, last }: ChangedPlace): Generator<Group> {
  if (!hasNames(outline.language)) return
  const inFunction = headers.find((header) => opensFunction(outline, header))
  const header = inFunction ?? headers.find((one) => definitionAt(outline, one) !== null)
  if (header === undefined && !scripts.has(outline.language)) return
  const reach = isTest(outline.path)
    ? mostOfTest
    : inFunction === undefined
      ? mostWithoutFunction
      : mostOfBody
  const top = Math.max(header ?? 0, first - 1 - reach)
  const end = header === undefined ? outline.length : outline.lastLineOf(header, last + reach, last)
  const sides = [
    towards(outline, first - 1, top, -1),
    towards(outline, last + 1, Math.min(end, last + reach) + 1, 1),
  ]
  while (sides.length > 0) {
    const side = sides.shift()
    const next = side?.next()
    if (side === undefined || next === undefined || next.done === true) continue
    yield next.value
    sides.push(side)
  }
}

/** Lines from one up to another, without that, each with those on the way that say nothing alone. */
function* towards(outline: Outline, from: number, to: number, step: 1 | -1): Generator<Group, undefined> {
  let group: number[] = []
  for (let number = from; step * (to - number) > 0; number += step) {
    group.push(number)
    if (!/[\w\x80-\uffff]/.test(outline.line(number))) continue
    yield group
    group = []
  }
}
