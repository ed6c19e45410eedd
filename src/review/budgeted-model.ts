import type { Completion, LanguageModel } from '../ports/language-model.ts'
import { estimateTokens } from '../plan/tokens.ts'
import type { Message } from '../prompt/render.ts'
import type { TokenBudget } from './token-budget.ts'

/** Tokens as the server counted them, failed and repeated requests included. */
export type TokenTally = { promptTokens: number; completionTokens: number }

export type Question = {
  readonly messages: readonly Message[]
  readonly answer: { readonly name: string; readonly schema: object }
  /** The request whose answer could not be used, if this asks again for that reason. */
  readonly repairs: number | null
}

/** A language model that is asked only what the budget pays for. */
export class BudgetedModel {
  readonly #languageModel: LanguageModel
  readonly #budget: TokenBudget
  readonly #tally: TokenTally
  readonly #signal: AbortSignal

  constructor(languageModel: LanguageModel, budget: TokenBudget, tally: TokenTally, signal: AbortSignal) {
    this.#languageModel = languageModel
    this.#budget = budget
    this.#tally = tally
    this.#signal = signal
  }

  async complete(model: string, question: Question): Promise<Completion | 'over-budget'> {
    const reservation = await this.#budget.reserve(questionTokens(question))
    if (reservation === null) return 'over-budget'
    const request = { ...question, model, maxCompletionTokens: reservation.completionTokens }
    const completion = await this.#languageModel.complete(request, this.#signal)
    const { usage } = completion
    if (usage === null && completion.kind === 'failed' && completion.scope !== 'request')
      reservation.release()
    else reservation.settle(usage, completion.kind === 'answered' ? estimateTokens(completion.content) : 0)
    this.#tally.promptTokens += usage?.promptTokens ?? 0
    this.#tally.completionTokens += usage?.completionTokens ?? 0
    return completion
  }

  get isOver(): boolean {
    return this.#signal.aborted
  }
}

/** All that is sent and counted: the server puts the schema into the prompt as well. */
export function questionTokens({ messages, answer }: Pick<Question, 'messages' | 'answer'>): number {
  return estimateTokens(messages.map(({ content }) => content).join('') + JSON.stringify(answer.schema))
}
