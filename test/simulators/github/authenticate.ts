import { verify } from 'node:crypto'
import type { App } from './app-state.ts'
import { isObject, type JsonObject } from './json.ts'
import { GitHubError, notAccessible, suspended } from './rest/errors.ts'
import type { Route, Viewer } from './rest/route.ts'
import type { Access, Repository, World } from './state.ts'

/** Who sent the request, from its Authorization header (`token`, `bearer`, or basic for nobody). */
export function authenticate(world: World, authorization: string | undefined): Viewer {
  if (authorization === undefined) return { kind: 'anonymous' }
  const secret = /^(?:token|bearer) +(\S+)$/i.exec(authorization)?.[1] ?? ''
  const token = world.tokens.get(secret)
  if (token && (token.expiresAt === null || token.expiresAt > world.now())) {
    if (token.installation?.suspendedAt) throw suspended()
    return { kind: 'token', token }
  }
  if (secret.split('.').length === 3) return { kind: 'app', app: appOf(world, secret) }
  throw new GitHubError(401, { message: 'Bad credentials' })
}

/** Source: GitHub docs, "Generating a JSON Web Token (JWT) for a GitHub App". */
function appOf(world: World, jwt: string): App {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const claims = parse(payload)
  const app = world.apps.find(({ id }) => String(id) === String(claims.iss))
  if (parse(header).alg !== 'RS256') throw unauthorized('A JSON web token could not be decoded')
  if (!app) throw new GitHubError(404, { message: 'Integration not found' })
  const signed = Buffer.from(`${header}.${payload}`)
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) {
    throw unauthorized('A JSON web token could not be decoded')
  }
  const now = world.now().getTime() / 1000
  const { exp, iat } = claims
  if (typeof exp !== 'number' || exp <= now) {
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > now + 600) throw unauthorized("'Expiration time' claim ('exp') is too far in the future")
  if (typeof iat !== 'number' || iat > now + 60) {
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  return app
}

function parse(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function unauthorized(message: string): GitHubError {
  return new GitHubError(401, { message })
}

/** Refuses what a token's permissions do not cover. Reading a public repository needs none. */
export function authorize(viewer: Viewer, route: Route, repository: Repository | null): void {
  if (route.permissions === undefined) return
  const reading = route.method === 'GET'
  if (reading && repository !== null && !repository.private) return
  if (viewer.kind === 'anonymous') throw new GitHubError(401, { message: 'Requires authentication' })
  if (viewer.kind === 'app') {
    throw new GitHubError(401, { message: 'A JSON web token could not be decoded' })
  }
  const { permissions, repositories } = viewer.token
  if (repositories !== null && repository !== null) {
    if (!repositories.includes(`${repository.owner.login}/${repository.name}`)) throw notAccessible()
  }
  if (permissions === null) return
  if (!route.permissions.some((needed) => allows(permissions, needed))) throw notAccessible()
}

export function allows(permissions: Readonly<Record<string, Access>>, needed: string): boolean {
  const [name = '', access = ''] = needed.split(':')
  const granted = name === 'metadata' ? 'read' : permissions[name]
  const order = ['read', 'write', 'admin']
  return granted !== undefined && order.indexOf(granted) >= order.indexOf(access)
}
