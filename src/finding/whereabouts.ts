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
 * Looks for the code of a finding at the head: in the diff, through renames, then in the whole file. Code that was deleted is
 * `shown` while the diff still deletes it.
 */
export function whereaboutsOf(
  finding: StandingFinding,
  diffs: readonly FileDiff[],
  texts: HeadTexts,
): Whereabouts {
  const wanted = comparable(finding.code.split('\n'))
  const path = pathNow(finding, diffs, wanted)
  if (wanted.length === 0) return { kind: 'unknown', path }
  const diff = diffs.find((one) => one.path === path)
  const shown = diff === undefined ? null : shownIn(diff, finding.side, wanted)
  if (shown !== null) return { kind: 'shown', path, ...shown }
  // what was quoted wrongly was never there to be changed
  if (finding.line === null) return { kind: 'unknown', path }
  if (finding.side === 'LEFT') return { kind: diff === undefined ? 'unknown' : 'gone', path }
  const isRemoved = diff?.hunks.every((hunk) => hunk.newStart === 0) === true
  const text = isRemoved ? null : texts.get(path)
  if (text === undefined) return { kind: 'unknown', path }
  const kept = text === null ? null : keptIn(text, wanted)
  return kept === null ? { kind: 'gone', path } : { kind: 'kept', path, ...kept }
}

/** The path that a file has now: renamed in the diff, or, where the old name is gone, the only one that shows the same code. */
function pathNow(
  { path, side }: StandingFinding,
  diffs: readonly FileDiff[],
  wanted: readonly string[],
): string {
  if (diffs.some((diff) => diff.path === path && !isRemoved(diff))) return path
  const renamed = diffs.find((diff) => diff.previousPath === path)
  if (renamed !== undefined) return renamed.path
  const [one, another] = diffs.filter((diff) => wanted.length > 0 && shownIn(diff, side, wanted) !== null)
  return one !== undefined && another === undefined && wanted.join('').length >= tellingLength
    ? one.path
    : path
}

/** Shorter code stands in many files. */
const tellingLength = 12

function isRemoved({ hunks }: FileDiff): boolean {
  return hunks.length > 0 && hunks.every((hunk) => hunk.newStart === 0)
}

type Range = { readonly startLine: number; readonly line: number }

function shownIn(
  { hunks }: FileDiff,
  side: StandingFinding['side'],
  wanted: readonly string[],
): Range | null {
  for (const { lines } of hunks) {
    const visible = lines.filter(({ kind }) => (side === 'LEFT' ? kind === 'deleted' : kind !== 'deleted'))
    const found = find(
      visible.map(({ text }) => text),
      wanted,
    )
    if (found === null) continue
    const numbers = visible.slice(found.first, found.last + 1).map((line) => numberOf(line, side))
    return { startLine: Math.min(...numbers), line: Math.max(...numbers) }
  }
  return null
}

function numberOf({ oldLine, newLine }: DiffLine, side: StandingFinding['side']): number {
  return (side === 'LEFT' ? oldLine : newLine) ?? 0
}

function keptIn(text: string, wanted: readonly string[]): Range | null {
  const found = find(text.split('\n'), wanted)
  return found === null ? null : { startLine: found.first + 1, line: found.last + 1 }
}

/** The first place where the wanted lines follow one another, blank ones left out of account. */
function find(
  lines: readonly string[],
  wanted: readonly string[],
): { readonly first: number; readonly last: number } | null {
  const known = lines.flatMap((line, at) => {
    const text = withoutSpace(line)
    return text === '' ? [] : [{ text, at }]
  })
  for (let start = 0; start + wanted.length <= known.length; start++) {
    if (wanted.every((text, at) => known[start + at]?.text === text)) {
      return { first: known[start]?.at ?? 0, last: known[start + wanted.length - 1]?.at ?? 0 }
    }
  }
  return null
}

function comparable(lines: readonly string[]): readonly string[] {
  return lines.map(withoutSpace).filter((line) => line !== '')
}

function withoutSpace(line: string): string {
  return line.replaceAll(/\s+/g, '')
}
