import { fullName } from '../accounts.ts'
import { allows } from '../authenticate.ts'
import { repositoryPage } from '../rest/represent/repository.ts'
import type { Account, Repository, Token, World } from '../state.ts'
import { forbidden, graphqlFailure } from './graphql-failure.ts'
import { findObject } from './represent-object.ts'
import { representPullRequest } from './represent-pull-request.ts'

/** Who asks, and of which GitHub. */
export interface Scope {
  readonly world: World
  readonly token: Token
}

export function representRepository(scope: Scope, repository: Repository) {
  const { world, token } = scope
  return {
    id: repository.nodeId,
    name: repository.name,
    nameWithOwner: fullName(repository),
    isPrivate: repository.private,
    isFork: repository.parent !== null,
    url: repositoryPage(world, repository),
    owner: () => representOwner(world, repository.owner),
    defaultBranchRef: () => ({
      id: `REF_${repository.id}`,
      name: repository.defaultBranch,
      prefix: 'refs/heads/',
      target: () => findObject(repository, { oid: repository.branches.get(repository.defaultBranch) ?? '' }),
    }),
    object: (asked: { expression?: string | null; oid?: string | null }) => {
      if (repository.private && token.permissions && !allows(token.permissions, 'contents:read'))
        throw forbidden()
      return findObject(repository, asked)
    },
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number)
      if (!pull)
        throw graphqlFailure('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`)
      if (repository.private && token.permissions && !allows(token.permissions, 'pull_requests:read')) {
        throw forbidden()
      }
      return representPullRequest(scope, pull)
    },
  }
}

function representOwner(world: World, owner: Account) {
  const __typename = owner.type === 'Organization' ? 'Organization' : 'User'
  return { __typename, id: owner.nodeId, login: owner.login, url: `${world.url}/${owner.login}` }
}
