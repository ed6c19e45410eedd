import type { Completion, CompletionRequest, LanguageModel } from '../../../src/ports/language-model.ts'
import { findingsIn } from '../loopback/reviewer.ts'

/** A model that answers at once, and notes the time that it takes itself. */
export class InstantReviewer implements LanguageModel {
  readonly #now: () => number
  requestCount = 0
  tookMs = 0

  constructor(now: () => number) {
    this.#now = now
  }

  async complete({ messages }: CompletionRequest): Promise<Completion> {
    const begunAt = this.#now()
    const prompt = messages.map(({ content }) => content).join('\n')
    const content = JSON.stringify({ summary: 'Fine, but for this.', findings: findingsIn(prompt) })
    this.tookMs += this.#now() - begunAt
    const request = ++this.requestCount
    return { kind: 'answered', content, request, truncated: false, usage: null }
  }
}
