import type { FileDiff } from '../diff/patch.ts'
import type { Chunk } from '../plan/plan-review.ts'
import { type ChangedPlace, changedPlaces } from './changed-places.ts'
import { type ChangedSymbol, changedSymbols } from './changed-symbols.ts'
import { definitionsOf } from './definitions-of.ts'
import { enclosingBody, enclosingHeaders, type Group } from './enclosing.ts'
import type { Excerpt } from './excerpt.ts'
import { ExcerptBook } from './excerpt-book.ts'
import { type Links, linksBetween } from './links.ts'
import type { Mention, Search } from './mention.ts'
import { newFiles } from './new-files.ts'
import { indexTexts, type TextIndex } from './text-index.ts'
import { usedSymbols } from './used-symbols.ts'
import { usesOf } from './uses.ts'

/** What is known of the repository around a change, read once for all of its chunks. */
export type KnownTexts = { readonly index: TextIndex; readonly linked: Links }

/** `texts`: whole texts of the head version by path, of changed files and of neighbours. New files are in the diffs. */
export function knowTexts(texts: ReadonlyMap<string, string>, diffs: readonly FileDiff[]): KnownTexts {
  const all = new Map([...newFiles(diffs), ...texts])
  const index = indexTexts(all)
  return { index, linked: linksBetween(all, index) }
}

/** Of the limit, what each kind may fill together with those before it, so that one does not crowd out the next. */
const shares = { headers: 0.5, uses: 0.75, definitions: 0.9, bodies: 1 }

const mostUses: Readonly<Record<ChangedSymbol['change'], number>> = {
  removed: 3,
  signature: 3,
  body: 2,
  added: 1,
}
const mostDefinitions = 8

/**
 * Code around the hunks of a chunk that helps to judge them: the headers of the blocks they are in, who uses what they
 * change or remove, what they use, and the rest of the functions they are in. At most `tokenLimit` in all, and nothing
 * that the chunk shows itself.
 */
export function surroundingsOf(
  chunk: Chunk,
  { index, linked }: KnownTexts,
  tokenLimit: number,
): readonly Excerpt[] {
  const book = new ExcerptBook(chunk, tokenLimit)
  const search: Search = { index, linked, isShown: (path, number) => book.has(path, number) }
  const places = changedPlaces(chunk, index)

  takeInTurns(book, places, enclosingHeaders, shares.headers)
  for (const symbol of changedSymbols(chunk.parts, places, index)) {
    if (book.isFull(shares.uses)) break
    takeAll(book, usesOf(symbol, search).slice(0, mostUses[symbol.change]), shares.uses)
  }
  const definitions: Mention[] = []
  for (const symbol of usedSymbols(chunk.parts)) {
    if (definitions.length < mostDefinitions) definitions.push(...definitionsOf(symbol, search))
  }
  takeAll(book, definitions, shares.definitions)
  takeInTurns(book, places, enclosingBody, shares.bodies)
  return book.excerpts()
}

function takeAll(book: ExcerptBook, mentions: readonly Mention[], share: number): void {
  for (const { outline, numbers, reason } of mentions) book.take(outline, numbers, reason, share)
}

/** The first group of each place, then the second of each: what does not fit is missing everywhere alike. */
function takeInTurns(
  book: ExcerptBook,
  places: readonly ChangedPlace[],
  groupsOf: (place: ChangedPlace) => Iterator<Group>,
  share: number,
): void {
  const reason = { verb: 'encloses the change', name: null }
  let open = places.map((place) => ({ outline: place.outline, groups: groupsOf(place) }))
  while (open.length > 0 && !book.isFull(share)) {
    open = open.filter(({ outline, groups }) => {
      const { done, value } = groups.next()
      if (done !== true) book.take(outline, value, reason, share)
      return done !== true
    })
  }
}
