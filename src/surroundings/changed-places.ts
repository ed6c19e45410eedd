import type { DiffLine } from '../diff/patch.ts'
import type { Chunk } from '../plan/plan-review.ts'
import type { HunkPart } from '../plan/split-hunk.ts'
import { definitionAt } from './definitions.ts'
import type { Outline } from './outline.ts'
import type { TextIndex } from './text-index.ts'

/** Where a part of a hunk changes something, seen from the head version. */
export type ChangedPlace = {
  readonly part: HunkPart
  readonly outline: Outline
  /** Of the blocks around the change, the innermost first. */
  readonly headers: readonly number[]
  /** First and last line that the part shows of the head version. */
  readonly first: number
  readonly last: number
}

const mostOfPart = 8
const mostOfChunk = 150

export function changedPlaces(chunk: Chunk, index: TextIndex): readonly ChangedPlace[] {
  const places: ChangedPlace[] = []
  for (const part of chunk.parts) {
    const outline = index.outline(part.diff.path)
    if (outline !== null && places.length < mostOfChunk) places.push(...placesOf(part, outline))
  }
  return places
}

function placesOf(part: HunkPart, outline: Outline): ChangedPlace[] {
  const { first, last } = linesShown(part)
  const places = new Map<number, ChangedPlace>()
  for (const { line, above } of firstOfRuns(part)) {
    const headers = headersFor(line, above, outline)
    const innermost = headers[0] ?? 0
    if (!places.has(innermost)) places.set(innermost, { part, outline, headers, first, last })
    if (places.size === mostOfPart) break
  }
  return [...places.values()]
}

/** Of lines changed in a row the first added one, or the first; and the last line of the head version above it. */
function firstOfRuns(part: HunkPart): { line: DiffLine; above: number }[] {
  const runs: { line: DiffLine; above: number }[] = []
  let above = lineAbove(part)
  let isInRun = false
  for (const line of part.lines) {
    const run = isInRun ? runs.at(-1) : undefined
    if (line.kind !== 'context' && run === undefined) runs.push({ line, above })
    if (run?.line.kind === 'deleted' && line.kind === 'added') run.line = line
    isInRun = line.kind !== 'context'
    above = line.newLine ?? above
  }
  return runs
}

/** A changed signature heads the block that it opens. */
function headersFor({ newLine, text }: DiffLine, above: number, outline: Outline): readonly number[] {
  if (newLine === null) return outline.headersBehind(above, text)
  const headers = outline.headersOf(newLine)
  return definitionAt(outline, newLine)?.kind === 'function' ? [newLine, ...headers] : headers
}

/** First and last line that a part shows of the head version; nothing if the last comes before the first. */
export function linesShown(part: HunkPart): { readonly first: number; readonly last: number } {
  const first = part.lines.find(({ newLine }) => newLine !== null)?.newLine
  const last = part.lines.findLast(({ newLine }) => newLine !== null)?.newLine
  return { first: first ?? lineAbove(part) + 1, last: last ?? lineAbove(part) }
}

/** The last line of the head version above a part of a hunk. */
export function lineAbove({ hunk, lines }: HunkPart): number {
  let above = hunk.newStart - 1
  for (const line of hunk.lines) {
    if (line === lines[0]) return above
    above = line.newLine ?? above
  }
  return above
}
