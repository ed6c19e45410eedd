import { nodeId, timestamp } from '../accounts.ts'
import { notAccessible } from './errors.ts'
import { representAccount } from './represent/account.ts'
import { representFullRepository } from './represent/repository.ts'
import { ok, type Route, repositoryOf, viewerToken } from './route.ts'

export const metaRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}',
    permissions: ['metadata:read'],
    handle: (call) => ok(representFullRepository(call.world, repositoryOf(call))),
  },
  {
    // Apps and GITHUB_TOKEN have no user: "Resource not accessible by integration".
    method: 'GET',
    template: '/user',
    handle: (call) => {
      const { account, permissions } = viewerToken(call)
      if (permissions !== null) throw notAccessible()
      return ok({
        ...representAccount(call.world, account),
        node_id: nodeId('U', account.id),
        name: null,
        company: null,
        blog: null,
        location: null,
        email: null,
        hireable: null,
        bio: null,
        public_repos: 0,
        public_gists: 0,
        followers: 0,
        following: 0,
        created_at: timestamp(call.world.now()),
        updated_at: timestamp(call.world.now()),
        private_gists: 0,
        total_private_repos: 0,
        owned_private_repos: 0,
        disk_usage: 0,
        collaborators: 0,
        two_factor_authentication: true,
      })
    },
  },
  {
    method: 'GET',
    template: '/rate_limit',
    handle: (call) => {
      const { rateLimit, used } = viewerToken(call)
      const reset = Math.floor(call.world.now().getTime() / 1000) + 3600
      const core = { limit: rateLimit, used, remaining: Math.max(0, rateLimit - used), reset }
      const search = { limit: 30, used: 0, remaining: 30, reset }
      return ok({ resources: { core, search, graphql: core }, rate: core })
    },
  },
]
