import type { DiffLine, FileDiff, Hunk } from '../diff/patch.ts'

/** Lines of one hunk that go into one request: the whole hunk, or a part of one too large for a request. */
export type HunkPart = {
  readonly diff: FileDiff
  readonly hunk: Hunk
  /** A line too long for a request is several, each with a piece of its text. */
  readonly lines: readonly DiffLine[]
}

/** `bytes` of the part as it is shown, without its file's heading: see `renderChunk`. */
export type SizedPart = { readonly part: HunkPart; readonly bytes: number }

/** Around the text of an unchanged line, and of a changed one besides its number. */
const unchangedFrame = 2
const changedFrame = 3
/** Behind the header of a hunk that is shown in part. */
const partMark = 24
/** Around a file's name, or both of its names, with room for what has to be escaped in them. */
const fileFrame = 24
/** A part begins with the last lines of the one before it, so that neither is read without what it belongs to. */
const overlapLines = 4
const overlapCharacters = 100

/** The whole hunk as one part, or parts of at most `limit` bytes with some overlap; none where not even a piece of a line fits. */
export function splitHunk(diff: FileDiff, hunk: Hunk, limit: number): readonly SizedPart[] {
  const head = headBytes(hunk)
  const whole = head - partMark + bytesOf(hunk.lines)
  if (whole <= limit) return [{ part: { diff, hunk, lines: hunk.lines }, bytes: whole }]
  const room = limit - head
  if (room < 8 * overlapCharacters) return []
  const lines = hunk.lines.flatMap((line) => (lineBytes(line) > room ? piecesOf(line, room) : line))
  const parts: SizedPart[] = []
  let from = 0
  let bytes = head
  for (const [at, line] of lines.entries()) {
    const needed = lineBytes(line)
    if (bytes + needed > limit) {
      parts.push({ part: { diff, hunk, lines: lines.slice(from, at) }, bytes })
      from = beginOfNext(lines, from, at, room - needed)
      bytes = head + bytesOf(lines.slice(from, at))
    }
    bytes += needed
  }
  parts.push({ part: { diff, hunk, lines: lines.slice(from) }, bytes })
  return parts
}

/** As many lines before `at` as overlap should have and fit into a quarter of what is left. */
function beginOfNext(lines: readonly DiffLine[], from: number, at: number, room: number): number {
  let begin = at
  let bytes = 0
  while (begin > from + 1 && at - begin < overlapLines) {
    const line = lines[begin - 1]
    if (line === undefined) break
    bytes += lineBytes(line)
    if (bytes > room / 4) break
    begin--
  }
  return begin
}

function piecesOf(line: DiffLine, room: number): DiffLine[] {
  // Every UTF-16 unit has three bytes at most.
  const length = Math.floor((room - lineBytes({ ...line, text: '' })) / 3)
  const pieces: DiffLine[] = []
  for (let from = 0; ; from += length - overlapCharacters) {
    pieces.push({ ...line, text: line.text.slice(from, from + length) })
    if (from + length >= line.text.length) return pieces
  }
}

export function partBytes({ hunk, lines }: HunkPart): number {
  return headBytes(hunk) - (lines === hunk.lines ? partMark : 0) + bytesOf(lines)
}

/** Of the line that names the file, above the first of its hunks in a chunk. */
export function headingBytes({ path, previousPath }: FileDiff): number {
  return fileFrame + byteLength(path) + byteLength(previousPath ?? '')
}

function headBytes({ header }: Hunk): number {
  return byteLength(header) + 1 + partMark
}

function bytesOf(lines: readonly DiffLine[]): number {
  return lines.reduce((sum, line) => sum + lineBytes(line), 0)
}

function lineBytes({ kind, newLine, oldLine, text }: DiffLine): number {
  if (kind === 'context') return unchangedFrame + byteLength(text)
  return String(newLine ?? oldLine).length + changedFrame + byteLength(text)
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
