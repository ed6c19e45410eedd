import type { Message } from '../prompt/render.ts'

export type CompletionRequest = {
  readonly model: string
  readonly messages: readonly Message[]
  /** JSON schema of the answer; asked for as strictly as the server allows. */
  readonly answer: { readonly name: string; readonly schema: object }
  /** Most tokens the answer may take, hidden reasoning included. */
  readonly maxCompletionTokens: number
  /** The request whose answer could not be used, if this asks again for that reason. */
  readonly repairs: number | null
}

/** As the server counted. */
export type TokenUsage = {
  readonly promptTokens: number
  readonly completionTokens: number
  /** How many answers this is the sum of, where it is not one. */
  readonly answers?: number
  /** Those of the prompt tokens that the server had kept from an earlier request; 0 where it did not say. */
  readonly cachedTokens: number
}

export type Completion =
  | {
      readonly kind: 'answered'
      readonly content: string
      /** Which of all requests sent this was, counted from 1 in the order of sending. */
      readonly request: number
      /** The answer was cut at the token limit. */
      readonly truncated: boolean
      readonly usage: TokenUsage | null
    }
  | {
      readonly kind: 'failed'
      /** One line for people, naming the input to change where one would help. */
      readonly reason: string
      /**
       * What else will fail the same way: just this request, everything asked of this model, or of the whole server.
       * `too-large`: the prompt does not fit the model's context. `late`: the next try would come after the deadline.
       * `stopped`: we were told to stop.
       */
      readonly scope: 'request' | 'model' | 'server' | 'too-large' | 'late' | 'stopped'
      readonly usage: TokenUsage | null
    }

export interface LanguageModel {
  /** One answer, retries and backoff included. Never throws for what a server does. */
  complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion>
  /** Requests sent so far, retries included. */
  readonly requestCount: number
}
