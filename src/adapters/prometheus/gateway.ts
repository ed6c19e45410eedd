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

/** Nobody knows whether a write took effect, or still will. */
export class InDoubtError extends TemporaryError {}

const mostTries = 3
const firstWaitMs = 200
/** Of one try: the next one must still find time. */
const answerTimeoutMs = 2_000
const lastWordMs = 500

/** The requests of one push to a Pushgateway. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #observe: Observer
  readonly #signal: AbortSignal
  readonly patience: Patience

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
      const outcome = await this.#attempt(method, path, body)
      if (outcome.kind === 'answered') return outcome.answer
      const waitMs = firstWaitMs * 2 ** (attempt - 1)
      const again = repeatable === 'always' || outcome.kind === 'unprocessed'
      if (!again || attempt === mostTries || waitMs >= this.patience.restMs()) throw outcome.error
      this.#observe({ kind: 'retry', target: 'pushgateway', reason: outcome.reason, waitMs })
      await this.pause(waitMs)
    }
  }

  /** For what must be tidied up in any case: half a second of its own, whoever told us to stop. */
  lastWord(): Gateway {
    const own = new Patience(lastWordMs, 0)
    return new Gateway(this.#options, own, this.#observe, new AbortController().signal)
  }

  /** Time between two requests. */
  async pause(ms: number): Promise<void> {
    const startedAt = performance.now()
    if (ms >= this.patience.restMs()) throw new TemporaryError('it did not answer in time')
    try {
      await sleep(ms, undefined, { signal: this.#signal })
    } finally {
      this.#observe({ kind: 'wait', target: 'pushgateway', durationMs: performance.now() - startedAt })
    }
  }

  async #attempt(method: Method, path: string, body: string | null): Promise<Attempt> {
    const startedAt = performance.now()
    const observed = (status: RequestStatus) =>
      this.#observe({
        ...{ kind: 'pushgateway-request', method, path, status },
        durationMs: performance.now() - startedAt,
      })
    const mayTakeMs = Math.max(1, Math.min(answerTimeoutMs, this.patience.restMs()))
    const timeout = AbortSignal.timeout(Math.floor(mayTakeMs))
    let response: Response
    let text: string
    try {
      response = await fetch(`${this.#options.url}${path}`, {
        ...{ method, body, headers: this.#headers(), redirect: 'manual' },
        signal: AbortSignal.any([timeout, this.#signal]),
      })
      text = await response.text()
    } catch (error) {
      this.#signal.throwIfAborted()
      observed(timeout.aborted ? 'timeout' : 'network_error')
      if (timeout.aborted)
        return { kind: 'unknown', reason: 'timeout', error: new InDoubtError('it did not answer in time') }
      const said = `it could not be reached (${causeOf(error)}); check \`pushgateway-url\``
      return neverSent(error)
        ? { kind: 'unprocessed', reason: 'network', error: new TemporaryError(said) }
        : { kind: 'unknown', reason: 'network', error: new InDoubtError(said) }
    }
    observed(response.status)
    return judge(response, text, this.quote(text))
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
  /** `unknown`: nobody knows whether it took effect; the error is an `InDoubtError`. */
  | { readonly kind: 'unprocessed' | 'unknown'; readonly reason: RetryReason; readonly error: Error }

function judge(response: Response, text: string, quoted: string): Attempt {
  const { status } = response
  const said = `${status}${quoted === '' ? '' : `: ${quoted}`}`
  if (status === 200 || status === 202 || status === 400)
    return { kind: 'answered', answer: { status, text } }
  if (status === 429 || status === 503)
    return {
      kind: 'unprocessed',
      reason: 'rate_limit',
      error: new TemporaryError(`it has no room (${said})`),
    }
  if (status >= 500)
    return { kind: 'unknown', reason: 'server_error', error: new InDoubtError(`it failed (${said})`) }
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

/** The connection was never made. https://nodejs.org/api/errors.html#common-system-errors */
function neverSent(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
  return codes.some((code) => causeOf(error).includes(code))
}
