import { messageOf } from '../errors.ts'
import type { Chunk } from '../plan/plan-review.ts'
import type { Logger } from '../ports/logger.ts'
import type { Excerpt } from '../surroundings/excerpt.ts'
import { type KnownTexts, knowTexts, surroundingsOf } from '../surroundings/surroundings.ts'
import type { Change } from './change.ts'

/** Chooses what is shown around a chunk, once, in at most so many tokens. */
export function lookAround(
  { texts, diffs }: Pick<Change, 'texts' | 'diffs'>,
  tokenLimit: (chunk: Chunk) => number,
  logger: Logger,
): (chunk: Chunk) => readonly Excerpt[] {
  let known: KnownTexts | null = null
  const chosen = new WeakMap<Chunk, readonly Excerpt[]>()
  const choose = (chunk: Chunk) => {
    try {
      known ??= knowTexts(texts, diffs)
      return surroundingsOf(chunk, known, tokenLimit(chunk))
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
