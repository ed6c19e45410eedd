import type { DiffLine, FileDiff } from '../diff/patch.ts'
import type { StandingFinding } from './marker.ts'

/** Where the code of an earlier finding stands at the head. */
export type Whereabouts =
  /** In the diff: people see it there. Lines are of the finding's side. */
  | { readonly kind: 'shown'; readonly path: string; readonly startLine: number; readonly line: number }
  /** In the file, outside of the diff. */
  | { readonly kind: 'kept'; readonly path: string; readonly startLine: number; readonly line: number }
  /** The file is known, and the code is not in it any more. */
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'unknown'; readonly path: string }

/** Texts of the head by path; null for a file that is not there any more. */
export type HeadTexts = ReadonlyMap<string, string | null>

/**
 * Looks for the code of a finding at the head: in its file, through renames, then in all of the diff, for code moves. Code
 * that was deleted is `shown` while the diff still deletes it. `files`: all that change, also those without hunks.
 */
export function whereaboutsOf(
  finding: Pick<StandingFinding, 'path' | 'side' | 'line' | 'code'>,
  files: readonly FileDiff[],
  texts: HeadTexts,
): Whereabouts {
  const { side } = finding
  const wanted = comparable(finding.code.split('\n').map((text) => ({ text, number: 0 }))).map(
    ({ text }) => text,
  )
  const file = files.find(({ path }) => path === finding.path) ?? renamedFrom(finding.path, files)
  const path = file?.path ?? finding.path
  if (wanted.length === 0) return { kind: 'unknown', path }
  // what was quoted wrongly was never there; it is over when its file changes no more
  if (finding.line === null) return { kind: file === undefined && path !== '' ? 'gone' : 'unknown', path }
  const shown = file === undefined ? null : shownIn(file, side, wanted)
  if (shown !== null) return { kind: 'shown', path, ...shown }
  const text = file !== undefined && isRemoved(file) ? null : texts.get(path)
  const kept = side === 'RIGHT' && typeof text === 'string' ? keptIn(text, wanted) : null
  if (kept !== null) return { kind: 'kept', path, ...kept }
  const elsewhere = wanted.join('').length < tellingLength ? [] : placesIn(files, side, wanted)
  const [moved] = elsewhere
  if (moved !== undefined) return elsewhere.length === 1 ? moved : { kind: 'unknown', path }
  const isKnown = side === 'LEFT' ? file === undefined || file.hunks.length > 0 : text !== undefined
  return { kind: isKnown ? 'gone' : 'unknown', path }
}

/** Shorter code stands in many files. */
const tellingLength = 12

function renamedFrom(path: string, files: readonly FileDiff[]): FileDiff | undefined {
  return files.find(({ previousPath }) => previousPath === path)
}

function placesIn(
  files: readonly FileDiff[],
  side: StandingFinding['side'],
  wanted: readonly string[],
): Whereabouts[] {
  return files.flatMap((file): Whereabouts[] => {
    const range = shownIn(file, side, wanted)
    return range === null ? [] : [{ kind: 'shown', path: file.path, ...range }]
  })
}

function isRemoved({ hunks }: FileDiff): boolean {
  return hunks.length > 0 && hunks.every((hunk) => hunk.newStart === 0)
}

type Range = { readonly startLine: number; readonly line: number }

function shownIn(diff: FileDiff, side: StandingFinding['side'], wanted: readonly string[]): Range | null {
  for (const lines of visibleLines(diff, side)) {
    const at = find(lines, wanted)
    if (at === null) continue
    const numbers = lines.slice(at, at + wanted.length).map(({ number }) => number)
    return { startLine: Math.min(...numbers), line: Math.max(...numbers) }
  }
  return null
}

/** A line as it is compared, and its number. */
type Comparable = { readonly text: string; readonly number: number }

const visible = new WeakMap<FileDiff, Map<StandingFinding['side'], readonly (readonly Comparable[])[]>>()

/** Of each hunk, what a side shows. Made once: many findings are looked for in the same diff. */
function visibleLines(diff: FileDiff, side: StandingFinding['side']): readonly (readonly Comparable[])[] {
  const known = visible.get(diff) ?? new Map<StandingFinding['side'], readonly (readonly Comparable[])[]>()
  const lines =
    known.get(side) ??
    diff.hunks.map((hunk) =>
      comparable(
        hunk.lines
          .filter(({ kind }) => (side === 'LEFT' ? kind === 'deleted' : kind !== 'deleted'))
          .map((line) => ({ text: line.text, number: numberOf(line, side) })),
      ),
    )
  visible.set(diff, known.set(side, lines))
  return lines
}

function numberOf({ oldLine, newLine }: DiffLine, side: StandingFinding['side']): number {
  return (side === 'LEFT' ? oldLine : newLine) ?? 0
}

function keptIn(text: string, wanted: readonly string[]): Range | null {
  const lines = comparable(text.split('\n').map((line, at) => ({ text: line, number: at + 1 })))
  const at = find(lines, wanted)
  if (at === null) return null
  return { startLine: lines[at]?.number ?? 0, line: lines[at + wanted.length - 1]?.number ?? 0 }
}

/** Index of the first place where the wanted lines follow one another. */
function find(lines: readonly Comparable[], wanted: readonly string[]): number | null {
  for (let start = 0; start + wanted.length <= lines.length; start++) {
    if (wanted.every((text, at) => lines[start + at]?.text === text)) return start
  }
  return null
}

/** Whatever their white space, without blank ones. */
function comparable(lines: readonly Comparable[]): readonly Comparable[] {
  return lines.flatMap(({ text, number }) => {
    const bare = text.replaceAll(/\s+/g, '')
    return bare === '' ? [] : [{ text: bare, number }]
  })
}
