import type { ChangedSymbol } from './changed-symbols.ts'
import { defines, opensFunction } from './definitions.ts'
import { isEveryday } from './everyday-names.ts'
import { isTest } from './file-names.ts'
import { isCommentLine, isImport, languageOf } from './languages.ts'
import type { Link } from './links.ts'
import { bestFirst, filesToSearch, type Mention, type Search } from './mention.ts'
import type { Position } from './lines.ts'
import type { Outline } from './outline.ts'

const mostOfText = 4
/** Callers in other files first: who changed the name has its own file before the eyes. */
const linkScores: Readonly<Record<Link, number>> = { import: 4, folder: 3, same: 2 }

type Use = Mention & { readonly isCode: boolean }

/** Where a changed name is used beyond what is shown, the most telling first, and of tests one. */
export function usesOf(symbol: ChangedSymbol, { index, linked, isShown }: Search): readonly Mention[] {
  const { name, path } = symbol
  const { near, far } = filesToSearch(name, languageOf(path), index, (other) => linked(other, path))
  const uses = [...near, ...far].flatMap(({ outline, link }): readonly Use[] => {
    const all = index.occurrences(name, outline.path)
    const others = all.filter((occurrence) => defines(outline, occurrence, name) === null)
    const meansItsOwn = link === null && others.length < all.length
    if (meansItsOwn) return []
    const found = others
      .filter(({ number }) => !isShown(outline.path, number))
      .flatMap((occurrence) => useAt(outline, occurrence, symbol) ?? [])
    const nearness = (link === null ? 0 : linkScores[link]) - (isTest(outline.path) ? 2 : 0)
    return bestFirst(found)
      .slice(0, mostOfText)
      .map((use, rank) => ({ ...use, score: use.score + nearness - 2 * rank }))
  })
  const inCode = uses.filter(({ isCode }) => isCode)
  const best = bestFirst(inCode.length > 0 ? inCode : uses)
  const isInTest = ({ outline }: Mention) => isTest(outline.path)
  return [...best.filter((use) => !isInTest(use)), ...best.filter(isInTest).slice(0, 1)]
}

/** In comments and imports only what is gone is worth a word, and of a method only a call. */
function useAt(
  outline: Outline,
  { number, column }: Position,
  { name, change, isMethod }: ChangedSymbol,
): Use | null {
  const line = outline.line(number)
  const isCode = outline.level(number) >= 0 && !isImport(line)
  if (!isCode && change !== 'removed') return null
  const isCall = isCode && /^(?:<[^()]{0,60}>|[?!])?\(/.test(line.slice(column + name.length))
  const isBehindDot = line[column - 1] === '.'
  if (isMethod ? !(isCall && isBehindDot) : isBehindDot && isEveryday(name)) return null
  const isInComment = isCommentLine(line, outline.language)
  const changed = isInComment ? 'mentions the removed' : 'uses the removed'
  const verb = change === 'removed' ? changed : isCall ? 'calls' : 'mentions'
  const numbers = isCode ? linesAround(outline, number) : [number]
  return { outline, numbers, reason: { verb, name }, score: isCall ? 6 : isCode ? 4 : 0, isCode }
}

/** A line with its neighbours and the header of the function they are in. */
function linesAround(outline: Outline, number: number): readonly number[] {
  const header = outline.headersOf(number).find((one) => opensFunction(outline, one))
  const level = header === undefined ? 0 : outline.level(header)
  const beside = [number - 1, number + 1].filter((one) => outline.level(one) > level)
  return [...(header === undefined ? [] : [header]), number, ...beside]
}
