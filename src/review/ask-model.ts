import type { Completion, LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import { type Chunk, halveChunk } from '../plan/plan-review.ts'
import { estimateTokens } from '../plan/tokens.ts'
import { counted } from '../publication/counted.ts'
import { answerName, answerSchema, type ReviewAnswer, readAnswer } from '../prompt/answer.ts'
import { repairRequest } from '../prompt/instructions.ts'
import { type Message, type PromptFrame, renderChunk } from '../prompt/render.ts'
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

/** Tokens as the server counted them, failed and repeated requests included. */
export type TokenTally = { promptTokens: number; completionTokens: number }

/** Asks about every chunk, at most `concurrency` at once. One that cannot be answered does not stop the others. */
export async function askModel(chunks: readonly Chunk[], asking: Asking): Promise<readonly AskedChunk[]> {
  const review = new ChunkReview(asking)
  const asked: AskedChunk[][] = chunks.map(() => [])
  let next = 0
  let done = 0
  const worker = async () => {
    while (next < chunks.length) {
      const index = next++
      const chunk = chunks[index]
      if (chunk === undefined) break
      asked[index] = await review.ask(chunk)
      if (chunks.length > 1)
        asking.logger.info(`part ${++done} of ${chunks.length}: ${describeAsked(asked[index])}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(asking.concurrency, chunks.length) }, worker))
  return asked.flat()
}

function describeAsked(asked: readonly AskedChunk[]): string {
  const unanswered = asked.find((one) => one.kind === 'unanswered')
  if (unanswered !== undefined) return `not reviewed, ${unanswered.reason}`
  const claims = asked.reduce((sum, one) => sum + (one.kind === 'answered' ? one.answer.claims.length : 0), 0)
  return counted(claims, 'claim')
}

/** Where a chunk below this does not fit, the instructions alone do not: more halves would only be more refusals. */
const smallestChunkTokens = 300

type Failed = Extract<Completion, { kind: 'failed' }>
type Answered = Omit<AnsweredChunk, 'kind' | 'chunk' | 'model'>

class ChunkReview {
  readonly #asking: Asking
  /** Models, by name, that will not answer anything any more, and why. */
  readonly #lostModels = new Map<string, string>()
  /** Why the server will answer nothing any more. */
  #lostServer: string | null = null

  constructor(asking: Asking) {
    this.#asking = asking
  }

  async ask(chunk: Chunk): Promise<AskedChunk[]> {
    let reason = 'no model was left to ask'
    let coverage: UnansweredChunk['coverage'] = 'failed'
    for (const model of this.#asking.models) {
      if (this.#lostServer !== null) return [unanswered(chunk, 'failed', this.#lostServer)]
      const lost = this.#lostModels.get(model)
      if (lost !== undefined) {
        reason = lost
        coverage = 'failed'
        continue
      }
      const outcome = await this.#askOne(chunk, model)
      if (outcome === 'over-budget')
        return [unanswered(chunk, 'budget', 'the budget set by `max-tokens` was spent')]
      if (outcome.kind !== 'failed') return [{ ...outcome, kind: 'answered', chunk, model }]
      reason = outcome.reason
      coverage = outcome.scope === 'late' ? 'deadline' : 'failed'
      switch (outcome.scope) {
        case 'stopped':
          return [unanswered(chunk, 'deadline', outcome.reason)]
        case 'too-large': {
          if (chunk.tokens < smallestChunkTokens) {
            this.#lostModels.set(model, outcome.reason)
            break
          }
          const halves = halveChunk(chunk)
          if (halves !== null) return [...(await this.ask(halves[0])), ...(await this.ask(halves[1]))]
          break
        }
        case 'model':
          this.#lostModels.set(model, outcome.reason)
          break
        case 'server':
          this.#lostServer = outcome.reason
      }
    }
    return [unanswered(chunk, coverage, reason)]
  }

  /** One question, and one more when the answer cannot be used. */
  async #askOne(
    chunk: Chunk,
    model: string,
  ): Promise<(Answered & { kind: 'read' }) | Failed | 'over-budget'> {
    const question = renderChunk(this.#asking.frame, chunk)
    const first = await this.#complete(question, model, null)
    if (first === 'over-budget' || first.kind === 'failed') return first
    const answer = readAnswer(first.content)
    if (answer !== null) return { kind: 'read', answer, request: first.request }
    const problem = problemWith(first)
    this.#asking.logger.info(`${model}: ${problem}; asking once more`)
    const second = await this.#complete(this.#repair(question, first, problem), model, first.request)
    if (second === 'over-budget' || second.kind === 'failed') return second
    const repaired = readAnswer(second.content)
    if (repaired !== null) return { kind: 'read', answer: repaired, request: second.request }
    return {
      kind: 'failed',
      reason: `${model} gave no usable answer twice: ${problemWith(second)}`,
      scope: 'request',
      usage: null,
    }
  }

  /** Shows a wrong answer to the model that gave it, if there is room; a cut or empty one would teach it nothing. */
  #repair(
    question: readonly Message[],
    answer: Extract<Completion, { kind: 'answered' }>,
    problem: string,
  ): Message[] {
    const again: Message = { role: 'user', content: repairRequest(problem) }
    const shown: Message = { role: 'assistant', content: answer.content }
    const useful = !answer.truncated && answer.content.trim() !== ''
    const fits = estimateTokens(textOf([...question, shown, again])) <= this.#asking.requestTokens
    return useful && fits ? [...question, shown, again] : [...question, again]
  }

  async #complete(
    messages: readonly Message[],
    model: string,
    repairs: number | null,
  ): Promise<Completion | 'over-budget'> {
    const { budget, languageModel, signal, tokens } = this.#asking
    const reservation = await budget.reserve(estimateTokens(textOf(messages)))
    if (reservation === null) return 'over-budget'
    const completion = await languageModel.complete(
      {
        model,
        messages,
        answer: { name: answerName, schema: answerSchema },
        maxCompletionTokens: reservation.completionTokens,
        repairs,
      },
      signal,
    )
    const { usage } = completion
    const written = completion.kind === 'answered' ? estimateTokens(completion.content) : 0
    if (usage === null && completion.kind === 'failed')
      reservation.settle({ promptTokens: 0, completionTokens: 0 }, 0)
    else reservation.settle(usage, written)
    tokens.promptTokens += usage?.promptTokens ?? 0
    tokens.completionTokens += usage?.completionTokens ?? 0
    return completion
  }
}

/** All that is sent and counted: the server puts the schema into the prompt as well. */
function textOf(messages: readonly Message[]): string {
  return messages.map((message) => message.content).join('') + JSON.stringify(answerSchema)
}

function problemWith({ content, truncated }: Extract<Completion, { kind: 'answered' }>): string {
  if (content.trim() === '')
    return truncated ? 'the answer was used up by reasoning and is empty' : 'the answer is empty'
  return truncated ? 'the answer was cut at its token limit' : 'the answer is not the JSON object asked for'
}

function unanswered(chunk: Chunk, coverage: UnansweredChunk['coverage'], reason: string): UnansweredChunk {
  return { kind: 'unanswered', chunk, coverage, reason }
}
