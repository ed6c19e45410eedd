import { messageOf } from '../errors.ts'
import { excerptTokens } from '../plan/plan-limits.ts'
import type { Chunk, PlanLimits, ReviewPlan } from '../plan/plan-review.ts'
import type { Logger } from '../ports/logger.ts'
import type { Excerpt } from '../surroundings/excerpt.ts'
import { knowTexts, surroundingsOf } from '../surroundings/surroundings.ts'
import type { Change } from './read-change.ts'

/** Chooses what is shown around each chunk of a plan, once. */
export function lookAround(
  { texts, diffs }: Change,
  { chunks }: ReviewPlan,
  limits: PlanLimits,
  logger: Logger,
): (chunk: Chunk) => readonly Excerpt[] {
  const known = knowTexts(texts, diffs)
  const chosen = new WeakMap<Chunk, readonly Excerpt[]>()
  const choose = (chunk: Chunk) => {
    try {
      return surroundingsOf(chunk, known, excerptTokens(chunk.tokens, chunks.length, limits))
    } catch (error) {
      // it is help, and no help is worth a review
      logger.warning(`the code around a part of the change is not shown: ${messageOf(error)}`)
      return []
    }
  }
  return (chunk) => {
    const excerpts = chosen.get(chunk) ?? choose(chunk)
    chosen.set(chunk, excerpts)
    return excerpts
  }
}
