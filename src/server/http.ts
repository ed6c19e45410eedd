import { isUtf8 } from 'node:buffer'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { TemporaryError } from '../errors.ts'

export type Answer = {
  readonly status: number
  readonly body: string
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Request = {
  readonly headers: IncomingMessage['headers']
  /** As it came, in UTF-8. */
  readonly body: string
}

export type Route = {
  readonly method: 'GET' | 'POST'
  /** What the path may be; the first is the route's name in the metrics. */
  readonly paths: readonly [string, ...string[]]
  /** Says no before anything of the body is read. */
  readonly refuse?: (headers: IncomingMessage['headers']) => Answer | null
  readonly answer: (request: Request) => Promise<Answer>
}

/** Told of every answer; `endpoint` is the name of the route, or `other`. */
export type Answered = (method: string, endpoint: string, status: number, durationMs: number) => void

/** GitHub never sends more. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const mostBytes = 25 * 1024 * 1024

/** Of all bodies that are being read at once. GitHub's are far smaller than its limit; whoever sends many of those waits. */
const mostBytesAtOnce = 4 * mostBytes

/** GitHub has given up long before. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const requestMs = 30_000

/** For who goes on sending what nobody wants. */
const lingerMs = 5_000

export function json(status: number, body: object): Answer {
  return { status, body: `${JSON.stringify(body)}\n`, contentType: 'application/json; charset=utf-8' }
}

/** A server of these routes, not listening yet. `failed` is told of what nobody foresaw. */
export function createHttpServer(
  routes: readonly Route[],
  answered: Answered,
  failed: (error: unknown) => void,
): Server {
  const bodies = new Bodies()
  return createServer({ requestTimeout: requestMs, headersTimeout: requestMs }, (request, response) => {
    const startedAt = performance.now()
    const path = pathOf(request.url ?? '/')
    const matching = routes.filter((route) => route.paths.includes(path))
    const endpoint = matching[0]?.paths[0] ?? 'other'
    respond(request, matching, bodies, failed)
      .then((answer) => {
        send(request, response, answer)
        answered(request.method ?? '', endpoint, answer.status, performance.now() - startedAt)
      })
      .catch(failed)
  })
}

/** A target may name its server. https://www.rfc-editor.org/rfc/rfc9112#name-absolute-form */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '') || '/'
}

async function respond(
  request: IncomingMessage,
  matching: readonly Route[],
  bodies: Bodies,
  failed: (error: unknown) => void,
): Promise<Answer> {
  try {
    // Who may GET may HEAD; Node leaves the body out.
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = matching.find((one) => one.method === method)
    if (matching.length === 0) return json(404, { reason: 'no such route; see /' })
    if (route === undefined) {
      const allow = matching.map((one) => one.method).join(', ')
      return { ...json(405, { reason: `only ${allow} here` }), headers: { allow } }
    }
    const refusal = route.refuse?.(request.headers) ?? null
    if (refusal !== null) return refusal
    const body = await bodies.read(request)
    if (typeof body !== 'string') return body
    return await route.answer({ headers: request.headers, body })
  } catch (error) {
    if (error instanceof TemporaryError) return json(503, { reason: error.message })
    failed(error)
    return json(500, { reason: 'an unexpected error, which is a bug in PatchPilot' })
  }
}

/** Reads bodies, and bounds the memory that they take together. */
class Bodies {
  #bytes = 0

  /** In UTF-8, or why it was not read to its end. By events: an iterator costs as much as checking the signature. */
  read(request: IncomingMessage): Promise<string | Answer> {
    const { promise, resolve } = Promise.withResolvers<string | Answer>()
    const pieces: Buffer[] = []
    let bytes = 0
    const end = (read: string | Answer) => {
      this.#bytes -= bytes
      bytes = 0
      request.off('data', take).off('end', finish).off('close', breakOff)
      resolve(read)
    }
    const take = (piece: Buffer) => {
      bytes += piece.length
      this.#bytes += piece.length
      if (bytes > mostBytes) end(tooLarge)
      else if (this.#bytes > mostBytesAtOnce) end(json(503, { reason: 'too many large requests at once' }))
      else pieces.push(piece)
    }
    const finish = () => {
      const [only] = pieces
      const body = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
      // Other bytes could read the same, and a signature is over bytes.
      end(isUtf8(body) ? body.toString('utf8') : json(400, { reason: 'the body is not in UTF-8' }))
    }
    const breakOff = () => end(json(400, { reason: 'the body broke off' }))
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) end(tooLarge)
    else request.on('data', take).on('end', finish).on('close', breakOff)
    return promise
  }
}

const tooLarge = json(413, { reason: `more than ${mostBytes} bytes` })

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, contentType, headers }: Answer,
): void {
  const own = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
  if (request.complete || request.destroyed) {
    response.writeHead(status, { ...own, ...headers }).end(body)
    return
  }
  // What was not read of a request must not be taken for the next one; but who is still sending sees the answer only if
  // the connection outlives that.
  response.shouldKeepAlive = false
  response.writeHead(status, { ...own, ...headers }).write(body)
  ignoreRest(request, () => response.end())
}

/** Reads the rest into nothing, within bounds. */
function ignoreRest(request: IncomingMessage, then: () => void): void {
  let bytes = 0
  const enough = setTimeout(() => request.destroy(), lingerMs)
  request.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > 2 * mostBytes) request.destroy()
  })
  request.once('close', () => {
    clearTimeout(enough)
    then()
  })
  request.once('end', then)
  request.resume()
}
