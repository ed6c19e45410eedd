import type { FileDiff, Hunk } from '../diff/patch.ts'
import { excerptTokens } from '../plan/plan-limits.ts'
import { type Chunk, type LeftOutHunk, type PlanLimits, planReview } from '../plan/plan-review.ts'
import type { Logger } from '../ports/logger.ts'
import type { Excerpt } from '../surroundings/excerpt.ts'
import { expectedTokens, tokensPerUncountedFile } from './complete-diffs.ts'
import { lookAround } from './look-around.ts'
import { describePlan } from './progress.ts'
import { type Change, type ListedChange, toBeReviewed } from './change.ts'
import type { ReadChange } from './read-change.ts'

/** Chunks that the model is asked about together, with what is shown around them. */
export type Wave = {
  readonly chunks: readonly Chunk[]
  /** Takes its time once. */
  readonly excerptsOf: (chunk: Chunk) => readonly Excerpt[]
}

export type Planning = {
  readonly reviewedBefore: ReadonlySet<string>
  readonly limits: PlanLimits
  readonly concurrency: number
  readonly model: string
  readonly logger: Logger
  /** Lets what was sent go out before more is computed. */
  readonly breathe: () => Promise<void>
}

/** All that was not in the first wave, and the whole change, known by then. */
export type LastWave = Wave & { readonly change: Change; readonly leftOut: readonly LeftOutHunk[] }

/**
 * What can be asked about before the rest of a change is read: as many full requests as go out at once, the most valuable of
 * what GitHub lists. None where nothing is gained: what is listed fits into one wave and the rest brings no more hunks. And
 * none where the budget may not reach everything, for then the rest may be worth more.
 */
export function planFirstWave(listed: ListedChange, planning: Planning): Wave {
  const { reviewedBefore, limits, concurrency, logger } = planning
  const { chunks } = planReview(toBeReviewed(listed), reviewedBefore, limits)
  const isMoreToCome = listed.missing.length + listed.unlistedFiles > 0
  const isWorthwhile = isMoreToCome || chunks.length > concurrency
  const expected = chunks.reduce((sum, { tokens }) => sum + tokens, tokensToCome(listed))
  const count = isWorthwhile && expected <= limits.affordableTokens ? fullChunks(chunks, concurrency) : 0
  const first = chunks.slice(0, count)
  if (count > 0) logger.info(`asking about the first ${count} of more parts while the rest is being read`)
  return { chunks: first, excerptsOf: lookAround(listed, sizeExcerpts(chunks.length, limits), logger) }
}

/** Reads and plans what the first wave leaves. */
export async function planLastWave(
  listed: ListedChange,
  first: Wave,
  readRest: ReadChange['readRest'],
  planning: Planning,
): Promise<LastWave> {
  const { reviewedBefore, limits, logger, model, breathe } = planning
  await breathe()
  const asked = new Set(first.chunks.flatMap(({ parts }) => parts.map(({ hunk }) => hunk)))
  const change = await readRest(stillOpen(toBeReviewed(listed), asked))
  const { chunks, leftOut } = planReview(toBeReviewed(change), reviewedBefore, limits, asked)
  logger.info(describePlan({ chunks: [...first.chunks, ...chunks], leftOut }, model))
  const requests = first.chunks.length + chunks.length
  return { change, leftOut, chunks, excerptsOf: lookAround(change, sizeExcerpts(requests, limits), logger) }
}

function sizeExcerpts(requests: number, limits: PlanLimits): (chunk: Chunk) => number {
  return ({ tokens }) => excerptTokens(tokens, requests, limits)
}

/** In requests, of what GitHub counts and does not show. */
function tokensToCome({ missing, unlistedFiles }: ListedChange): number {
  return missing.reduce((sum, file) => sum + expectedTokens(file), unlistedFiles * tokensPerUncountedFile)
}

/** The last chunk may have room for what comes, and no hunk is to be in both waves. */
function fullChunks(chunks: readonly Chunk[], most: number): number {
  let count = Math.max(0, Math.min(most, chunks.length - 1))
  while (count > 0 && chunks[count - 1]?.parts.at(-1)?.hunk === chunks[count]?.parts[0]?.hunk) count--
  return count
}

function stillOpen(diffs: readonly FileDiff[], asked: ReadonlySet<Hunk>): readonly FileDiff[] {
  return asked.size === 0 ? diffs : diffs.filter(({ hunks }) => hunks.some((hunk) => !asked.has(hunk)))
}
