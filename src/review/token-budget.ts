import type { TokenUsage } from '../ports/language-model.ts'

type Counted = Pick<TokenUsage, 'promptTokens' | 'completionTokens' | 'answers'>

export type Reservation = {
  /** Most tokens the answer may take. */
  readonly completionTokens: number
  /**
   * Gives back what was not used. Counts that cannot be are not believed, and without a usage the estimate stands: a server
   * that reports nothing or nonsense is not allowed to make the budget larger, or to end the review.
   */
  settle(usage: Counted | null, estimatedCompletionTokens: number): void
  /** Nothing was spent: it was refused before anybody read it, or never sent. */
  release(): void
}

/** An answer with less room than this is cut before it says anything. */
const leastCompletionTokens = 500
/** While others may give tokens back, an answer waits for room to say all that it has to say. */
const comfortableCompletionTokens = 4_000
/** Hidden reasoning counts as completion: less than this starves models that think. */
const usualCompletionTokens = 16_000
/** Of a small budget one answer reserves no more, so that some requests can be out together. */
const mostReservedShare = 1 / 8
/** Estimates are of three bytes a token: no tokenizer makes tokens of more than three times that out of code. */
const mostOverestimated = 3
/** Nor has a token less than a byte; beside the text there are a chat's own tokens. */
const mostUnderestimated = 3
const chatTokens = 500
/** Servers that ignore our limit go beyond it, though not by more than this. */
const mostOverLimit = 4

/**
 * The tokens a review may spend. Every request reserves its prompt and its longest answer before it is sent, so that what
 * is spent stays within the limit however many requests are out. Estimates follow what the server really counts.
 */
export class TokenBudget {
  readonly #limit: number
  readonly #mostCompletionTokens: number
  #spent = 0
  #reserved = 0
  /** How much more than our estimate the server has counted at worst; never below 1. */
  #correction = 1
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
    const share = Math.floor(limit * mostReservedShare)
    this.#mostCompletionTokens = Math.min(usualCompletionTokens, Math.max(comfortableCompletionTokens, share))
  }

  /** Waits while requests in flight hold what would be needed; null when the budget cannot cover this request any more. */
  async reserve(estimatedPromptTokens: number): Promise<Reservation | null> {
    for (;;) {
      const promptTokens = Math.ceil(estimatedPromptTokens * this.#correction)
      const room = this.#limit - this.#spent - this.#reserved - promptTokens
      const isAlone = this.#reserved === 0
      if (room >= (isAlone ? leastCompletionTokens : comfortableCompletionTokens))
        return this.#take(estimatedPromptTokens, promptTokens, Math.min(this.#mostCompletionTokens, room))
      if (isAlone) return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  #take(estimatedPromptTokens: number, promptTokens: number, completionTokens: number): Reservation {
    const reserved = promptTokens + completionTokens
    this.#reserved += reserved
    const release = () => {
      this.#reserved -= reserved
      for (const wake of this.#waiting.splice(0)) wake()
    }
    return {
      completionTokens,
      release,
      settle: (usage, estimatedCompletionTokens) => {
        const believed = believe(usage, estimatedPromptTokens, completionTokens, estimatedCompletionTokens)
        this.#spent += (believed.prompt ?? promptTokens) + believed.completion
        if (believed.prompt !== null) {
          const each = believed.prompt / (usage?.answers ?? 1)
          this.#correction = Math.max(this.#correction, each / estimatedPromptTokens)
        }
        release()
      },
    }
  }
}

/** `prompt` is null where the estimate stands. */
function believe(
  usage: Counted | null,
  estimatedPrompt: number,
  completionLimit: number,
  estimatedCompletion: number,
): { readonly prompt: number | null; readonly completion: number } {
  if (usage === null) return { prompt: null, completion: estimatedCompletion }
  const { promptTokens, completionTokens, answers = 1 } = usage
  const possiblePrompt =
    promptTokens >= answers * (estimatedPrompt / mostOverestimated - chatTokens) &&
    promptTokens <= answers * (estimatedPrompt * mostUnderestimated + chatTokens)
  const possibleCompletion =
    completionTokens >= estimatedCompletion / mostOverestimated &&
    completionTokens <= answers * Math.max(completionLimit, usualCompletionTokens) * mostOverLimit
  return {
    prompt: possiblePrompt ? promptTokens : null,
    completion: possibleCompletion ? completionTokens : estimatedCompletion,
  }
}
