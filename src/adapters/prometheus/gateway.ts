import { setTimeout as sleep } from 'node:timers/promises'
import { causeOf, FixableError, oneLine, TemporaryError } from '../../errors.ts'
import type { Observer, RequestStatus, RetryReason } from '../../ports/observer.ts'
import { Patience } from './patience.ts'

export type GatewayOptions = {
  /** Without a slash at the end. */
  readonly url: string
  readonly username: string
  readonly password: string
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

export type GatewayAnswer = { readonly status: 200 | 202 | 400; readonly text: string }

/** When the same is sent again by itself: `always` where twice is as good as once, else only if it was not processed. */
export type Repeatable = 'always' | 'unprocessed'

/** There was no answer that says whether the request took effect. */
export class UnansweredError extends TemporaryError {
  readonly reason: RetryReason
  /** It was on its way when we stopped waiting. */
  readonly mayStillLand: boolean

  constructor(reason: RetryReason, message: string, mayStillLand: boolean) {
    super(message)
    this.reason = reason
    this.mayStillLand = mayStillLand
  }
}

/** What was counted was written, or will be, or will not: nobody knows. */
export class InDoubtError extends TemporaryError {}

const mostTries = 3
const firstWaitMs = 200
/** Of one try to write, so that there is time to look whether it took effect. */
const writeTimeoutMs = 3_000
const lastWordMs = 800

const noAnswer = 'it did not answer in time'

/** The requests of one push to a Pushgateway. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #observe: Observer
  readonly #signal: AbortSignal
  readonly patience: Patience

  /** After an abort of `signal` nothing new is sent; what is on its way is waited for, or it could land after what follows. */
  constructor(options: GatewayOptions, patience: Patience, observe: Observer, signal: AbortSignal) {
    this.#options = options
    this.#observe = observe
    this.#signal = signal
    this.patience = patience
  }

  /** Anything but these answers throws: a `FixableError` where the settings are to blame, a `TemporaryError` otherwise. */
  async send(
    method: Method,
    path: string,
    body: string | null,
    repeatable: Repeatable,
  ): Promise<GatewayAnswer> {
    for (let attempt = 1; ; attempt++) {
      this.#signal.throwIfAborted()
      const outcome = await this.#attempt(method, path, body)
      if (outcome.kind === 'answered') return outcome.answer
      const waitMs = firstWaitMs * 2 ** (attempt - 1)
      const again = repeatable === 'always' || outcome.kind === 'unprocessed'
      if (!again || attempt === mostTries || waitMs >= this.patience.restMs()) throw outcome.error
      await this.pauseBeforeRetry(waitMs, `${method} ${path}`, outcome.reason)
    }
  }

  /** For what must be tidied up in any case: a moment of its own, whoever told us to stop. */
  lastWord(): Gateway {
    const own = new Patience(lastWordMs, 0)
    return new Gateway(this.#options, own, this.#observe, new AbortController().signal)
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal })
  }

  async pauseBeforeRetry(ms: number, what: string, reason: RetryReason): Promise<void> {
    this.patience.silent(ms)
    await this.pause(ms)
    this.waited(ms)
    this.#observe({ kind: 'retry', target: 'pushgateway', what, reason, waitMs: ms })
  }

  waited(durationMs: number): void {
    this.#observe({ kind: 'wait', target: 'pushgateway', durationMs })
  }

  async #attempt(method: Method, path: string, body: string | null): Promise<Attempt> {
    const startedAt = performance.now()
    const observed = (status: RequestStatus) =>
      this.#observe({
        ...{ kind: 'pushgateway-request', method, path, status },
        durationMs: performance.now() - startedAt,
      })
    const restMs = this.patience.restMs()
    const mayTakeMs = method === 'GET' ? restMs : Math.min(writeTimeoutMs, restMs)
    if (mayTakeMs < 1) throw new TemporaryError(noAnswer)
    const timeout = AbortSignal.timeout(Math.floor(mayTakeMs))
    let response: Response
    let text: string
    try {
      response = await fetch(`${this.#options.url}${path}`, {
        ...{ method, body, headers: this.#headers(), redirect: 'manual' },
        signal: method === 'GET' ? AbortSignal.any([timeout, this.#signal]) : timeout,
      })
      text = await response.text()
    } catch (error) {
      if (method === 'GET') this.#signal.throwIfAborted()
      this.patience.silent(performance.now() - startedAt)
      observed(timeout.aborted ? 'timeout' : 'network_error')
      if (timeout.aborted) return unanswered('timeout', noAnswer, true)
      const said = `it could not be reached (${explain(error)})`
      return neverSent(error) ? unprocessed('network', said) : unanswered('network', said, false)
    }
    observed(response.status)
    const { status } = response
    if (status === 200 || status === 202 || status === 400)
      return { kind: 'answered', answer: { status, text } }
    return judge(response, this.quote(text))
  }

  /** One line of what the gateway said. Some servers repeat what they were sent. */
  quote(text: string): string {
    const { password } = this.#options
    const secrets = [this.#credentials(), password].filter((secret) => secret !== '')
    return oneLine(secrets.reduce((quoted, secret) => quoted.replaceAll(secret, '***'), text))
  }

  #headers(): Record<string, string> {
    const type = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }
    const credentials = this.#credentials()
    return credentials === '' ? type : { ...type, authorization: `Basic ${credentials}` }
  }

  /** '' where the gateway asks for none. */
  #credentials(): string {
    const { username, password } = this.#options
    return username === '' && password === '' ? '' : Buffer.from(`${username}:${password}`).toString('base64')
  }
}

type Attempt =
  | { readonly kind: 'answered'; readonly answer: GatewayAnswer }
  | { readonly kind: 'unprocessed' | 'unanswered'; readonly reason: RetryReason; readonly error: Error }

function unanswered(reason: RetryReason, said: string, mayStillLand: boolean): Attempt {
  return { kind: 'unanswered', reason, error: new UnansweredError(reason, said, mayStillLand) }
}

function unprocessed(reason: RetryReason, said: string): Attempt {
  return { kind: 'unprocessed', reason, error: new TemporaryError(said) }
}

function judge(response: Response, quoted: string): Attempt {
  const { status } = response
  const said = `${status}${quoted === '' ? '' : `: ${quoted}`}`
  if (status === 429) return unprocessed('rate_limit', `it limits the rate (${said})`)
  if (status === 503) return unprocessed('server_error', `it is not available (${said})`)
  // A proxy says 504 when it has stopped waiting for what it passed on.
  if (status >= 500) return unanswered('server_error', `it failed (${said})`, status === 504)
  if (status === 401 || status === 403)
    throw new FixableError(
      `it refused us (${said}); check \`pushgateway-username\` and \`pushgateway-password\``,
    )
  if (status >= 300 && status < 400)
    throw new FixableError(
      `it redirects${target(response)} (${status}); set \`pushgateway-url\` to where the gateway is`,
    )
  throw new FixableError(`it is no Pushgateway (${said}); check \`pushgateway-url\``)
}

function target(response: Response): string {
  const location = response.headers.get('location') ?? ''
  return URL.canParse(location, response.url) ? ` to ${new URL(location, response.url).origin}` : ''
}

function explain(error: unknown): string {
  const cause = oneLine(causeOf(error))
  return /certificate/i.test(cause)
    ? `${cause}; give the certificate of its authority in NODE_EXTRA_CA_CERTS`
    : `${cause}; check \`pushgateway-url\``
}

/** The connection was never made. https://nodejs.org/api/errors.html#common-system-errors */
function neverSent(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']
  return codes.some((code) => causeOf(error).includes(code))
}
