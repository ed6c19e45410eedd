import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { Chunk } from '../plan/plan-review.ts'
import type { ReviewAnswer } from '../prompt/answer.ts'
import type { PromptFrame } from '../prompt/render.ts'
import { counted } from '../publication/counted.ts'
import type { Excerpt } from '../surroundings/excerpt.ts'
import { askSummary } from './ask-summary.ts'
import { BudgetedModel, type TokenTally } from './budgeted-model.ts'
import { ChunkReview } from './chunk-review.ts'
import type { TokenBudget } from './token-budget.ts'

export type AnsweredChunk = {
  readonly kind: 'answered'
  readonly chunk: Chunk
  readonly answer: ReviewAnswer
  readonly model: string
  /** Ordinal of the request that was answered. */
  readonly request: number
}

export type UnansweredChunk = {
  readonly kind: 'unanswered'
  readonly chunk: Chunk
  readonly coverage: 'budget' | 'deadline' | 'failed'
  readonly reason: string
}

export type AskedChunk = AnsweredChunk | UnansweredChunk

export type Asking = {
  readonly frame: PromptFrame
  /** What is shown around a chunk; takes its time once. */
  readonly excerptsOf: (chunk: Chunk) => readonly Excerpt[]
  /** Lets what was sent go out before more is computed. */
  readonly breathe: () => Promise<void>
  readonly languageModel: LanguageModel
  /** Tried in order. */
  readonly models: readonly string[]
  readonly budget: TokenBudget
  readonly concurrency: number
  /** Largest prompt of one request. */
  readonly requestTokens: number
  readonly tokens: TokenTally
  readonly signal: AbortSignal
  readonly logger: Logger
}

export type Asked = {
  readonly chunks: readonly AskedChunk[]
  /** Of the whole change, where it took several requests; null where nobody gave one. */
  readonly summary: string | null
}

/**
 * Asks about every chunk in turn, at most `concurrency` at once. One that cannot be answered does not stop the others. Who
 * finds no chunk left asks for the summary, so that it takes no time of its own.
 */
export async function askModel(chunks: readonly Chunk[], asking: Asking): Promise<Asked> {
  const { languageModel, budget, tokens, signal, logger } = asking
  const model = new BudgetedModel(languageModel, budget, tokens, signal)
  const review = new ChunkReview(asking, model)
  const asked: AskedChunk[][] = chunks.map(() => [])
  const workers = Math.min(asking.concurrency, chunks.length + (chunks.length > 1 ? 1 : 0))
  let summary: Promise<string | null> | null = null
  let next = 0
  let done = 0
  let prepared = 0
  /** While the model thinks, what it will be asked next is made ready. */
  const prepareNext = async () => {
    await asking.breathe()
    prepared = Math.max(prepared, next)
    const chunk = chunks[prepared++]
    if (chunk !== undefined) asking.excerptsOf(chunk)
  }
  const worker = async () => {
    while (next < chunks.length) {
      const index = next++
      const chunk = chunks[index]
      if (chunk === undefined) break
      const answer = review.ask(chunk)
      await prepareNext()
      asked[index] = await answer
      if (chunks.length > 1) logger.info(`part ${++done} of ${chunks.length}: ${describeAsked(asked[index])}`)
    }
    if (chunks.length > 1) summary ??= askSummary(chunks, asked, asking.frame, model, review.modelsLeft)
    await summary
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return { chunks: asked.flat(), summary: await summary }
}

function describeAsked(asked: readonly AskedChunk[]): string {
  const unanswered = asked.find((one) => one.kind === 'unanswered')
  if (unanswered !== undefined) return `not reviewed, ${unanswered.reason}`
  const claims = asked.reduce((sum, one) => sum + (one.kind === 'answered' ? one.answer.claims.length : 0), 0)
  return counted(claims, 'claim')
}
