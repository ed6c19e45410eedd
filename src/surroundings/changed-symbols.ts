import type { DiffLine } from '../diff/patch.ts'
import type { HunkPart } from '../plan/split-hunk.ts'
import { type ChangedPlace, lineAbove } from './changed-places.ts'
import { sqlRemoval } from './definition-patterns.ts'
import {
  type Definition,
  definitionAt,
  definitionIn,
  defines,
  lastLineOfSignature,
  memberIn,
} from './definitions.ts'
import { isEveryday } from './everyday-names.ts'
import { isTest } from './file-names.ts'
import { hasNames, isCommentLine, languageOf } from './languages.ts'
import type { TextIndex } from './text-index.ts'
import { shortestWord } from './word-filter.ts'

/** A name that the chunk changes for those who use it. */
export type ChangedSymbol = {
  readonly name: string
  readonly path: string
  readonly change: 'removed' | 'signature' | 'body' | 'added'
  /** Called only behind a dot. */
  readonly isMethod: boolean
}

const most = 24
/** Of which it is found out whether they are gone. */
const mostDeleted = 48
/** New names matter least. */
const mostPartsForAdded = 20
/** A name in more texts than that is probably defined in one. */
const mostTexts = 12

/** Each name once, those first whose users have most to fear: removed, then with other parameters, another body, new. */
export function* changedSymbols(
  parts: readonly HunkPart[],
  places: readonly ChangedPlace[],
  index: TextIndex,
): Generator<ChangedSymbol> {
  const seen = new Set<string>()
  for (const symbol of inOrder(parts, places, index)) {
    const { name, isMethod } = symbol
    const isOwn = name.length >= shortestWord && !(isMethod && isEveryday(name)) && !isTest(symbol.path)
    if (!isOwn || seen.has(name)) continue
    if (seen.size === most) return
    seen.add(name)
    yield symbol
  }
}

function* inOrder(
  parts: readonly HunkPart[],
  places: readonly ChangedPlace[],
  index: TextIndex,
): Generator<ChangedSymbol> {
  const changed = [
    ...deletedSymbols(parts, index),
    ...places.flatMap(removedMembers),
    ...parts.flatMap(droppedFromTables),
    ...places.flatMap((place) => enclosingSymbol(place) ?? []),
  ]
  for (const change of ['removed', 'signature', 'body']) {
    yield* changed.filter((symbol) => symbol.change === change)
  }
  for (const part of parts.slice(0, mostPartsForAdded)) {
    yield* symbolsOn(part, 'added').map((symbol) => symbolOf(part, symbol, 'added'))
  }
}

function symbolOf(
  { diff }: HunkPart,
  { name, isMethod }: Definition,
  change: ChangedSymbol['change'],
): ChangedSymbol {
  return { name, path: diff.path, change, isMethod }
}

function symbolsOn({ diff, lines }: HunkPart, wanted: DiffLine['kind']): Definition[] {
  const language = languageOf(diff.path)
  if (!hasNames(language)) return []
  return lines.flatMap(({ kind, text }) => {
    const isCode = kind === wanted && !isCommentLine(text, language)
    return isCode ? (definitionIn(text, language) ?? []) : []
  })
}

function deletedSymbols(parts: readonly HunkPart[], index: TextIndex): ChangedSymbol[] {
  const deleted = parts.flatMap((part) => symbolsOn(part, 'deleted').map((symbol) => ({ part, symbol })))
  return deleted.slice(0, mostDeleted).map(({ part, symbol }) => {
    return symbolOf(part, symbol, isGone(symbol.name, part, index) ? 'removed' : 'signature')
  })
}

/** A file whose text we do not have may still define what it seems to lose, and another what has moved. */
function isGone(name: string, { diff, hunk }: HunkPart, index: TextIndex): boolean {
  const paths = index.pathsMaybeWith(name)
  const isKnown = index.outline(diff.path) !== null || hunk.newStart === 0
  return (
    isKnown &&
    paths.length <= mostTexts &&
    !paths.some((path) => {
      const outline = index.outline(path)
      if (outline === null) return false
      return index.occurrences(name, path).some((occurrence) => defines(outline, occurrence, name) !== null)
    })
  )
}

/** Fields of a type and members of an enum. */
function removedMembers({ part, outline, headers }: ChangedPlace): ChangedSymbol[] {
  const type = headers[0]
  if (type === undefined || definitionAt(outline, type)?.kind !== 'type') return []
  const added = part.lines.filter(({ kind }) => kind === 'added').map(({ text }) => text)
  let above = lineAbove(part)
  return part.lines.flatMap(({ newLine, text }) => {
    above = newLine ?? above
    const name = newLine === null ? memberIn(text) : null
    if (name === null || added.some((line) => line.includes(name))) return []
    const isMember = outline.headersBehind(above, text)[0] === type
    return isMember ? [{ name, path: part.diff.path, change: 'removed', isMethod: false }] : []
  })
}

function droppedFromTables({ diff, lines }: HunkPart): ChangedSymbol[] {
  if (languageOf(diff.path) !== 'sql') return []
  return lines.flatMap(({ kind, text }) => {
    const match = kind === 'added' ? sqlRemoval.exec(text.slice(0, 300)) : null
    const name = match?.[1] ?? match?.[2]
    return name === undefined ? [] : [{ name, path: diff.path, change: 'removed', isMethod: false }]
  })
}

/** The function whose body or parameters the place is in. */
function enclosingSymbol({ part, outline, headers, first }: ChangedPlace): ChangedSymbol | null {
  for (const header of headers) {
    const definition = definitionAt(outline, header)
    if (definition?.kind !== 'function') continue
    const isInSignature = first <= lastLineOfSignature(outline, header)
    return symbolOf(part, definition, isInSignature ? 'signature' : 'body')
  }
  return null
}
