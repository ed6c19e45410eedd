import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  TokenUsage,
} from '../../src/ports/language-model.ts'

type Failed = Extract<Completion, { kind: 'failed' }>

/** What the fake says to one request. */
export type Saying =
  | { readonly content: string | object; readonly truncated?: boolean; readonly usage?: TokenUsage | null }
  | { readonly fails: Failed['scope']; readonly reason?: string; readonly usage?: TokenUsage | null }
  /** Never, until it is told to stop. */
  | 'nothing'

const stopped: Failed = { kind: 'failed', scope: 'stopped', reason: 'told to stop', usage: null }

/** A model whose words are scripted, as the port promises them. */
export class FakeLanguageModel implements LanguageModel {
  readonly requests: CompletionRequest[] = []
  peakInFlight = 0
  readonly #say: (request: CompletionRequest, number: number) => Saying
  #inFlight = 0

  constructor(say: (request: CompletionRequest, number: number) => Saying) {
    this.#say = say
  }

  get requestCount(): number {
    return this.requests.length
  }

  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
    if (signal.aborted) return stopped
    const number = this.requests.push(request)
    this.peakInFlight = Math.max(this.peakInFlight, ++this.#inFlight)
    try {
      return await this.#answer(this.#say(request, number), number, signal)
    } finally {
      this.#inFlight--
    }
  }

  async #answer(saying: Saying, number: number, signal: AbortSignal): Promise<Completion> {
    await Promise.resolve()
    if (saying === 'nothing') {
      await sleep(2 ** 30, undefined, { signal }).catch(() => {})
      return stopped
    }
    const { usage = { promptTokens: 100, completionTokens: 10, cachedTokens: 0 } } = saying
    if ('fails' in saying) {
      return {
        kind: 'failed',
        scope: saying.fails,
        reason: saying.reason ?? `failed: ${saying.fails}`,
        usage,
      }
    }
    const { content, truncated = false } = saying
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    return { kind: 'answered', content: text, request: number, truncated, usage }
  }
}

/** All that was shown to the model in one request. */
export function promptOf({ messages }: CompletionRequest): string {
  return messages.map(({ content }) => content).join('\n')
}
