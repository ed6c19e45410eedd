import type { IncomingMessage } from 'node:http'
import type { MutationRefusal } from './faults.ts'
import { isObject, type JsonObject } from './json.ts'
import { GitHubError } from './rest/errors.ts'
import type { World } from './state.ts'

/** A request after reading it, before anything is decided. */
export interface IncomingRequest {
  readonly method: string
  readonly url: URL
  /** Without the prefix of GitHub Enterprise Server, and with repository ids replaced by names. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly rawBody: string
  readonly refuseMutation?: MutationRefusal
}

export async function readRequest(world: World, message: IncomingMessage): Promise<IncomingRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  const url = new URL(message.url ?? '/', world.url)
  return {
    method: message.method ?? 'GET',
    url,
    path: canonicalPath(world, url.pathname),
    headers: message.headers,
    rawBody: Buffer.concat(chunks).toString(),
  }
}

/** `/api/v3/…` and `/api/graphql` are how GitHub Enterprise Server spells it; renames redirect to `/repositories/ID`. */
function canonicalPath(world: World, pathname: string): string {
  const path = pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql')
  return path.replace(/^\/repositories\/(\d+)(?=\/|$)/, (whole, id) => {
    const repository = world.repositories.find((known) => known.id === Number(id))
    return repository ? `/repos/${repository.owner.login}/${repository.name}` : whole
  })
}

export function parsedBody(request: IncomingRequest): JsonObject {
  if (request.rawBody === '') return {}
  const body = parseJson(request.rawBody)
  if (body === undefined) throw new GitHubError(400, { message: 'Problems parsing JSON' })
  if (!isObject(body)) throw new GitHubError(400, { message: 'Body should be a JSON object' })
  return body
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
