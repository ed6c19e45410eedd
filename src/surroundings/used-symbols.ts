import type { HunkPart } from '../plan/split-hunk.ts'
import { isKeyword } from './definitions.ts'
import { isEveryday } from './everyday-names.ts'
import { hasNames, isCommentLine, isImport, languageOf } from './languages.ts'
import { shortestWord } from './word-filter.ts'

/** A name that a chunk's changed lines use, and the file that does. */
export type UsedSymbol = { readonly name: string; readonly path: string }

const most = 48
/** Of a chunk; each of its parts has as many. */
const mostLines = 200
const leastOfPart = 4

const word = /[A-Za-z_$\x80-\uffff][\w$\x80-\uffff]*/g
const callBehind = /(?:::<[^>]{0,60}>|<[\w, .[\]]{0,60}>|[?!])?\(/y
const tableBefore =
  /\b(?:from|join|into|update|table|references|FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES)\s+["`]?$/
/** `Money`, `MAX_SIZE`, `pageSize`, `page_size` */
const telling = /^[A-Z]|[a-z0-9][A-Z]|\w_\w/

/** Of every part in turn what it calls, then what its deleted lines called, then types and values. */
export function usedSymbols(parts: readonly HunkPart[]): readonly UsedSymbol[] {
  const mostOfPart = Math.max(leastOfPart, Math.ceil(mostLines / Math.max(1, parts.length)))
  const used = parts.map((part) =>
    namesUsedBy(part, mostOfPart).map((name) => ({ name, path: part.diff.path })),
  )
  const longest = Math.max(0, ...used.map(({ length }) => length))
  const byName = new Map<string, UsedSymbol>()
  for (let turn = 0; turn < longest && byName.size < most; turn++) {
    for (const symbol of used.flatMap((symbols) => symbols[turn] ?? [])) {
      if (!byName.has(symbol.name)) byName.set(symbol.name, symbol)
    }
  }
  return [...byName.values()].slice(0, most)
}

function namesUsedBy({ diff, lines }: HunkPart, mostOfPart: number): readonly string[] {
  const language = languageOf(diff.path)
  if (!hasNames(language)) return []
  const called: string[] = []
  const uncalled: string[] = []
  const named: string[] = []
  for (const { kind, text } of lines.filter((line) => line.kind !== 'context').slice(0, mostOfPart)) {
    const line = text.slice(0, 300)
    if (isImport(line) || isCommentLine(line, language)) continue
    for (const { 0: name, index } of line.matchAll(word)) {
      if (name.length < shortestWord || isKeyword(name)) continue
      if (isUsed(line, name, index)) (kind === 'added' ? called : uncalled).push(name)
      else if (kind === 'added' && telling.test(name) && !isEveryday(name)) named.push(name)
    }
  }
  return [...new Set([...called, ...uncalled, ...named])]
}

/** Called, or a table that is read or written. */
function isUsed(line: string, name: string, at: number): boolean {
  callBehind.lastIndex = at + name.length
  if (callBehind.test(line)) return !(isEveryday(name) && /[.:>]/.test(line[at - 1] ?? ''))
  return tableBefore.test(line.slice(Math.max(0, at - 14), at))
}
