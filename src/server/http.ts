import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type Answer = {
  readonly status: number
  readonly body: string
  readonly contentType: string
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
  readonly answer: (request: Request) => Promise<Answer>
}

/** Told of every answer; `endpoint` is the name of the route, or `other`. */
export type Answered = (method: string, endpoint: string, status: number, durationMs: number) => void

/** GitHub never sends more. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const mostBytes = 25 * 1024 * 1024

export function json(status: number, body: object): Answer {
  return { status, body: `${JSON.stringify(body)}\n`, contentType: 'application/json; charset=utf-8' }
}

/** A server of these routes, not listening yet. */
export function createHttpServer(routes: readonly Route[], answered: Answered): Server {
  return createServer((request, response) => {
    const startedAt = performance.now()
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const matching = routes.filter((route) => route.paths.includes(path))
    const endpoint = matching[0]?.paths[0] ?? 'other'
    respond(request, matching).then((answer) => {
      send(response, answer)
      answered(request.method ?? '', endpoint, answer.status, performance.now() - startedAt)
    })
  })
}

async function respond(request: IncomingMessage, matching: readonly Route[]): Promise<Answer> {
  try {
    // Who may GET may HEAD; Node leaves the body out.
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = matching.find((one) => one.method === method)
    if (matching.length === 0) return json(404, { reason: 'no such route; see /' })
    if (route === undefined) return json(405, { reason: `only ${matching.map((one) => one.method)} here` })
    const body = await readBody(request)
    if (body === null) return json(413, { reason: `more than ${mostBytes} bytes` })
    return await route.answer({ headers: request.headers, body })
  } catch {
    return json(500, { reason: 'an unexpected error, which is a bug in PatchPilot' })
  }
}

/** Null when it is too large; the rest of it is not read then. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return null
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    bytes += piece.length
    if (bytes > mostBytes) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function send(response: ServerResponse, { status, body, contentType }: Answer): void {
  const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
  // What was not read of a request that is too large must not be taken for the next one.
  if (status === 413) response.shouldKeepAlive = false
  response.writeHead(status, headers).end(body)
}
