import { type Anchor, isCommentable, lineNumber } from '../diff/anchor.ts'
import type { DiffLine, FileDiff, Hunk } from '../diff/patch.ts'
import type { Side } from '../pull-request.ts'
import { readQuote } from './read-quote.ts'

export type Location = {
  readonly anchor: Anchor
  readonly hunk: Hunk
  /** The quote is all of the anchored lines, and whole lines only. */
  readonly wholeLines: boolean
}

/** What the model says besides the quote; it only decides between several places where the quote stands. */
export type Hint = { readonly side: Side; readonly startLine: number | null; readonly endLine: number | null }

/** A place where the quote stands, with what decides between several. */
type Candidate = Location & { readonly last: DiffLine; readonly changed: boolean }

type Place = 'first' | 'middle' | 'last' | 'only'

type Matcher = {
  readonly wholeLines: boolean
  /** How lines are compared; null takes no part. */
  readonly normalise: (line: string) => string | null
  /** Is the quote long enough to prove anything? */
  readonly proves: (quoted: readonly string[]) => boolean
  readonly matches: (quoted: string, shown: string, place: Place) => boolean
}

const exact: Matcher = {
  wholeLines: true,
  normalise: (line) => line.replace(/\r$/, ''),
  proves: () => true,
  matches: (quoted, shown) => quoted === shown,
}

const ignoringSpace: Matcher = {
  ...exact,
  normalise: (line) => line.replaceAll(/\s+/g, '') || null,
}

/** Shorter pieces, such as a lone brace, stand everywhere and prove nothing. */
const shortestPartialQuote = 8

const partial: Matcher = {
  wholeLines: false,
  normalise: ignoringSpace.normalise,
  proves: (quoted) => quoted.join('').length >= shortestPartialQuote,
  matches: (quoted, shown, place) => {
    switch (place) {
      case 'only':
        return shown.includes(quoted)
      case 'first':
        return shown.endsWith(quoted)
      case 'last':
        return shown.startsWith(quoted)
      case 'middle':
        return shown === quoted
    }
  },
}

/** Finds the quoted lines in one file's hunks: exactly, then whatever the white space, then as part of lines. */
export function locateQuote(diff: FileDiff, quote: string, hint: Hint): Location | null {
  const readings = readQuote(quote)
  for (const matcher of [exact, ignoringSpace, partial]) {
    for (const reading of readings) {
      const wanted = reading.map(matcher.normalise).filter((line) => line !== null)
      if (wanted.length === 0 || !matcher.proves(wanted)) continue
      const candidates = diff.hunks.flatMap((hunk) => locateInHunk(diff.path, hunk, wanted, matcher))
      const best = closest(candidates, hint)
      if (best !== null) return best
    }
  }
  return null
}

/** Looks at the new code, at the old code, and, since some quote both, at the hunk as it is shown. */
function locateInHunk(path: string, hunk: Hunk, wanted: readonly string[], matcher: Matcher): Candidate[] {
  const shown: ShownLine[] = hunk.lines.flatMap((line) => {
    const text = matcher.normalise(line.text)
    return text === null ? [] : [{ line, text }]
  })
  const newCode = shown.filter(({ line }) => line.kind !== 'deleted')
  const oldCode = shown.filter(({ line }) => line.kind !== 'added')
  const views = wanted.length > 1 ? [newCode, oldCode, shown] : [newCode, oldCode]
  return views.flatMap((view) =>
    windows(view, wanted, matcher).flatMap((window) =>
      // lines that were neighbours in the old code may have others between them on the RIGHT
      candidatesOf(path, window).map((candidate) => ({
        ...candidate,
        hunk,
        wholeLines: matcher.wholeLines && !(view === oldCode && candidate.anchor.side === 'RIGHT'),
      })),
    ),
  )
}

/** A line of a hunk that takes part, and how it is compared. */
type ShownLine = { readonly line: DiffLine; readonly text: string }

function windows(view: readonly ShownLine[], wanted: readonly string[], matcher: Matcher): DiffLine[][] {
  const found: DiffLine[][] = []
  for (let start = 0; start + wanted.length <= view.length; start++) {
    const matches = wanted.every((quoted, at) =>
      matcher.matches(quoted, view[start + at]?.text ?? '', placeOf(at, wanted.length)),
    )
    if (matches) found.push(view.slice(start, start + wanted.length).map(({ line }) => line))
  }
  return found
}

function placeOf(at: number, length: number): Place {
  if (length === 1) return 'only'
  if (at === 0) return 'first'
  return at === length - 1 ? 'last' : 'middle'
}

/**
 * At most one a side: from the first to the last of these lines that GitHub takes on that side. Where some of them have
 * changed, a side that shows only the unchanged ones is not what is meant.
 */
function candidatesOf(path: string, window: readonly DiffLine[]): Omit<Candidate, 'hunk' | 'wholeLines'>[] {
  const isChanged = window.some(({ kind }) => kind !== 'context')
  return (['RIGHT', 'LEFT'] as const).flatMap((side) => {
    const lines = window.filter((line) => isCommentable(line, side))
    const [first, last] = [lines[0], lines.at(-1)]
    const changed = lines.some(({ kind }) => kind !== 'context')
    if (first === undefined || last === undefined || changed !== isChanged) return []
    const [startLine, line] = [lineNumber(first, side), lineNumber(last, side)]
    if (startLine === null || line === null) return []
    return { anchor: { path, side, startLine, line }, last, changed }
  })
}

/** The stated side first, then the distance from the stated line, then a change over mere context. */
function closest(candidates: readonly Candidate[], hint: Hint): Location | null {
  const ranked = candidates.map((candidate) => ({
    candidate,
    wrongSide: candidate.anchor.side === hint.side ? 0 : 1,
    distance: distanceFrom(hint, candidate),
    unchanged: candidate.changed ? 0 : 1,
  }))
  ranked.sort((a, b) => a.wrongSide - b.wrongSide || a.distance - b.distance || a.unchanged - b.unchanged)
  return ranked[0]?.candidate ?? null
}

/** A context line has two numbers, and models mix them up: the nearer one counts. */
function distanceFrom(hint: Hint, { anchor, last }: Candidate): number {
  if (hint.endLine === null) return hint.startLine === null ? 0 : Math.abs(anchor.startLine - hint.startLine)
  const stated = hint.endLine
  const numbers = [last.oldLine, last.newLine].filter((number) => number !== null)
  return Math.min(...numbers.map((number) => Math.abs(number - stated)))
}
