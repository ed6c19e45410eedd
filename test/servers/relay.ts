import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, type Reply } from './ask.ts'

export type RelayedRequest = {
  /** Position among the requests, from 0. */
  readonly index: number
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What the server behind said; null when it was not asked. */
  relayed: number | null
  /** What the client was told; null when it was told nothing. */
  answered: number | null
}

/** What becomes of one request on its way. `forward`: the server behind gets it, whatever the client is told. */
export type Behaviour =
  | { readonly kind: 'pass'; readonly afterMs?: number; readonly rewrite?: (body: string) => string }
  | { readonly kind: 'hang'; readonly forward?: boolean }
  | { readonly kind: 'reset'; readonly forward?: boolean }
  /** Headers and half of the body, then the connection dies. */
  | { readonly kind: 'truncate' }
  /** Headers at once, then nothing more. */
  | { readonly kind: 'stall' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly forward?: boolean
    }

export type Behave = (request: RelayedRequest) => Behaviour | Promise<Behaviour>

export type Relay = AsyncDisposable & {
  readonly url: string
  /** In the order of their arrival. */
  readonly requests: readonly RelayedRequest[]
  /** From now on. */
  behave: Behave
}

export const pass: Behaviour = { kind: 'pass' }

/** Stands between a client and the server at `target` and lets pass what is not told otherwise. */
export async function startRelay(target: string, behave: Behave = () => pass): Promise<Relay> {
  const requests: RelayedRequest[] = []
  const failures: unknown[] = []
  const stopping = new AbortController()
  const relay = { behave }

  async function handle(incoming: IncomingMessage, response: ServerResponse) {
    const { method = '', url: path = '', headers } = incoming
    const at = Date.now()
    const body = await readAll(incoming)
    const request: RelayedRequest = {
      ...{ index: requests.length, at, method, path, headers, body: body.toString('utf8') },
      ...{ relayed: null, answered: null },
    }
    requests.push(request)
    const behaviour = await relay.behave(request)
    const forward = async () => {
      const { host: _, connection: __, ...rest } = headers
      const reply = await ask(`${target}${path}`, { method, body, headers: rest, signal: stopping.signal })
      request.relayed = reply.status
      return reply
    }
    response.once('finish', () => {
      request.answered = response.statusCode
    })
    await send(response, behaviour, forward, stopping.signal)
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!(error instanceof Error && (error.name === 'AbortError' || isRefusal(error)))) failures.push(error)
      response.destroy()
    })
  })
  // Or it may close a connection just when a slow client sends on it.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The relay has no port')
  return Object.assign(relay, {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (failures.length > 0) throw new AggregateError(failures, `The relay failed: ${failures[0]}`)
    },
  })
}

async function send(
  response: ServerResponse,
  behaviour: Behaviour,
  forward: () => Promise<Reply>,
  signal: AbortSignal,
): Promise<void> {
  switch (behaviour.kind) {
    case 'pass': {
      await sleep(behaviour.afterMs ?? 0, undefined, { signal })
      const { status, headers, body } = await forward()
      const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...rest } = headers
      response.writeHead(status, rest)
      response.end(behaviour.rewrite?.(body.toString('utf8')) ?? body)
      return
    }
    case 'answer':
      if (behaviour.forward) await forward()
      response.writeHead(behaviour.status, behaviour.headers)
      response.end(behaviour.body ?? '')
      return
    case 'hang':
      if (behaviour.forward) await forward()
      return
    case 'reset':
      if (behaviour.forward) await forward()
      response.socket?.resetAndDestroy()
      return
    case 'stall':
    case 'truncate': {
      const { status, body } = await forward()
      response.writeHead(status, { 'content-length': body.length + 2 })
      response.flushHeaders()
      if (behaviour.kind === 'truncate')
        response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy())
    }
  }
}

/** The server behind is not there: the client's connection dies, too. */
function isRefusal(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNREFUSED'
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
