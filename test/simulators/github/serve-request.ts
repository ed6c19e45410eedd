import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Behaviour, Faults } from './faults.ts'
import { handleRequest } from './handle-request.ts'
import { type IncomingRequest, parseJson, readRequest } from './incoming-request.ts'
import { isObject, objects } from './json.ts'
import { unicornPage } from './limit-answers.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { unprocessable } from './rest/errors.ts'
import type { Answer } from './rest/route.ts'
import type { World } from './state.ts'

/** Reads a request, records it, lets the faults have their way, and answers. */
export async function serveRequest(
  world: World,
  faults: Faults,
  requests: RecordedRequest[],
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(world, message)
  const recorded = record(world, request)
  requests.push(recorded)
  const isGraphql = request.path === '/graphql'
  const behaviours = faults.take(request.method, request.path, isGraphql ? queryText(request) : null)
  for (const behaviour of behaviours) {
    if (typeof behaviour === 'object' && 'delay' in behaviour) await sleep(behaviour.delay)
    else if (typeof behaviour === 'object' && 'mutate' in behaviour) await behaviour.mutate()
    else if (behaviour === 'hang') return
    else if (behaviour === 'reset') return void message.socket.resetAndDestroy()
    else {
      const outcome = await misbehave(world, request, behaviour)
      if (outcome === 'goes on') continue
      if (outcome.afterwards === 'reset') return void message.socket.resetAndDestroy()
      recorded.status = outcome.answer.status
      return send(world, request, outcome.answer, response, outcome.afterwards === 'truncate')
    }
  }
  const answer = await handleRequest(world, request)
  recorded.status = answer.status
  send(world, request, answer, response, false)
}

type Outcome = 'goes on' | { readonly answer: Answer; readonly afterwards: 'nothing' | 'reset' | 'truncate' }

async function misbehave(
  world: World,
  request: IncomingRequest,
  behaviour: Exclude<Behaviour, 'hang' | 'reset' | { delay: number } | { mutate: unknown }>,
): Promise<Outcome> {
  if (typeof behaviour === 'object' && 'lineUnresolved' in behaviour) {
    const body = parseJson(request.rawBody)
    const comments = isObject(body) ? objects(body, 'comments') : []
    if (!comments.some(behaviour.lineUnresolved)) return 'goes on'
    return { answer: refused(), afterwards: 'nothing' }
  }
  if (typeof behaviour === 'object' && 'redirect' in behaviour) {
    const location = behaviour.location ?? renamedLocation(world, request)
    const json = {
      message: 'Moved Permanently',
      url: location,
      documentation_url: 'https://docs.github.com/rest',
    }
    return { answer: { status: behaviour.redirect, json, headers: { location } }, afterwards: 'nothing' }
  }
  if (typeof behaviour === 'object') {
    const { status, body = {}, headers = {} } = behaviour
    const answer: Answer =
      typeof body === 'string'
        ? { status, text: { content: body, type: 'text/html; charset=utf-8' }, headers }
        : { status, json: body, headers }
    return { answer, afterwards: 'nothing' }
  }
  if (behaviour === '422-orphan-body') {
    const body = parseJson(request.rawBody)
    const orphan = { ...(isObject(body) ? body : {}), comments: [] }
    await handleRequest(world, { ...request, rawBody: JSON.stringify(orphan) })
    return { answer: refused(), afterwards: 'nothing' }
  }
  const answer = await handleRequest(world, request)
  if (behaviour === 'commit-then-reset') return { answer, afterwards: 'reset' }
  if (behaviour === 'truncate') return { answer, afterwards: 'truncate' }
  const page = { content: unicornPage, type: 'text/html; charset=utf-8' }
  return { answer: { status: 502, text: page }, afterwards: 'nothing' }
}

function refused(): Answer {
  const { status, body } = unprocessable('Line could not be resolved')
  return { status, json: body }
}

/** GitHub redirects requests for a renamed repository to its id. */
function renamedLocation(world: World, request: IncomingRequest): string {
  const [, owner, name] = /^\/repos\/([^/]+)\/([^/]+)/.exec(request.path) ?? []
  const repository = world.repositories.find((known) => known.owner.login === owner && known.name === name)
  const path = request.path.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${repository?.id ?? 0}`)
  return `${world.url}${path}${request.url.search}`
}

function record(world: World, request: IncomingRequest): RecordedRequest {
  const body = parseJson(request.rawBody)
  return {
    method: request.method,
    path: request.url.pathname,
    query: Object.fromEntries(request.url.searchParams),
    headers: request.headers,
    body: isObject(body) ? body : request.rawBody === '' ? null : request.rawBody,
    at: world.now(),
    status: null,
  }
}

function queryText(request: IncomingRequest): string {
  const body = parseJson(request.rawBody)
  return isObject(body) && typeof body.query === 'string' ? body.query : ''
}

/** Headers every answer of GitHub has. Source: GitHub REST, "Rate limits" and "Best practices". */
function send(
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
