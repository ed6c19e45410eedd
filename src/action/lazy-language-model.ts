import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Completion, CompletionRequest, LanguageModel } from '../ports/language-model.ts'

/** Published by `fetch` right before it writes a request: https://undici.nodejs.org/#/docs/api/DiagnosticsChannel */
const sending = 'undici:client:sendHeaders'

/** A snapshot begins with two requests side by side. */
const firstRequests = 2

/** A language model whose code loads while GitHub is answering the first requests, at the latest when it is asked. */
export class LazyLanguageModel implements LanguageModel {
  readonly #load: () => Promise<LanguageModel>
  #loading: Promise<LanguageModel> | null = null
  #loaded: LanguageModel | null = null
  #sent = 0

  constructor(load: () => Promise<LanguageModel>) {
    this.#load = load
    subscribe(sending, this.#countRequest)
  }

  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
    this.#loaded ??= await this.#startLoading()
    return this.#loaded.complete(request, signal)
  }

  get requestCount(): number {
    return this.#loaded?.requestCount ?? 0
  }

  readonly #countRequest = () => {
    if (++this.#sent < firstRequests) return
    // In the next turn, when the request is on its way. A failure is told when the model is asked.
    setImmediate(() => this.#startLoading().catch(() => {}))
  }

  #startLoading(): Promise<LanguageModel> {
    unsubscribe(sending, this.#countRequest)
    this.#loading ??= this.#load()
    return this.#loading
  }
}
