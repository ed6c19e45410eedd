import { causeOf, FixableError, oneLine, withoutTags } from '../../errors.ts'
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import type { Completion } from '../../ports/language-model.ts'
import type { RequestStatus, RetryReason } from '../../ports/observer.ts'

/** What went wrong with one attempt, by what to do next. */
export type Failure =
  | {
      readonly kind: 'retry'
      readonly reason: string
      readonly waitMs: number | null
      readonly why: RetryReason
    }
  | {
      readonly kind: 'final'
      readonly reason: string
      readonly scope: Extract<Completion, { kind: 'failed' }>['scope']
    }
  /** The server takes the request only in a simpler form; `text` is what it said. */
  | { readonly kind: 'refused-form'; readonly reason: string; readonly text: string }

/** The parts of a refusal that servers agree on, wherever they put them. */
export type ServerError = {
  readonly status: number | null
  readonly code: string
  readonly message: string
  readonly retryAfterMs: number | null
}

export function classifyThrown(
  error: unknown,
  classify: (error: ServerError) => Failure,
  now: number,
): Failure {
  if (error instanceof APIConnectionTimeoutError) {
    return { ...retry('timeout', 'the model server did not answer in time'), waitMs: 0 } // it had its pause
  }
  if (error instanceof APIConnectionError) {
    if (error.cause instanceof FixableError) {
      return final(`the model server cannot be used: ${error.cause.message}`, 'server')
    }
    return retry('network', `the model server could not be reached (${causeOf(error)}); check \`base-url\``)
  }
  if (error instanceof APIError) {
    const { code, message } = describe(error.error ?? error.message)
    return classify({
      status: typeof error.status === 'number' ? error.status : null,
      code: code === '' ? String(error.code ?? '') : code,
      message: message === '' ? error.message : message,
      retryAfterMs: error.headers === undefined ? null : retryAfterMs(error.headers, now),
    })
  }
  return retry('network', `the model server's answer could not be read (${causeOf(error)})`)
}

/** What a request that threw counts as. */
export function statusOf(error: unknown): RequestStatus {
  if (error instanceof APIUserAbortError) return 'cancelled'
  if (error instanceof APIConnectionTimeoutError) return 'timeout'
  return error instanceof APIError && typeof error.status === 'number' ? error.status : 'network_error'
}

export function classify(error: ServerError, model: string): Failure {
  const { status, code, message } = error
  const said = `${status ?? 'error'}${message === '' ? '' : `: ${oneLine(message)}`}`
  if (/insufficient_quota|billing/i.test(code) || status === 402) {
    return final(`the model account is out of credit (${said}); top it up or change \`api-key\``, 'server')
  }
  if (isTooLarge(error))
    return final(`the prompt is too large for the model (${said}); lower \`request-tokens\``, 'too-large')
  if (/content_filter|content_policy/i.test(code))
    return final(`the model server's content filter refused (${said})`, 'request')
  switch (true) {
    case status === 401:
      return final(
        `the model server refused the key (${said}); set the input \`api-key\` to a valid one`,
        'server',
      )
    case status === 403:
      return final(
        `the key may not use the model "${model}" (${said}); change \`api-key\` or \`model\``,
        'model',
      )
    case status === 404 || isUnknownModel(error):
      return final(
        `the model server does not know "${model}" (${said}); change \`model\` or \`base-url\``,
        'model',
      )
    case status === 400 || status === 422:
      return {
        kind: 'refused-form',
        reason: `the model server refused the request (${said})`,
        text: `${code} ${message}`,
      }
    case status === 429:
      return {
        kind: 'retry',
        reason: `the model server limits the rate (${said})`,
        waitMs: error.retryAfterMs,
        why: 'rate_limit',
      }
    case status === null || status === 408 || status === 409 || status >= 500:
      return {
        kind: 'retry',
        reason: `the model server failed (${said})`,
        waitMs: error.retryAfterMs,
        why: status === 408 ? 'timeout' : 'server_error',
      }
    default:
      return final(`the model server refused the request (${said})`, 'request')
  }
}

/** "context_length_exceeded" at OpenAI and vLLM, "exceed_context_size_error" at llama.cpp, prose elsewhere. */
function isTooLarge({ status, code, message }: ServerError): boolean {
  if (status === 413) return true
  if (status !== 400 && status !== 422) return false
  return (
    /context_length|context_size/i.test(code) ||
    /context (length|size|window)|maximum context|prompt is too long|must be at least 1, got -/i.test(message)
  )
}

function isUnknownModel({ status, code, message }: ServerError): boolean {
  if (code === 'model_not_found') return true
  return (
    status === 400 &&
    /model/i.test(message) &&
    /not (found|exist)|does not exist|unknown model|invalid model/i.test(message)
  )
}

/**
 * An error body in any of the forms in use: `{error:{message}}`, `{error:"…"}`, `[{error:{…}}]`, `{detail:[…]}`,
 * `{message}`, or text. The SDK unwraps the first form only.
 */
export function describe(body: unknown): { code: string; message: string } {
  if (typeof body === 'string') return describeText(body)
  if (Array.isArray(body)) return describe(body[0])
  if (typeof body !== 'object' || body === null) return { code: '', message: '' }
  const parts: Record<string, unknown> = { ...body }
  if (parts.error !== undefined && parts.error !== null) return describe(parts.error)
  const code = [parts.code, parts.type, parts.param, parts.status].filter(
    (part) => typeof part === 'string' || typeof part === 'number',
  )
  if (typeof parts.message === 'string') return { code: code.join(' '), message: parts.message }
  if (parts.detail !== undefined)
    return {
      code: '',
      message: typeof parts.detail === 'string' ? parts.detail : JSON.stringify(parts.detail),
    }
  return { code: code.join(' '), message: JSON.stringify(parts) }
}

/** Where a body was not in the first form, the SDK leaves it as text behind the status: `400 [{"error":…}]`. */
function describeText(text: string): { code: string; message: string } {
  const bare = text.replace(/^\d{3} /, '')
  if (!/^[[{]/.test(bare)) return { code: '', message: withoutTags(bare) }
  try {
    return describe(JSON.parse(bare))
  } catch {
    return { code: '', message: bare }
  }
}

/** Milliseconds that `retry-after-ms` or `Retry-After` ask for (seconds or a date: RFC 9110 §10.2.3). */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds
  const value = headers.get('retry-after')
  if (value === null || value.trim() === '') return null
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

function retry(why: RetryReason, reason: string): Extract<Failure, { kind: 'retry' }> {
  return { kind: 'retry', reason, waitMs: null, why }
}

function final(reason: string, scope: Extract<Completion, { kind: 'failed' }>['scope']): Failure {
  return { kind: 'final', reason, scope }
}
