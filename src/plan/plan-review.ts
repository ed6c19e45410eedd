import type { DiffLine, FileDiff, Hunk } from '../diff/patch.ts'
import { estimateTokens } from './tokens.ts'

/** Lines of one hunk that go into one request: the whole hunk, or a part of one too large for a request. */
export type HunkPart = {
  readonly diff: FileDiff
  readonly hunk: Hunk
  readonly lines: readonly DiffLine[]
}

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
  readonly coverage: 'already-reviewed' | 'budget'
  readonly reason: string
}

export type ReviewPlan = { readonly chunks: readonly Chunk[]; readonly leftOut: readonly LeftOutHunk[] }

/** Room for the line number, the sign and the line end before each line's own text. */
const tokensPerLine = 3
/** Room for what stands around the hunk's header and the file's names, repeated or not. */
const tokensPerHunk = 24

/**
 * Packs every hunk that is not reviewed yet into chunks of at most `chunkTokens`, in the order of the files, so that
 * hunks of one file stay together. A hunk too large for one chunk is split on line boundaries.
 */
export function planReview(
  diffs: readonly FileDiff[],
  alreadyReviewed: ReadonlySet<string>,
  chunkTokens: number,
): ReviewPlan {
  const chunks: Chunk[] = []
  const leftOut: LeftOutHunk[] = []
  let open: { parts: HunkPart[]; tokens: number } = { parts: [], tokens: 0 }
  const close = () => {
    if (open.parts.length > 0) chunks.push(open)
    open = { parts: [], tokens: 0 }
  }
  for (const diff of diffs) {
    for (const hunk of diff.hunks) {
      if (alreadyReviewed.has(hunk.id)) {
        leftOut.push({ diff, hunk, coverage: 'already-reviewed', reason: 'reviewed before at this head' })
        continue
      }
      const parts = splitHunk(diff, hunk, chunkTokens)
      if (parts === null) {
        const reason = 'one of its lines alone is larger than `request-tokens` allows'
        leftOut.push({ diff, hunk, coverage: 'budget', reason })
        continue
      }
      for (const { part, tokens } of parts) {
        if (open.tokens + tokens > chunkTokens) close()
        open.parts.push(part)
        open.tokens += tokens
      }
    }
  }
  close()
  return { chunks, leftOut }
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
  return { parts, tokens: parts.reduce((sum, part) => sum + partTokens(part), 0) }
}

function partTokens(part: HunkPart): number {
  return part.lines.reduce((sum, line) => sum + lineTokens(line), headTokens(part))
}

function splitHunk(diff: FileDiff, hunk: Hunk, limit: number): { part: HunkPart; tokens: number }[] | null {
  const parts: { part: HunkPart; tokens: number }[] = []
  let lines: DiffLine[] = []
  const head = headTokens({ diff, hunk })
  let tokens = head
  for (const line of hunk.lines) {
    const needed = lineTokens(line)
    if (head + needed > limit) return null
    if (tokens + needed > limit) {
      parts.push({ part: { diff, hunk, lines }, tokens })
      lines = []
      tokens = head
    }
    lines.push(line)
    tokens += needed
  }
  if (lines.length > 0) parts.push({ part: { diff, hunk, lines }, tokens })
  return parts
}

function lineTokens(line: DiffLine): number {
  return tokensPerLine + estimateTokens(line.text)
}

function headTokens({ diff, hunk }: { diff: FileDiff; hunk: Hunk }): number {
  return tokensPerHunk + estimateTokens(diff.path + (diff.previousPath ?? '')) + estimateTokens(hunk.header)
}
