import { randomBytes } from 'node:crypto'
import { fullName, timestamp } from '../accounts.ts'
import type { Installation, Permissions } from '../app-state.ts'
import { isObject, strings } from '../json.ts'
import { GitHubError, notFound, suspended } from './errors.ts'
import { pageOf, paginated } from './paginate.ts'
import { representApp, representInstallation } from './represent/app.ts'
import { representRepository } from './represent/repository.ts'
import { type Answer, type Call, ok, type Route, repositoryOf, viewerApp, viewerToken } from './route.ts'

/** What an app does with its JWT, and what its installations may see. Source: GitHub REST, "Apps". */
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
      const name = fullName(repositoryOf(call))
      const found = viewerApp(call).installations.find(({ repositories }) => repositories.includes(name))
      if (!found) throw notFound()
      return ok(representInstallation(call.world, found))
    },
  },
  {
    method: 'GET',
    template: '/app/installations',
    handle: (call) => {
      const since = call.query.get('since') ?? ''
      const shown = viewerApp(call)
        .installations.map((one) => representInstallation(call.world, one))
        .filter((one) => one.updated_at > since)
      return paginated(call, shown, (one) => one)
    },
  },
  {
    method: 'GET',
    template: '/app/installations/{installation_id}',
    handle: (call) => ok(representInstallation(call.world, installationOf(call))),
  },
  {
    method: 'POST',
    template: '/app/installations/{installation_id}/access_tokens',
    handle: (call) => newToken(call, installationOf(call)),
  },
  {
    method: 'GET',
    template: '/installation/repositories',
    handle: (call) => {
      const { permissions, repositories: names } = viewerToken(call)
      if (permissions === null) {
        const message =
          'You must authenticate with an installation access token in order to list repositories for an installation.'
        throw new GitHubError(403, { message })
      }
      const visible = call.world.repositories.filter((one) => names === null || names.includes(fullName(one)))
      const { page, headers } = pageOf(call, visible)
      const repositories = page.map((one) => representRepository(call.world, one))
      return ok({ total_count: visible.length, repository_selection: 'selected', repositories }, headers)
    },
  },
]

function newToken(call: Call, installation: Installation): Answer {
  if (installation.suspendedAt !== null) throw suspended()
  const { world, body } = call
  const { app, account } = installation
  const names = strings(body, 'repositories').map((name) => `${account.login}/${name}`)
  if (names.some((name) => !installation.repositories.includes(name))) {
    throw refused(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  }
  const permissions = narrowed(installation.permissions, body.permissions)
  const expiresAt = new Date(world.now().getTime() + 60 * 60 * 1000)
  const token = `ghs_${randomBytes(app.tokenLength).toString('hex')}`.slice(0, app.tokenLength)
  world.tokens.set(token, {
    account: app.bot,
    permissions,
    repositories: names.length > 0 ? names : installation.repositories,
    expiresAt,
    rateLimit: 5000,
    installation,
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
}

function installationOf(call: Call): Installation {
  const id = Number(call.parameters.installation_id)
  const found = viewerApp(call).installations.find((one) => one.id === id)
  if (!found) throw notFound()
  return found
}

function narrowed(granted: Permissions, wanted: unknown): Permissions {
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
