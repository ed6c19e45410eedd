import { fullName } from '../accounts.ts'
import { allows } from '../authenticate.ts'
import { objectType, readBlob, readCommit, resolveObject } from '../git/read-git.ts'
import { repositoryPage } from '../rest/represent/repository.ts'
import type { Account, Repository, Token, World } from '../state.ts'
import { forbidden, graphqlFailure } from './graphql-failure.ts'
import { representPullRequest } from './represent-pull-request.ts'

/** Who asks, and of which GitHub. */
export interface Scope {
  readonly world: World
  readonly token: Token
}

/** `text` of larger blobs is cut and `isTruncated` true. */
const longestText = 512 * 1000

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
      target: () => representObject(repository, repository.branches.get(repository.defaultBranch) ?? ''),
    }),
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      if (repository.private && token.permissions && !allows(token.permissions, 'contents:read'))
        throw forbidden()
      return representObject(repository, expression ?? oid ?? '')
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

async function representObject({ gitDir }: Repository, expression: string) {
  const oid = await resolveObject(gitDir, expression)
  if (oid === null) return null
  const type = await objectType(gitDir, oid).catch(() => null)
  const common = { id: `OBJ_${oid}`, oid, abbreviatedOid: oid.slice(0, 7) }
  if (type === 'commit') {
    const { message, at } = await readCommit(gitDir, oid)
    return {
      ...common,
      __typename: 'Commit',
      message,
      messageHeadline: message.split('\n')[0],
      committedDate: at,
    }
  }
  if (type !== 'blob') return type === 'tree' ? { ...common, __typename: 'Tree' } : null
  const bytes = await readBlob(gitDir, oid)
  const isBinary = bytes.subarray(0, 8000).includes(0)
  return {
    ...common,
    __typename: 'Blob',
    byteSize: bytes.length,
    isBinary,
    isTruncated: !isBinary && bytes.length > longestText,
    text: isBinary ? null : bytes.subarray(0, longestText).toString(),
  }
}

function representOwner(world: World, owner: Account) {
  const __typename = owner.type === 'Organization' ? 'Organization' : 'User'
  return { __typename, id: owner.nodeId, login: owner.login, url: `${world.url}/${owner.login}` }
}
