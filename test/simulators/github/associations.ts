import { type AccountSpec, account } from './accounts.ts'
import type { Account, AuthorAssociation, PullRequest, Repository, World } from './state.ts'

/** Source: GitHub docs, "Repository roles for an organization". */
export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin'

/** What somebody is to a repository. */
export interface Standing {
  readonly association: AuthorAssociation
  readonly role: Role | null
}

/** Says what somebody is to a repository: from then on everywhere, in what was written before too, as on GitHub. */
export function associate(
  world: World,
  repository: Repository,
  who: AccountSpec,
  association: AuthorAssociation,
  role?: Role,
): void {
  const inside = association === 'OWNER' || association === 'MEMBER' || association === 'COLLABORATOR'
  repository.standings.set(account(world, who), { association, role: role ?? (inside ? 'write' : null) })
}

/** The one answer that REST, GraphQL and events give. Whom nobody spoke of is a stranger. */
export function associationOf(pull: PullRequest, author: Account): AuthorAssociation {
  const { repository } = pull
  if (author === repository.owner) return 'OWNER'
  const said = repository.standings.get(author)
  if (said) return said.association
  return author === pull.author ? pull.authorAssociation : 'NONE'
}

/** null for whom a private repository does not exist. Everybody reads a public one; who opens a pull request from its own branch can push. */
export function roleOf(repository: Repository, person: Account): Role | null {
  if (person === repository.owner) return 'admin'
  const pushes = [...repository.pulls.values()].some(
    (pull) => pull.author === person && pull.headRepository === repository,
  )
  const said = repository.standings.get(person)
  return (said ? said.role : pushes ? 'write' : null) ?? (repository.private ? null : 'read')
}
