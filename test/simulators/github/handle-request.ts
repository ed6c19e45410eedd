import { authenticate, authorize } from './authenticate.ts'
import { executeQuery } from './graphql/execute-query.ts'
import { type IncomingRequest, parsedBody } from './incoming-request.ts'
import { checkRequest, checkResponse, queryProblems } from './openapi/check.ts'
import { withoutRemovedFields } from './rest/api-version.ts'
import { GitHubError, invalidRequest, notFound } from './rest/errors.ts'
import { type Answer, type Call, pullOf, repositoryOf, type Viewer } from './rest/route.ts'
import { matchRoute, type RouteMatch } from './rest/routes.ts'
import type { World } from './state.ts'

/** GitHub's whole answer to one request. Changes the state when the request says so. */
export async function handleRequest(world: World, request: IncomingRequest): Promise<Answer> {
  try {
    if (!request.headers['user-agent']) throw forbiddenWithoutUserAgent()
    const viewer = authenticate(world, request.headers.authorization)
    countRequest(viewer)
    if (request.method === 'POST' && request.path === '/graphql') {
      return await executeQuery(world, viewer, parsedBody(request), request.refuseMutation)
    }
    const match = matchRoute(request.method, request.path)
    if (!match) throw notFound()
    const answer = await handleRoute(world, viewer, request, match)
    return withoutRemovedFields(request.headers['x-github-api-version'], answer)
  } catch (error) {
    return answerTo(world, error)
  }
}

/** The order in which GitHub looks: visible, permitted, well-formed, then the operation's own rules. */
async function handleRoute(
  world: World,
  viewer: Viewer,
  request: IncomingRequest,
  match: RouteMatch,
): Promise<Answer> {
  const { route, parameters } = match
  const call: Call = {
    world,
    viewer,
    parameters,
    query: request.url.searchParams,
    body: parsedBody(request),
    accept: request.headers.accept ?? '',
    url: request.url,
  }
  const violation = (text: string) => world.violations.push(`${route.method} ${request.path}: ${text}`)
  for (const problem of queryProblems(route, call.query)) violation(problem)
  const answer = await Promise.resolve()
    .then(() => {
      const repository = 'owner' in parameters ? repositoryOf(call) : null
      if ('pull_number' in parameters || 'issue_number' in parameters) pullOf(call)
      authorize(viewer, route, repository)
      const reasons = route.method === 'GET' ? [] : checkRequest(route, call.body)
      if (reasons.length > 0) throw invalidRequest(reasons)
      return route.handle(call)
    })
    .catch((error) => answerTo(world, error))
  if (answer.json !== undefined) {
    const json: unknown = JSON.parse(JSON.stringify(answer.json))
    for (const problem of checkResponse(route, answer.status, json))
      violation(`answer ${answer.status}: ${problem}`)
  }
  return answer
}

function answerTo(world: World, error: unknown): Answer {
  if (error instanceof GitHubError) return { status: error.status, json: error.body }
  world.violations.push(`the simulator failed: ${error instanceof Error ? error.stack : error}`)
  return { status: 500, json: { message: 'Server Error' } }
}

function countRequest(viewer: Viewer): void {
  if (viewer.kind === 'token') viewer.token.used += 1
}

function forbiddenWithoutUserAgent(): GitHubError {
  return new GitHubError(403, {
    message:
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
  })
}
