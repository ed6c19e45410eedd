import type { Completion } from './answer.ts'
import { type HttpReply, openAiError, tooManyRequests } from './http-errors.ts'

/** What can go wrong on the way, as opposed to in what the model says. */
export type Fault =
  | { readonly kind: 'reply'; readonly reply: HttpReply }
  /** The connection is reset before a single byte of the answer. */
  | { readonly kind: 'reset' }
  /** Headers and half of the body, then the connection dies. */
  | { readonly kind: 'truncated'; readonly completion: Completion }
  /** Nothing, until the client gives up. */
  | { readonly kind: 'hang' }
  /** Headers at once, the body in `pieces` over `durationMs`. */
  | {
      readonly kind: 'drip'
      readonly completion: Completion
      readonly pieces: number
      readonly durationMs: number
    }
  /** Headers and blank lines while the model works, as DeepSeek does under load. https://api-docs.deepseek.com/quick_start/rate_limit */
  | {
      readonly kind: 'blank-lines'
      readonly completion: Completion
      readonly lines: number
      readonly everyMs: number
    }
  /** 307, which keeps method and body; without `location` to another path of this server that then answers. */
  | { readonly kind: 'redirect'; readonly completion: Completion; readonly location?: string }

export const faults = {
  reply: (reply: HttpReply): Fault => ({ kind: 'reply', reply }),
  /** A date or seconds; without it the server does not say when to come back. */
  rateLimited: (retryAfter?: number | string): Fault =>
    faults.reply(tooManyRequests(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })),
  /** Never goes away by waiting. https://platform.openai.com/docs/guides/error-codes */
  insufficientQuota(): Fault {
    const message = 'You exceeded your current quota, please check your plan and billing details.'
    return faults.reply(openAiError(429, message, { type: 'insufficient_quota', code: 'insufficient_quota' }))
  },
  serverError: (status = 500): Fault =>
    faults.reply(
      openAiError(status, 'The server had an error while processing your request. Sorry about that!', {
        type: 'server_error',
      }),
    ),
  /** OpenRouter, once it has promised 200. https://openrouter.ai/docs/api/reference/errors-and-debugging */
  okWithError: (code = 502): Fault =>
    faults.reply({
      status: 200,
      body: { error: { code, message: 'Provider returned error' }, user_id: 'u1' },
    }),
  okWithChoiceError(code = 502): Fault {
    const choice = {
      index: 0,
      message: { role: 'assistant', content: '' },
      finish_reason: 'error',
      error: { code, message: 'Provider disconnected unexpectedly' },
    }
    const body = { id: 'gen-1', object: 'chat.completion', created: 0, model: 'simulated', choices: [choice] }
    return faults.reply({ status: 200, body })
  },
  okWithoutChoices: (): Fault =>
    faults.reply({ status: 200, body: { object: 'chat.completion', choices: [] } }),
  reset: (): Fault => ({ kind: 'reset' }),
  truncated: (content: object): Fault => ({ kind: 'truncated', completion: { content } }),
  hang: (): Fault => ({ kind: 'hang' }),
  drip: (content: object, durationMs: number, pieces = 10): Fault => ({
    kind: 'drip',
    completion: { content },
    pieces,
    durationMs,
  }),
  blankLines: (content: object, lines = 3, everyMs = 20): Fault => ({
    kind: 'blank-lines',
    completion: { content },
    lines,
    everyMs,
  }),
  redirect: (content: object, location?: string): Fault => ({
    kind: 'redirect',
    completion: { content },
    ...(location === undefined ? {} : { location }),
  }),
} as const
