import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import type { Completion, CompletionRequest, LanguageModel, TokenUsage } from '../../ports/language-model.ts'
import type { Logger } from '../../ports/logger.ts'
import { allCapabilities, type Capabilities, lessDemanding, requestBody } from './capabilities.ts'
import { classify, classifyThrown, type Failure } from './failure.ts'
import { type AttemptAnswer, addUsage, readResponse } from './response.ts'
import { patientFetch } from './patient-fetch.ts'

export type OpenAiOptions = {
  readonly baseUrl: string
  /** Empty for servers that need none. */
  readonly apiKey: string
  /** When everything must be over, in milliseconds since the epoch: no wait that ends later is begun. */
  readonly deadline: number
}

/** Tries of one request, the first included. */
const mostAttempts = 6
/** Exponential backoff between them: 0.5 s, 1 s, 2 s, … with jitter, unless the server says how long to wait. */
const firstWaitMs = 500
const longestWaitMs = 30_000

/** Asks any OpenAI-compatible Chat Completions server. What it learns about the server is kept per model. */
export class OpenAiLanguageModel implements LanguageModel {
  requestCount = 0
  readonly #client: OpenAI
  readonly #options: OpenAiOptions
  readonly #logger: Logger
  readonly #capabilities = new Map<string, Capabilities>()
  /** The rate limit is the server's: while it asks one request to wait, all wait. */
  #pausedUntil = 0

  constructor(options: OpenAiOptions, logger: Logger) {
    this.#options = options
    this.#logger = logger
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
    let usage: TokenUsage | null = null
    for (let attempt = 1; ; ) {
      const pause = await this.#waitForTurn(signal)
      if (pause !== null) return { ...pause, usage }
      const capabilities = this.#capabilities.get(request.model) ?? allCapabilities
      const outcome = await this.#attempt(request, capabilities, signal)
      usage = addUsage(usage, outcome.usage)
      if (outcome.kind === 'answered') return { ...outcome, usage }
      if (signal.aborted) return stopped(usage)
      const { failure } = outcome
      switch (failure.kind) {
        case 'final':
          return { kind: 'failed', reason: failure.reason, scope: failure.scope, usage }
        case 'refused-form': {
          const simpler = lessDemanding(capabilities, failure.text)
          if (simpler === null) return { kind: 'failed', reason: failure.reason, scope: 'request', usage }
          this.#logger.debug(`${failure.reason}; trying ${simpler.answerFormat}, ${simpler.tokenLimit}`)
          this.#capabilities.set(request.model, simpler)
          break
        }
        case 'retry': {
          if (attempt === mostAttempts) {
            return {
              kind: 'failed',
              reason: `${failure.reason}, ${attempt} times in a row`,
              scope: 'request',
              usage,
            }
          }
          const waited = await this.#waitBeforeRetry(failure, attempt, signal)
          if (waited !== null) return { ...waited, usage }
          attempt++
        }
      }
    }
  }

  async #attempt(
    request: CompletionRequest,
    capabilities: Capabilities,
    signal: AbortSignal,
  ): Promise<AttemptAnswer> {
    const number = ++this.requestCount
    const startedAt = Date.now()
    // A server that hangs may take two thirds of the time that is left: enough for a slow one, and room for a second try.
    const timeout = Math.max(1, Math.floor(((this.#options.deadline - startedAt) * 2) / 3))
    try {
      const body: unknown = await this.#client.chat.completions.create(requestBody(request, capabilities), {
        signal,
        timeout,
      })
      const answer = readResponse(body, number, (error) => classify(error, request.model))
      this.#logger.debug(
        `model request ${number} (${request.model}): ${answer.kind} after ${Date.now() - startedAt} ms`,
      )
      return answer
    } catch (error) {
      const failure = this.#withoutKey(classifyThrown(error, request.model, Date.now()))
      this.#logger.debug(
        `model request ${number} (${request.model}): ${failure.reason} after ${Date.now() - startedAt} ms`,
      )
      return { kind: 'unanswered', failure, usage: null }
    }
  }

  /** Some servers repeat the key in what they refuse. */
  #withoutKey(failure: Failure): Failure {
    const { apiKey } = this.#options
    return apiKey === '' ? failure : { ...failure, reason: failure.reason.replaceAll(apiKey, '***') }
  }

  async #waitForTurn(signal: AbortSignal): Promise<Extract<Completion, { kind: 'failed' }> | null> {
    const waitMs = this.#pausedUntil - Date.now()
    if (signal.aborted) return stopped(null)
    return waitMs > 0 ? this.#wait(waitMs, 'the model server limits the rate', signal) : null
  }

  async #waitBeforeRetry(failure: Extract<Failure, { kind: 'retry' }>, attempt: number, signal: AbortSignal) {
    const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2)
    const waitMs = failure.waitMs ?? backoffMs
    if (failure.limited) this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + waitMs)
    this.#logger.info(`${failure.reason}; next try in ${(waitMs / 1000).toFixed(1)} s`)
    return this.#wait(waitMs, failure.reason, signal)
  }

  async #wait(
    waitMs: number,
    reason: string,
    signal: AbortSignal,
  ): Promise<Extract<Completion, { kind: 'failed' }> | null> {
    if (Date.now() + waitMs >= this.#options.deadline) {
      const seconds = Math.ceil(waitMs / 1000)
      return {
        kind: 'failed',
        reason: `${reason}; the next try would be in ${seconds} s, after the time set by \`timeout\``,
        scope: 'request',
        usage: null,
      }
    }
    try {
      await sleep(waitMs, undefined, { signal })
      return null
    } catch {
      return stopped(null) // the signal woke us
    }
  }
}

function stopped(usage: TokenUsage | null): Extract<Completion, { kind: 'failed' }> {
  return { kind: 'failed', reason: 'the time set by `timeout` was over', scope: 'stopped', usage }
}
