import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from './faults.ts'
import { handleRequest } from './handle-request.ts'
import { type IncomingRequest, parseJson, readRequest } from './incoming-request.ts'
import { isObject } from './json.ts'
import { misbehave } from './misbehave.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { sendAnswer } from './send-answer.ts'
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
      return sendAnswer(world, request, outcome.answer, response, outcome.afterwards === 'truncate')
    }
  }
  const answer = await handleRequest(world, request)
  recorded.status = answer.status
  sendAnswer(world, request, answer, response, false)
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
