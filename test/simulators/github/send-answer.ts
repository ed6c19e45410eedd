import { createHash, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { IncomingRequest } from './incoming-request.ts'
import type { Answer } from './rest/route.ts'
import type { World } from './state.ts'

/** Headers every answer of GitHub has. Source: GitHub REST, "Rate limits" and "Best practices". */
export function sendAnswer(
  world: World,
  request: IncomingRequest,
  answer: Answer,
  response: ServerResponse,
  truncated: boolean,
): void {
  const content = Buffer.from(
    answer.text?.content ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)),
  )
  const etag = `W/"${createHash('sha256').update(content).digest('hex')}"`
  const unchanged = request.method === 'GET' && request.headers['if-none-match'] === etag
  const headers = {
    date: world.now().toUTCString(),
    'content-type': answer.text?.type ?? 'application/json; charset=utf-8',
    'x-github-request-id':
      `${randomBytes(2).toString('hex')}:1A2B3:${randomBytes(4).toString('hex')}`.toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': request.headers['x-github-api-version'] ?? '2022-11-28',
    'access-control-expose-headers':
      'ETag, Link, Location, Retry-After, X-GitHub-Request-Id, X-RateLimit-Limit',
    ...rateLimitHeaders(world, request),
    ...(request.method === 'GET' && answer.status === 200 ? { etag } : {}),
    ...answer.headers,
    'content-length': String(unchanged ? 0 : content.length),
  }
  if (answer.status === 204) {
    response.writeHead(204, { ...headers, 'content-length': '0' }).end()
  } else if (truncated) {
    response.writeHead(answer.status, headers)
    response.write(content.subarray(0, content.length / 2), () => response.destroy())
  } else if (unchanged) response.writeHead(304, headers).end()
  else response.writeHead(answer.status, headers).end(content)
}

function rateLimitHeaders(world: World, request: IncomingRequest): Record<string, string> {
  const secret = /^(?:token|bearer) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const { rateLimit, used } = world.tokens.get(secret) ?? { rateLimit: 60, used: 0 }
  return {
    'x-ratelimit-limit': String(rateLimit),
    'x-ratelimit-remaining': String(Math.max(0, rateLimit - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.floor(world.now().getTime() / 1000) + 3600),
    'x-ratelimit-resource': request.path === '/graphql' ? 'graphql' : 'core',
  }
}
