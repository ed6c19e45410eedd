import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Completion } from './answer.ts'
import { completionBody } from './completion-body.ts'
import { openAiError } from './http-errors.ts'
import type { Profile } from './profiles.ts'
import { type RateLimit, rateLimiter } from './rate-limit.ts'
import { type ModelRequest, recordRequest } from './recorded-request.ts'
import { refuseBody, refuseKey } from './request-rules.ts'
import { sendFault, sendReply } from './send.ts'

export type ModelServerOptions = {
  /** What the model says to a request that passed all checks. */
  readonly answer: (request: ModelRequest) => Answer | Promise<Answer>
  readonly latencyMs?: number
  readonly models?: readonly string[]
  /** Without one, any key or none will do. */
  readonly apiKey?: string
  /** Which servers' refusals to imitate, asked in this order before OpenAI's own rules. */
  readonly profiles?: readonly Profile[]
  /** Without one, it takes whatever comes. */
  readonly rateLimit?: RateLimit
}

export type ModelServer = {
  /** To be used as `base-url`. */
  readonly url: string
  /** Chat Completions requests, in the order of their arrival. */
  readonly requests: readonly ModelRequest[]
  /** Everything else that was asked, as `METHOD /path`. */
  readonly strays: readonly string[]
  /** Most requests that were in flight together. */
  readonly peakInFlight: number
  /** How many its `rateLimit` refused. */
  readonly rateLimited: number
  /** Rejects if the test's own `answer` ever threw. */
  close(): Promise<void>
}

export const defaultModel = 'gpt-5.4-mini'

/** A strict OpenAI-compatible server on loopback whose model says what the test scripts. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { models = [defaultModel], profiles = [] } = options
  const requests: ModelRequest[] = []
  const strays: string[] = []
  const moved: Completion[] = []
  const failures: unknown[] = []
  const stopping = new AbortController()
  const limiter = rateLimiter(options.rateLimit ?? {})
  let inFlight = 0
  let peakInFlight = 0

  async function handle(incoming: IncomingMessage, response: ServerResponse) {
    const route = `${incoming.method} ${incoming.url}`
    const refusedKey =
      options.apiKey === undefined ? null : refuseKey(incoming.headers.authorization, options.apiKey)
    const movedTo = /^POST \/v1\/moved\/(\d+)$/.exec(route)
    if (route !== 'POST /v1/chat/completions' && movedTo === null) {
      strays.push(route)
      sendReply(
        response,
        refusedKey ?? (route === 'GET /v1/models' ? listModels(models) : unknownRoute(route)),
      )
      return
    }
    peakInFlight = Math.max(peakInFlight, ++inFlight)
    response.once('close', () => inFlight--)
    const request = await recordRequest(incoming, requests)
    const refused = refusedKey ?? limiter.admit(response) ?? refuseBody(request.body, models, profiles)
    const promised = movedTo === null ? undefined : moved[Number(movedTo[1])]
    if (refused === null) await answerChat(request, response, promised)
    else sendAndNote(request, response, () => sendReply(response, refused))
  }

  async function answerChat(
    request: ModelRequest,
    response: ServerResponse,
    promised: Completion | undefined,
  ) {
    const left = new AbortController()
    const signal = AbortSignal.any([left.signal, stopping.signal])
    let spoiltByUs = false
    response.once('close', () => {
      left.abort()
      request.aborted = !response.writableFinished && !spoiltByUs && !stopping.signal.aborted
    })
    const answer = promised ?? (await options.answer(request))
    await sleep(answer.latencyMs ?? options.latencyMs ?? 0, undefined, { signal })
    const envelope = (completion: Completion) => completionBody(request.body, completion, request.index)
    if (!('fault' in answer)) {
      sendAndNote(request, response, () => sendReply(response, { status: 200, body: envelope(answer) }))
      return
    }
    spoiltByUs = answer.fault.kind === 'reset' || answer.fault.kind === 'truncated'
    const redirectTo = (completion: Completion) => `/v1/moved/${moved.push(completion) - 1}`
    await sendAndNote(request, response, () =>
      sendFault({ response, signal, envelope, redirectTo }, answer.fault),
    )
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) failures.push(error)
      response.destroy()
    })
  })
  // Or it may close a connection just when a slow client sends on it.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The model server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    strays,
    get peakInFlight() {
      return peakInFlight
    },
    get rateLimited() {
      return limiter.refused
    },
    async close() {
      stopping.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (failures.length > 0) throw new AggregateError(failures, `The model server failed: ${failures[0]}`)
    },
  }
}

function sendAndNote<Sent>(request: ModelRequest, response: ServerResponse, send: () => Sent): Sent {
  response.once('finish', () => {
    request.status = response.statusCode
    request.answeredAt = Date.now()
  })
  return send()
}

function listModels(models: readonly string[]) {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'simulator' }))
  return { status: 200, body: { object: 'list', data } }
}

function unknownRoute(route: string) {
  return openAiError(404, `Invalid URL (${route})`)
}
