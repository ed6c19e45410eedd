import { type Role, roleOf } from '../associations.ts'
import { GitHubError } from './errors.ts'
import { representAccount } from './represent/account.ts'
import { ok, type Route, repositoryOf, viewerToken } from './route.ts'

const roles: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin']

/** Source: GitHub REST, "Get repository permissions for a user". */
export const collaboratorRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/collaborators/{username}/permission',
    permissions: ['metadata:read'],
    handle: (call) => {
      const repository = repositoryOf(call)
      viewerToken(call)
      const login = call.parameters.username ?? ''
      const person = call.world.accounts.get(login.toLowerCase())
      // Bots are no users either, as was seen of Copilot.
      if (person?.type !== 'User') throw new GitHubError(404, { message: `${login} is not a user` })
      const role = roleOf(repository, person)
      const may = (least: Role) => role !== null && roles.indexOf(role) >= roles.indexOf(least)
      const role_name = role ?? 'none'
      const permissions = {
        pull: may('read'),
        triage: may('triage'),
        push: may('write'),
        maintain: may('maintain'),
        admin: may('admin'),
      }
      return ok({
        permission: role === null ? 'none' : baseRoles[role],
        role_name,
        user: { ...representAccount(call.world, person), permissions, role_name },
      })
    },
  },
]

/** The answer's `permission` has only the roles there were first. */
const baseRoles: Readonly<Record<Role, string>> = {
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}
