import type { Behaviour } from './faults.ts'
import { handleRequest } from './handle-request.ts'
import { type IncomingRequest, parseJson } from './incoming-request.ts'
import { isObject, objects } from './json.ts'
import { unicornPage } from './limit-answers.ts'
import { unprocessable } from './rest/errors.ts'
import type { Answer } from './rest/route.ts'
import type { World } from './state.ts'

/** What a fault makes of a request: an answer, with what then happens to the connection. */
type Outcome = 'goes on' | { readonly answer: Answer; readonly afterwards: 'nothing' | 'reset' | 'truncate' }

export async function misbehave(
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
  if (typeof behaviour === 'object' && 'refuseMutation' in behaviour) {
    const { refuseMutation } = behaviour
    return { answer: await handleRequest(world, { ...request, refuseMutation }), afterwards: 'nothing' }
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
