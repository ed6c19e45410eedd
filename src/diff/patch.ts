import { hash } from 'node:crypto'
import type { ChangedFile } from '../pull-request.ts'

export type LineKind = 'context' | 'added' | 'deleted'

export type DiffLine = {
  readonly kind: LineKind
  /** Number in the old file; null for an added line. */
  readonly oldLine: number | null
  /** Number in the new file; null for a deleted line. */
  readonly newLine: number | null
  /** Without the leading column. A `\r` before the line end is kept. */
  readonly text: string
}

export type Hunk = {
  /** Identity by file and content, not by line numbers: survives a move of the hunk. */
  readonly id: string
  /** The `@@ … @@ …` line as git wrote it. */
  readonly header: string
  readonly oldStart: number
  readonly newStart: number
  readonly lines: readonly DiffLine[]
}

/** One changed file with its hunks, ready to be asked about. */
export type FileDiff = {
  readonly path: string
  readonly previousPath: string | null
  readonly hunks: readonly Hunk[]
}

export type ParsedPatch =
  | { readonly kind: 'hunks'; readonly hunks: readonly Hunk[] }
  | { readonly kind: 'incomplete'; readonly reason: string }

export type RawHunk = Omit<Hunk, 'id'>

// "@@ -1 +1 @@" is legal: git leaves out a count of 1. https://git-scm.com/docs/diff-format
const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/**
 * Parses the hunks of one file. Driven by the counts in the headers, so that content which looks like a header is
 * content. Lines end at `\n` only: `\r`, form feeds and U+2028 belong to the text.
 */
export function parsePatch(file: ChangedFile & { readonly patch: string }): ParsedPatch {
  const lines = file.patch.split('\n')
  const hunks: RawHunk[] = []
  let at = lines.findIndex((line) => hunkHeader.test(line))
  if (at < 0) return incomplete('the patch has no hunk')
  while (at < lines.length) {
    const header = lines[at] ?? ''
    if (header === '' && at === lines.length - 1) break
    const hunk = parseHunk(header, lines, at + 1)
    if (hunk === null) return incomplete(`the patch breaks off or is malformed near its line ${at + 1}`)
    hunks.push(hunk.hunk)
    at = hunk.next
  }
  return confirmCounts(file, hunks)
}

function parseHunk(
  header: string,
  lines: readonly string[],
  from: number,
): { hunk: RawHunk; next: number } | null {
  const match = hunkHeader.exec(header)
  if (match === null) return null
  const oldStart = Number(match[1])
  const newStart = Number(match[3])
  let oldLeft = Number(match[2] ?? 1)
  let newLeft = Number(match[4] ?? 1)
  let oldLine = oldStart
  let newLine = newStart
  const parsed: DiffLine[] = []
  let at = from
  for (; oldLeft > 0 || newLeft > 0; at++) {
    const line = lines[at]
    const isCutOff = line === undefined || (line === '' && at === lines.length - 1)
    if (isCutOff) return null
    const text = line.slice(1)
    switch (line[0]) {
      case ' ':
      case undefined: // some tools strip the only space of an empty context line
        parsed.push({ kind: 'context', oldLine: oldLine++, newLine: newLine++, text })
        oldLeft--
        newLeft--
        break
      case '+':
        parsed.push({ kind: 'added', oldLine: null, newLine: newLine++, text })
        newLeft--
        break
      case '-':
        parsed.push({ kind: 'deleted', oldLine: oldLine++, newLine: null, text })
        oldLeft--
        break
      case '\\': // "\ No newline at end of file" is about the line before, not a line
        break
      default:
        return null
    }
    if (oldLeft < 0 || newLeft < 0) return null
  }
  if (parsed.length === 0) return null
  while (lines[at]?.startsWith('\\')) at++
  return { hunk: { header, oldStart, newStart, lines: parsed }, next: at }
}

/** GitHub cuts large patches without a word; its own counts of the file tell. */
function confirmCounts(file: ChangedFile, hunks: readonly RawHunk[]): ParsedPatch {
  const count = (kind: LineKind) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0)
  const [added, deleted] = [count('added'), count('deleted')]
  if (added !== file.additions || deleted !== file.deletions) {
    return incomplete(
      `GitHub counts +${file.additions} −${file.deletions} but its patch shows +${added} −${deleted}`,
    )
  }
  return { kind: 'hunks', hunks: identifyHunks(baseName(file), hunks) }
}

/** A file that is renamed is still the same file. */
export function baseName({ path, previousPath, status }: ChangedFile): string {
  return status === 'renamed' ? (previousPath ?? path) : path
}

/** `path`: the name of the file as long as it is the same file. */
export function identifyHunks(path: string, hunks: readonly RawHunk[]): Hunk[] {
  const seen = new Map<string, number>()
  return hunks.map((hunk) => {
    const content = contentHash(path, hunk.lines, 0)
    const occurrence = seen.get(content) ?? 0
    seen.set(content, occurrence + 1)
    return { ...hunk, id: occurrence === 0 ? content : contentHash(path, hunk.lines, occurrence) }
  })
}

/** Stands for all hunks of a file at once, where there is no room for each. */
export function wholeFileId(hunkIds: readonly string[]): string {
  return shortHash(`whole file\0${hunkIds.join(' ')}`)
}

/** The same ids, and those of all hunks of files that one id stands for. */
export function withWholeFiles(
  ids: ReadonlySet<string>,
  files: readonly Pick<FileDiff, 'hunks'>[],
): ReadonlySet<string> {
  const hunkIds = files.map(({ hunks }) => hunks.map(({ id }) => id))
  return new Set([...ids, ...hunkIds.filter((one) => ids.has(wholeFileId(one))).flat()])
}

function contentHash(path: string, lines: readonly DiffLine[], occurrence: number): string {
  const content = lines.map(({ kind, text }) => `${kind[0]}${text}\n`).join('')
  return shortHash(`${path}\0${occurrence}\0${content}`)
}

/**
 * 120 bits of SHA-256. An author chooses both hunks of a pair, one to be reviewed and one to be taken for it: half of the
 * bits is what finding such a pair costs, and 64 bits took minutes.
 */
function shortHash(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 15).toString('base64url')
}

function incomplete(reason: string): ParsedPatch {
  return { kind: 'incomplete', reason }
}
