import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import type { Completion, CompletionRequest, LanguageModel, TokenUsage } from '../../ports/language-model.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Observer, RequestStatus, RetryReason } from '../../ports/observer.ts'
import {
  allCapabilities,
  type Capabilities,
  lessDemanding,
  requestBody,
  withoutTokenLimit,
} from './capabilities.ts'
import { classify, classifyThrown, type ServerError, statusOf } from './failure.ts'
import { patientFetch } from './patient-fetch.ts'
import { RequestGate } from './request-gate.ts'
import { type AttemptAnswer, addUsage, readResponse } from './response.ts'
import { backoffMs, mostAttempts, mostLimits } from './retries.ts'

export type OpenAiOptions = {
  readonly baseUrl: string
  /** Empty for servers that need none. */
  readonly apiKey: string
  /** When everything must be over, in milliseconds since the epoch: no wait that ends later is begun. */
  readonly deadline: number
}

/** One try to ask; `again` tells that it repeats another. */
type Turn = { readonly attempt: number; readonly again: (() => void) | null }

/** `number` as observed; 0 where nothing was sent. */
type NumberedAnswer = { readonly number: number; readonly outcome: AttemptAnswer }

/** Asks any OpenAI-compatible Chat Completions server. What it learns about the server is kept per model. */
export class OpenAiLanguageModel implements LanguageModel {
  requestCount = 0
  readonly #client: OpenAI
  readonly #options: OpenAiOptions
  readonly #logger: Logger
  readonly #observe: Observer
  readonly #capabilities = new Map<string, Capabilities>()
  readonly #gate = new RequestGate()
  /** The rate limit is the server's: while it asks one request to wait, all wait. */
  #pausedUntil = 0
  /** Refusals for the rate since the last answer, of whichever request. */
  #limitsInARow = 0
  /** The slowest answer so far. */
  #slowestMs = 0

