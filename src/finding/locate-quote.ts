import { type Anchor, isCommentable, lineNumber } from '../diff/anchor.ts'
import type { DiffLine, FileDiff, Hunk } from '../diff/patch.ts'
import type { Side } from '../pull-request.ts'

export type Location = { readonly anchor: Anchor; readonly hunk: Hunk; readonly wholeLines: boolean }

/** What the model says besides the quote; it only decides between several places where the quote stands. */
export type Hint = { readonly side: Side; readonly startLine: number | null; readonly endLine: number | null }

type Matcher = {
  readonly wholeLines: boolean
  /** Lines of the diff that take part; blank ones do not where white space does not count. */
  readonly takesPart: (line: string) => boolean
  readonly matches: (quoted: string, shown: string, place: 'first' | 'middle' | 'last' | 'only') => boolean
}

const squeeze = (text: string) => text.replaceAll(/\s+/g, '')

const exact: Matcher = {
  wholeLines: true,
  takesPart: () => true,
  matches: (quoted, shown) => quoted === shown.replace(/\r$/, ''),
}

const ignoringSpace: Matcher = {
  wholeLines: true,
  takesPart: (line) => squeeze(line) !== '',
  matches: (quoted, shown) => squeeze(quoted) === squeeze(shown),
}

/** Shorter pieces, such as a lone brace, stand everywhere and prove nothing. */
const shortestPartialQuote = 8

const partial: Matcher = {
  wholeLines: false,
  takesPart: ignoringSpace.takesPart,
  matches: (quoted, shown, place) => {
    const [part, whole] = [squeeze(quoted), squeeze(shown)]
    if (place === 'only') return part.length >= shortestPartialQuote && whole.includes(part)
    if (place === 'first') return whole.endsWith(part)
    return place === 'last' ? whole.startsWith(part) : whole === part
  },
}

/** Finds the quoted lines in one file's hunks: exactly, then whatever the white space, then as part of lines. */
export function locateQuote(diff: FileDiff, quote: string, hint: Hint): Location | null {
  const readings = readQuote(quote)
  for (const matcher of [exact, ignoringSpace, partial]) {
    for (const quoted of readings) {
      const wanted = quoted.filter(matcher.takesPart)
      if (wanted.length === 0) continue
      const locations = diff.hunks.flatMap((hunk) => locateInHunk(diff.path, hunk, wanted, matcher))
      const best = closest(locations, hint)
      if (best !== null) return best
    }
  }
  return null
}

/** The quote as written, without the +/- column, and without the line numbers that we print. */
function readQuote(quote: string): string[][] {
  const lines = trimBlankLines(quote.replace(/^```[^\n]*\n([\s\S]*?)\n?```\s*$/, '$1').split(/\r?\n/))
  const readings = [lines]
  if (lines.some((line) => /^[+-]/.test(line)) && lines.every((line) => /^[+\- ]|^$/.test(line))) {
    readings.push(lines.map((line) => line.slice(1)))
  }
  if (lines.length > 0 && lines.every((line) => /^\s*\d+ [+\- ]/.test(line))) {
    readings.push(lines.map((line) => line.replace(/^\s*\d+ [+\- ]/, '')))
  }
  return readings
}

function trimBlankLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1)
}

function locateInHunk(path: string, hunk: Hunk, wanted: readonly string[], matcher: Matcher): Location[] {
  const views: readonly (readonly DiffLine[])[] = [
    hunk.lines.filter((line) => line.kind !== 'deleted'),
    hunk.lines.filter((line) => line.kind !== 'added'),
    ...(wanted.length > 1 ? [hunk.lines] : []),
  ]
  return views.flatMap((view) =>
    windows(view, wanted, matcher).flatMap((window) =>
      anchorsOf(path, window).map((anchor) => ({ anchor, hunk, wholeLines: matcher.wholeLines })),
    ),
  )
}

function windows(view: readonly DiffLine[], wanted: readonly string[], matcher: Matcher): DiffLine[][] {
  const shown = view.filter((line) => matcher.takesPart(line.text))
  const found: DiffLine[][] = []
  for (let start = 0; start + wanted.length <= shown.length; start++) {
    const window = shown.slice(start, start + wanted.length)
    if (
      window.every((line, at) => matcher.matches(wanted[at] ?? '', line.text, placeOf(at, wanted.length)))
    ) {
      found.push(window)
    }
  }
  return found
}

function placeOf(at: number, length: number): 'first' | 'middle' | 'last' | 'only' {
  if (length === 1) return 'only'
  if (at === 0) return 'first'
  return at === length - 1 ? 'last' : 'middle'
}

/** At most one anchor a side: from the first to the last line of the window that GitHub takes on that side. */
function anchorsOf(path: string, window: readonly DiffLine[]): Anchor[] {
  return (['RIGHT', 'LEFT'] as const).flatMap((side) => {
    const lines = window.filter((line) => isCommentable(line, side))
    const startLine = lines[0] === undefined ? null : lineNumber(lines[0], side)
    const last = lines.at(-1)
    const line = last === undefined ? null : lineNumber(last, side)
    return startLine === null || line === null ? [] : [{ path, side, startLine, line }]
  })
}

/** The stated side first, then the distance from the stated line, then a change over mere context. */
function closest(locations: readonly Location[], hint: Hint): Location | null {
  const ranked = locations.map((location) => {
    const { anchor, hunk } = location
    const last = hunk.lines.find((line) => isAnchorLine(line, anchor, anchor.line))
    return {
      location,
      wrongSide: anchor.side === hint.side ? 0 : 1,
      distance: distanceFrom(hint, anchor, last),
      unchanged: hunk.lines.some((line) => line.kind !== 'context' && covers(anchor, line)) ? 0 : 1,
    }
  })
  ranked.sort((a, b) => a.wrongSide - b.wrongSide || a.distance - b.distance || a.unchanged - b.unchanged)
  return ranked[0]?.location ?? null
}

function isAnchorLine(line: DiffLine, { side }: Anchor, number: number): boolean {
  return isCommentable(line, side) && lineNumber(line, side) === number
}

function covers(anchor: Anchor, line: DiffLine): boolean {
  const number = lineNumber(line, anchor.side)
  return (
    isCommentable(line, anchor.side) && number !== null && number >= anchor.startLine && number <= anchor.line
  )
}

/** A context line has two numbers, and models mix them up: the nearer one counts. */
function distanceFrom(hint: Hint, anchor: Anchor, last: DiffLine | undefined): number {
  if (hint.endLine === null) return hint.startLine === null ? 0 : Math.abs(anchor.startLine - hint.startLine)
  const stated = hint.endLine
  const numbers = [last?.oldLine ?? null, last?.newLine ?? null].filter((number) => number !== null)
  return Math.min(...numbers.map((number) => Math.abs(number - stated)))
}
