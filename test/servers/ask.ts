import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'

export type Question = {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
  /** A certificate to trust. */
  readonly ca?: string
  readonly signal?: AbortSignal
}

export type Reply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One HTTP request on a connection of its own: no redirects, no retries. */
export function ask(
  url: string,
  { method = 'GET', headers, body, ca, signal }: Question = {},
): Promise<Reply> {
  const send = url.startsWith('https:') ? requestSecure : requestPlain
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: false,
      ...(headers === undefined ? {} : { headers }),
      ...(ca === undefined ? {} : { ca }),
      ...(signal === undefined ? {} : { signal }),
    }
    const outgoing = send(url, options, (incoming) => {
      const pieces: Buffer[] = []
      incoming.on('data', (piece: Buffer) => pieces.push(piece))
      incoming.once('error', reject)
      incoming.once('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(pieces),
        }),
      )
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
