import type { Completion } from '../ports/language-model.ts'
import { type Chunk, halveChunk } from '../plan/plan-review.ts'
import { answerName, answerSchema, readAnswer } from '../prompt/answer.ts'
import { repairRequest } from '../prompt/instructions.ts'
import { type Message, renderChunk } from '../prompt/render.ts'
import type { AnsweredChunk, AskedChunk, Asking, UnansweredChunk } from './ask-model.ts'
import { type BudgetedModel, questionTokens } from './budgeted-model.ts'
import type { Wave } from './waves.ts'

/** Where a chunk below this does not fit, the instructions alone do not: more halves would only be more refusals. */
const smallestChunkTokens = 300

type Failed = Extract<Completion, { kind: 'failed' }>
type ExcerptsOf = Wave['excerptsOf']
type Answered = Omit<AnsweredChunk, 'kind' | 'chunk' | 'model'>

const answer = { name: answerName, schema: answerSchema }

/** Gets every chunk answered, or told why not; what it learns of models and of the server holds for the chunks after. */
export class ChunkReview {
  readonly #asking: Asking
  readonly #model: BudgetedModel
  /** Models, by name, that will not answer anything any more, and why. */
  readonly #lostModels = new Map<string, string>()
  /** Why the server will answer nothing any more. */
  #lostServer: string | null = null

  constructor(asking: Asking, model: BudgetedModel) {
    this.#asking = asking
    this.#model = model
  }

  /** Models that still answer, in order. */
  get modelsLeft(): readonly string[] {
    if (this.#lostServer !== null) return []
    return this.#asking.models.filter((model) => !this.#lostModels.has(model))
  }

  async ask(chunk: Chunk, excerptsOf: ExcerptsOf): Promise<AskedChunk[]> {
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
      const outcome = await this.#askOne(renderChunk(this.#asking.frame, chunk, excerptsOf(chunk)), model)
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
          if (halves !== null)
            return [...(await this.ask(halves[0], excerptsOf)), ...(await this.ask(halves[1], excerptsOf))]
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
    messages: readonly Message[],
    model: string,
  ): Promise<(Answered & { kind: 'read' }) | Failed | 'over-budget'> {
    const first = await this.#model.complete(model, { messages, answer, repairs: null })
    if (first === 'over-budget' || first.kind === 'failed') return first
    const read = readAnswer(first.content)
    if (read !== null) return { kind: 'read', answer: read, request: first.request }
    const problem = problemWith(first)
    this.#asking.logger.info(`${model}: ${problem}; asking once more`)
    const again = this.#repair(messages, first, problem)
    const second = await this.#model.complete(model, { messages: again, answer, repairs: first.request })
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
    { content, truncated }: Extract<Completion, { kind: 'answered' }>,
    problem: string,
  ): Message[] {
    const again: Message = { role: 'user', content: repairRequest(problem) }
    const shown: Message = { role: 'assistant', content }
    const useful = !truncated && content.trim() !== ''
    const fits =
      questionTokens({ messages: [...question, shown, again], answer }) <= this.#asking.requestTokens
    return useful && fits ? [...question, shown, again] : [...question, again]
  }
}

function problemWith({ content, truncated }: Extract<Completion, { kind: 'answered' }>): string {
  if (content.trim() === '')
    return truncated ? 'the answer was used up by reasoning and is empty' : 'the answer is empty'
  return truncated ? 'the answer was cut at its token limit' : 'the answer is not the JSON object asked for'
}

function unanswered(chunk: Chunk, coverage: UnansweredChunk['coverage'], reason: string): UnansweredChunk {
  return { kind: 'unanswered', chunk, coverage, reason }
}