  constructor(options: OpenAiOptions, logger: Logger, observe: Observer) {
    this.#options = options
    this.#logger = logger
    this.#observe = observe
    // Everything is passed: the SDK would fill gaps from OPENAI_* variables, and an empty base URL with the public server.
    this.#client = new OpenAI({
      baseURL: options.baseUrl,
      apiKey: options.apiKey === '' ? 'none' : options.apiKey,
      organization: null,
      project: null,
      webhookSecret: null,
      defaultHeaders: options.apiKey === '' ? { Authorization: null } : {},
      maxRetries: 0,
      logLevel: 'off',
      fetch: patientFetch(),
    })
  }

  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Completion> {
    const known = this.#capabilitiesOf(request.model)
    let usage: TokenUsage | null = null
    let trouble: string | null = null
    let again = request.repairs === null ? null : this.#after(request.repairs, 'unusable_answer')
    for (let attempt = 1; ; ) {
      const capabilities = this.#capabilitiesOf(request.model)
      const { number, outcome } = await this.#takeTurn(request, capabilities, { attempt, again }, signal)
      usage = addUsage(usage, outcome.usage)
      if (outcome.kind === 'answered') {
        this.#limitsInARow = 0
        return { ...outcome, usage }
      }
      if (signal.aborted) return failed(timeIsOver(trouble), 'stopped', usage)
      const { failure } = outcome
      trouble = failure.reason
      switch (failure.kind) {
        case 'final': {
          const simpler =
            failure.scope === 'too-large' ? withoutTokenLimit(capabilities, failure.reason) : null
          if (simpler === null) return failed(failure.reason, failure.scope, usage)
          this.#learn(request.model, capabilities, simpler, failure.reason)
          again = this.#after(number, 'refused_form')
          break
        }
        case 'refused-form': {
          const simpler = lessDemanding(capabilities, failure.text)
          if (simpler === null) {
            // The form was not the reason: the next request deserves the best one again.
            this.#capabilities.set(request.model, known)
            return failed(failure.reason, 'request', usage)
          }
          this.#learn(request.model, capabilities, simpler, failure.reason)
          again = this.#after(number, 'refused_form')
          break
        }
        case 'retry': {
          const isLimit = failure.why === 'rate_limit'
          const [times, most] = isLimit ? [++this.#limitsInARow, mostLimits] : [attempt, mostAttempts]
          if (times === most) return failed(`${failure.reason}, ${times} times in a row`, 'request', usage)
          const waitMs = failure.waitMs ?? backoffMs(times)
          if (isLimit) this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + waitMs)
          if (this.#isTooLate(waitMs)) return failed(tooLate(failure.reason, waitMs), 'late', usage)
          this.#logger.info(`${failure.reason}; next try in ${(waitMs / 1000).toFixed(1)} s`)
          again = this.#after(number, failure.why)
          await this.#pause(waitMs, signal)
          if (!isLimit) attempt++
        }
      }
    }
  }

  #capabilitiesOf(model: string): Capabilities {
    return this.#capabilities.get(model) ?? allCapabilities
  }

  #learn(model: string, tried: Capabilities, simpler: Capabilities, reason: string): void {
    this.#logger.debug(`${reason}; trying ${simpler.answerFormat}, ${simpler.tokenLimit}`)
    // A request beside this one may have learned more meanwhile.
    if (this.#capabilitiesOf(model) === tried) this.#capabilities.set(model, simpler)
  }

  /** One attempt, once the server's rate limit has room for it. */
  async #takeTurn(
    request: CompletionRequest,
    capabilities: Capabilities,
    turn: Turn,
    signal: AbortSignal,
  ): Promise<NumberedAnswer> {
    let answer: Parameters<RequestGate['leave']>[0] = 'other'
    const { isFull } = this.#gate
    await (isFull ? this.#waiting(this.#gate.enter(signal)) : this.#gate.enter(signal))
    try {
      for (let waitMs = this.#pauseMs(); waitMs > 0 && !signal.aborted; waitMs = this.#pauseMs()) {
        const limited = 'the model server limits the rate'
        if (this.#isTooLate(waitMs)) return unsent(tooLate(limited, waitMs), 'late')
        await this.#pause(waitMs, signal)
      }
      if (signal.aborted) return unsent(timeIsOver(null), 'stopped')
      const number = ++this.requestCount
      const outcome = await this.#attempt(request, capabilities, number, turn, signal)
      if (outcome.kind === 'answered') answer = 'accepted'
      else if (outcome.failure.kind === 'retry' && outcome.failure.why === 'rate_limit') answer = 'too-many'
      return { number, outcome }
    } finally {
      this.#gate.leave(answer)
    }
  }

  async #attempt(
    request: CompletionRequest,
    capabilities: Capabilities,
    number: number,
    { attempt, again }: Turn,
    signal: AbortSignal,
  ): Promise<AttemptAnswer> {
    again?.()
    const startedAt = performance.now()
    const observed = (status: RequestStatus, usage: TokenUsage | null) =>
      this.#observe({
        ...{ kind: 'model-request', number, model: request.model, status, usage },
        durationMs: performance.now() - startedAt,
      })
    const classifyHere = (error: ServerError) =>
      classify({ ...error, message: this.#withoutKey(error.message) }, request.model)
    // The first try of a server that hangs leaves a fifth of the time for a second one, if that could be enough.
    const leftMs = this.#options.deadline - Date.now()
    const share = attempt === 1 && leftMs / 5 >= this.#slowestMs ? 4 / 5 : 1
    const timeout = Math.max(1, Math.floor(leftMs * share))
    try {
      const body: unknown = await this.#client.chat.completions.create(requestBody(request, capabilities), {
        signal,
        timeout,
      })
      const answer = readResponse(body, number, classifyHere)
      observed(answer.kind === 'answered' ? 200 : 'unusable', answer.usage)
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt)
      return answer
    } catch (error) {
      observed(signal.aborted ? 'cancelled' : statusOf(error), null)
      return { kind: 'unanswered', failure: classifyThrown(error, classifyHere, Date.now()), usage: null }
    }
  }

  /** Tells that what request `number` asked is asked again, once it is. */
  #after(number: number, reason: RetryReason): () => void {
    const failedAt = performance.now()
    const what = `model request ${number}`
    return () =>
      this.#observe({ kind: 'retry', target: 'llm', what, reason, waitMs: performance.now() - failedAt })
  }

  /** Ends early when the signal is aborted: whoever waits looks at it next. */
  async #pause(waitMs: number, signal: AbortSignal): Promise<void> {
    const over = sleep(waitMs, undefined, { signal }).catch(() => {})
    await this.#waiting(over)
  }

  async #waiting(wait: Promise<void>): Promise<void> {
    const startedAt = performance.now()
    await wait
    this.#observe({ kind: 'wait', target: 'llm', durationMs: performance.now() - startedAt })
  }

  /** Some servers repeat the key in what they refuse. */
  #withoutKey(text: string): string {
    const { apiKey } = this.#options
    return apiKey === '' ? text : text.replaceAll(apiKey, '***')
  }

  #pauseMs(): number {
    return this.#pausedUntil - Date.now()
  }

  #isTooLate(waitMs: number): boolean {
    if (Date.now() + waitMs < this.#options.deadline) return false
    this.#observe({ kind: 'told-to-wait', target: 'llm', waitMs })
    return true
  }
}

type FailedCompletion = Extract<Completion, { kind: 'failed' }>

function failed(
  reason: string,
  scope: FailedCompletion['scope'],
  usage: TokenUsage | null,
): FailedCompletion {
  return { kind: 'failed', reason, scope, usage }
}

function unsent(reason: string, scope: FailedCompletion['scope']): NumberedAnswer {
  const outcome = { kind: 'unanswered', failure: { kind: 'final', reason, scope }, usage: null } as const
  return { number: 0, outcome }
}

function tooLate(reason: string, waitMs: number): string {
  return `${reason}; the next try would be in ${Math.ceil(waitMs / 1000)} s, after the time set by \`timeout\``
}

function timeIsOver(trouble: string | null): string {
  const over = 'the time set by `timeout` was over'
  return trouble === null ? over : `${trouble}; then ${over}`
}
