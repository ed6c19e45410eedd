import { type FileDiff, type Hunk, withWholeFiles } from '../diff/patch.ts'
import { byRisk, type FileHunks, testsBesideSubjects } from './order-files.ts'
import { headingBytes, type HunkPart, partBytes, type SizedPart, splitHunk } from './split-hunk.ts'
import { bytesPerToken } from './tokens.ts'

/** What one model request covers. */
export type Chunk = {
  readonly parts: readonly HunkPart[]
  /** Estimate for the parts alone, without instructions. */
  readonly tokens: number
}

/** A hunk that no request will carry. */
export type LeftOutHunk = {
  readonly diff: FileDiff
  readonly hunk: Hunk
  readonly coverage: 'already-reviewed' | 'budget' | 'excluded' | 'generated' | 'binary'
  readonly reason: string
}

/** The most valuable chunk comes first. */
export type ReviewPlan = { readonly chunks: readonly Chunk[]; readonly leftOut: readonly LeftOutHunk[] }

export type PlanLimits = {
  /** Most tokens of one chunk. */
  readonly chunkTokens: number
  /** Most tokens of code around a chunk. */
  readonly excerptTokens: number
  /** Tokens that every request takes before the first hunk is in it. */
  readonly frameTokens: number
  /** What the budget will pay for in all, as far as can be told before: what goes beyond has to be worth the least. */
  readonly affordableTokens: number
}

/** A chunk is closed for a file that fits into one of its own, unless more than this share of it would stay empty. */
const mostWasted = 1 / 4

/**
 * Packs every hunk that is not reviewed yet into chunks: most valuable first, files of a folder together, a test beside what
 * it tests. Where the budget will not reach, value alone decides what comes last. A hunk too large for one chunk is split.
 */
export function planReview(
  diffs: readonly FileDiff[],
  alreadyReviewed: ReadonlySet<string>,
  { chunkTokens, affordableTokens }: Pick<PlanLimits, 'chunkTokens' | 'affordableTokens'>,
  asked: ReadonlySet<Hunk> = new Set(),
): ReviewPlan {
  const leftOut: LeftOutHunk[] = []
  const sized: SizedFile[] = []
  const chunkBytes = chunkTokens * bytesPerToken
  for (const file of byRisk(notYetReviewed(diffs, alreadyReviewed, asked, leftOut))) {
    const { diff } = file
    const heading = headingBytes(diff)
    const split = file.hunks.map((hunk) => ({ hunk, parts: splitHunk(diff, hunk, chunkBytes - heading) }))
    for (const { hunk, parts } of split) {
      const reason = '`request-tokens` or `max-tokens` leaves no room for it'
      if (parts.length === 0) leftOut.push({ diff, hunk, coverage: 'budget', reason })
    }
    const parts = split.flatMap((one) => one.parts)
    if (parts.length > 0) sized.push({ ...file, heading, parts, bytes: heading + sum(parts) })
  }
  const affordable = countAffordable(sized, affordableTokens * bytesPerToken)
  const chunks = [
    ...pack(testsBesideSubjects(sized.slice(0, affordable)), chunkBytes),
    ...pack(sized.slice(affordable), chunkBytes),
  ]
  return { chunks, leftOut }
}

type SizedFile = FileHunks & {
  readonly heading: number
  readonly parts: readonly SizedPart[]
  readonly bytes: number
}

function notYetReviewed(
  diffs: readonly FileDiff[],
  alreadyReviewed: ReadonlySet<string>,
  asked: ReadonlySet<Hunk>,
  leftOut: LeftOutHunk[],
): FileHunks[] {
  const reviewed = withWholeFiles(alreadyReviewed, diffs)
  return diffs.map((diff) => {
    const isReviewed = ({ id }: Hunk) => reviewed.has(id)
    for (const hunk of diff.hunks.filter(isReviewed))
      leftOut.push({ diff, hunk, coverage: 'already-reviewed', reason: 'reviewed before' })
    return { diff, hunks: diff.hunks.filter((hunk) => !isReviewed(hunk) && !asked.has(hunk)) }
  })
}

/** How many of the files, from the first, the budget will pay for. */
function countAffordable(files: readonly SizedFile[], affordableBytes: number): number {
  let bytes = 0
  for (const [index, file] of files.entries()) {
    bytes += file.bytes
    if (bytes > affordableBytes) return index
  }
  return files.length
}

function pack(files: readonly SizedFile[], chunkBytes: number): Chunk[] {
  const chunks: Chunk[] = []
  let parts: HunkPart[] = []
  let bytes = 0
  const close = () => {
    if (parts.length > 0) chunks.push({ parts, tokens: Math.ceil(bytes / bytesPerToken) })
    parts = []
    bytes = 0
  }
  for (const file of files) {
    const overflows = bytes + file.bytes > chunkBytes
    if (overflows && file.bytes <= chunkBytes && bytes >= chunkBytes * (1 - mostWasted)) close()
    let heading = file.heading
    for (const one of file.parts) {
      if (bytes + heading + one.bytes > chunkBytes) {
        close()
        heading = file.heading
      }
      parts.push(one.part)
      bytes += heading + one.bytes
      heading = 0
    }
  }
  close()
  return chunks
}

function sum(parts: readonly SizedPart[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0)
}

/** Halves a chunk, for a server whose context is smaller than we were told; null when it cannot be halved. */
export function halveChunk(chunk: Chunk): readonly [Chunk, Chunk] | null {
  const [first, ...others] = chunk.parts
  if (first === undefined) return null
  if (others.length > 0) {
    const middle = Math.ceil(chunk.parts.length / 2)
    return [chunkOf(chunk.parts.slice(0, middle)), chunkOf(chunk.parts.slice(middle))]
  }
  if (first.lines.length < 2) return null
  const middle = Math.ceil(first.lines.length / 2)
  return [
    chunkOf([{ ...first, lines: first.lines.slice(0, middle) }]),
    chunkOf([{ ...first, lines: first.lines.slice(middle) }]),
  ]
}

function chunkOf(parts: readonly HunkPart[]): Chunk {
  const files = new Set(parts.map(({ diff }) => diff))
  const headings = [...files].reduce((total, diff) => total + headingBytes(diff), 0)
  const bytes = parts.reduce((total, part) => total + partBytes(part), headings)
  return { parts, tokens: Math.ceil(bytes / bytesPerToken) }
}
