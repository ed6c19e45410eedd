import type { TokenUsage } from '../ports/language-model.ts'

export type Reservation = {
  /** Most tokens the answer may take. */
  readonly completionTokens: number
  /** Gives back what was not used. Without a usage the estimate stands. */
  settle(
    usage: Pick<TokenUsage, 'promptTokens' | 'completionTokens'> | null,
    estimatedCompletionTokens: number,
  ): void
}

/** An answer with less room than this is cut before it says anything. */
const leastCompletionTokens = 500
/** Hidden reasoning counts as completion: less than this starves models that think. */
const usualCompletionTokens = 16_000

/**
 * The tokens a review may spend. Every request reserves its prompt and its longest answer before it is sent, so that what
 * is spent stays within the limit however many requests are out. Estimates follow what the server really counts.
 */
export class TokenBudget {
  readonly #limit: number
  #spent = 0
  #reserved = 0
  /** How much more than our estimate the server has counted at worst; never below 1. */
  #correction = 1
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Waits while requests in flight hold what would be needed; null when the budget cannot cover this request any more. */
  async reserve(estimatedPromptTokens: number): Promise<Reservation | null> {
    for (;;) {
      const promptTokens = Math.ceil(estimatedPromptTokens * this.#correction)
      const room = this.#limit - this.#spent - this.#reserved - promptTokens
      if (room >= leastCompletionTokens) return this.#take(estimatedPromptTokens, promptTokens, room)
      if (this.#reserved === 0) return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #take(estimatedPromptTokens: number, promptTokens: number, room: number): Reservation {
    const completionTokens = Math.min(usualCompletionTokens, room)
    const reserved = promptTokens + completionTokens
    this.#reserved += reserved
    return {
      completionTokens,
      settle: (usage, estimatedCompletionTokens) => {
        this.#reserved -= reserved
        this.#spent +=
          usage === null
            ? promptTokens + estimatedCompletionTokens
            : usage.promptTokens + usage.completionTokens
        if (usage !== null)
          this.#correction = Math.max(this.#correction, usage.promptTokens / estimatedPromptTokens)
        for (const wake of this.#waiting.splice(0)) wake()
      },
    }
  }
}
