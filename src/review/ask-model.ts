import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { Chunk } from '../plan/plan-review.ts'
import type { ReviewAnswer } from '../prompt/answer.ts'
import type { PromptFrame } from '../prompt/render.ts'
import { counted } from '../publication/counted.ts'
import { askSummary } from './ask-summary.ts'
import { BudgetedModel, type TokenTally } from './budgeted-model.ts'
import { ChunkReview } from './chunk-review.ts'
import type { TokenBudget } from './token-budget.ts'
import type { Wave } from './waves.ts'

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
  /** Asked before the second wave of requests, the fifth, the seventeenth …: nobody needs a review of a head that was replaced. */
  readonly isStillWanted: () => Promise<boolean>
  /** Something else to ask: done by who first finds no chunk left. */
  readonly beside: (model: BudgetedModel, models: readonly string[]) => Promise<void>
}

export type Asked = {
  readonly chunks: readonly AskedChunk[]
  /** Of the whole change, where it took several requests; null where nobody gave one. */
  readonly summary: string | null
}

type Question = { readonly chunk: Chunk; readonly wave: Wave }

/**
 * Asks about every chunk in turn, at most `concurrency` at once, those of the last wave as soon as it is known. One that
 * cannot be answered does not stop the others. Who finds no chunk left asks what else there is to ask, and for the
 * summary, so that neither takes time of its own.
 */
export async function askModel(first: Wave, last: Promise<Wave>, asking: Asking): Promise<Asked> {
  const { languageModel, budget, tokens, signal, logger } = asking
  const model = new BudgetedModel(languageModel, budget, tokens, signal)
  const review = new ChunkReview(asking, model)
  const questions: Question[] = []
  const asked: AskedChunk[][] = []
  const add = (wave: Wave) => {
    for (const chunk of wave.chunks) {
      questions.push({ chunk, wave })
      asked.push([])
    }
  }
  add(first)
  const complete = last.then(add)
  let summary: string | null = null
  const errands = [
    () => asking.beside(model, review.modelsLeft),
    async () => {
      if (questions.length < 2) return
      const chunks = questions.map(({ chunk }) => chunk)
      summary = await askSummary(chunks, asked, asking.frame, model, review.modelsLeft)
    },
  ]
  let next = 0
  let done = 0
  let prepared = 0
  let wanted = Promise.resolve(true)
  /** The wave before which the head is looked at: each look is a request. */
  let look = 1
  /** While the model thinks, what it will be asked next is made ready. */
  const prepareNext = async () => {
    await asking.breathe()
    prepared = Math.max(prepared, next)
    const question = questions[prepared++]
    question?.wave.excerptsOf(question.chunk)
  }
  const worker = async () => {
    for (;;) {
      if (next >= questions.length) await complete
      const index = next++
      const question = questions[index]
      if (question === undefined) break
      if (index === look * asking.concurrency) {
        look *= 4
        wanted = wanted.then((before) => before && asking.isStillWanted())
      }
      if (!(await wanted)) {
        asked[index] = [leftAlone(question.chunk)]
        continue
      }
      const answer = review.ask(question.chunk, question.wave.excerptsOf)
      await prepareNext()
      const answered = await answer
      asked[index] = answered
      const total = questions.length
      if (total > 1) logger.info(`part ${++done} of ${total}: ${describeAsked(answered)}`)
    }
    if (!(await wanted)) return
    for (let errand = errands.shift(); errand !== undefined; errand = errands.shift()) await errand()
  }
  await Promise.all([complete, ...Array.from({ length: asking.concurrency }, worker)])
  return { chunks: asked.flat(), summary }
}

function leftAlone(chunk: Chunk): UnansweredChunk {
  return { kind: 'unanswered', chunk, coverage: 'failed', reason: 'a newer head has taken its place' }
}

function describeAsked(asked: readonly AskedChunk[]): string {
  const unanswered = asked.find((one) => one.kind === 'unanswered')
  if (unanswered !== undefined) return `not reviewed, ${unanswered.reason}`
  const claims = asked.reduce((sum, one) => sum + (one.kind === 'answered' ? one.answer.claims.length : 0), 0)
  return counted(claims, 'claim')
}
