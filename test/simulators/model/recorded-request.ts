import type { IncomingMessage } from 'node:http'
import { type ChatBody, isRecord, promptOf, schemaNameOf } from './chat-request.ts'

/** One Chat Completions request that reached the server, valid or not. */
export type ModelRequest = {
  readonly at: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Empty when it was not a JSON object. */
  readonly body: ChatBody
  /** All messages as one text. */
  readonly prompt: string
  /** `response_format.json_schema.name`: what is asked. */
  readonly schemaName: string | null
  /** Position among the requests, from 0. */
  readonly index: number
  /** The client left before the answer was complete. */
  aborted: boolean
  /** null while nothing has been answered. */
  status: number | null
  answeredAt: number | null
}

export async function recordRequest(
  incoming: IncomingMessage,
  requests: ModelRequest[],
): Promise<ModelRequest> {
  const at = Date.now()
  const body = parseBody(await readAll(incoming))
  const request: ModelRequest = {
    at,
    headers: incoming.headers,
    body,
    prompt: promptOf(body),
    schemaName: schemaNameOf(body),
    index: requests.length,
    aborted: false,
    status: null,
    answeredAt: null,
  }
  requests.push(request)
  return request
}

function parseBody(text: string): ChatBody {
  try {
    const parsed: unknown = JSON.parse(text)
    return isRecord(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString('utf8')
}
