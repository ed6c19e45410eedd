import { randomBytes } from 'node:crypto'
import { fullName, timestamp } from '../accounts.ts'
import { isObject, strings } from '../json.ts'
import type { Access, App } from '../state.ts'
import { GitHubError, notFound } from './errors.ts'
import { representApp, representInstallation } from './represent/app.ts'
import { representRepository } from './represent/repository.ts'
import { type Call, ok, type Route, repositoryOf } from './route.ts'

/** What an app does with its JWT. Source: GitHub REST, "Apps". */
export const appRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/app',
    handle: (call) => ok(representApp(call.world, viewerApp(call))),
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/installation',
    handle: (call) => {
      const app = viewerApp(call)
      if (!app.repositories.includes(fullName(repositoryOf(call)))) throw notFound()
      return ok(representInstallation(call.world, app))
    },
  },
  {
    method: 'GET',
    template: '/app/installations/{installation_id}',
    handle: (call) => ok(representInstallation(call.world, installedApp(call))),
  },
  {
    method: 'POST',
    template: '/app/installations/{installation_id}/access_tokens',
    handle: (call) => {
      const { world, body } = call
      const app = installedApp(call)
      const names = strings(body, 'repositories').map((name) => `${app.owner.login}/${name}`)
      if (names.some((name) => !app.repositories.includes(name))) {
        throw refused(
          'There is at least one repository that does not exist or is not accessible to the parent installation.',
        )
      }
      const permissions = narrowed(app.permissions, body.permissions)
      const expiresAt = new Date(world.now().getTime() + 60 * 60 * 1000)
      const token = `ghs_${randomBytes(app.tokenLength).toString('hex')}`.slice(0, app.tokenLength)
      const repositories = names.length > 0 ? names : app.repositories
      world.tokens.set(token, {
        account: app.bot,
        permissions,
        repositories,
        expiresAt,
        rateLimit: 5000,
        used: 0,
      })
      const shown = world.repositories.filter((repository) => names.includes(fullName(repository)))
      return {
        status: 201,
        json: {
          token,
          expires_at: timestamp(expiresAt),
          permissions,
          repository_selection: 'selected',
          ...(names.length > 0 ? { repositories: shown.map((one) => representRepository(world, one)) } : {}),
        },
      }
    },
  },
]

function viewerApp(call: Call): App {
  if (call.viewer.kind === 'app') return call.viewer.app
  throw new GitHubError(401, { message: 'A JSON web token could not be decoded' })
}

function installedApp(call: Call): App {
  const app = viewerApp(call)
  if (app.installationId !== Number(call.parameters.installation_id)) throw notFound()
  return app
}

function narrowed(granted: App['permissions'], wanted: unknown): Readonly<Record<string, Access>> {
  if (!isObject(wanted)) return granted
  const order = ['read', 'write', 'admin']
  for (const [name, access] of Object.entries(wanted)) {
    if (order.indexOf(String(access)) > order.indexOf(granted[name] ?? 'none')) {
      throw refused('The permissions requested are not granted to this installation.')
    }
  }
  return Object.fromEntries(Object.entries(granted).filter(([name]) => name in wanted))
}

function refused(message: string): GitHubError {
  return new GitHubError(422, { message })
}
