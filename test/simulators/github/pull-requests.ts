import { type AccountSpec, account, nodeId, timestamp } from './accounts.ts'
import type { FileChanges } from './git/commit-files.ts'
import { branchTip, commitToHead } from './move-head.ts'
import { addRepository } from './repositories.ts'
import { type SimulatedPullRequest, simulatedPullRequest } from './simulated-pull-request.ts'
import type { AuthorAssociation, PatchAllowance, PullRequest, Repository, World } from './state.ts'

export interface NewPullRequest {
  readonly title?: string
  readonly body?: string | null
  readonly branch?: string
  readonly base?: string
  readonly author?: AccountSpec
  readonly authorAssociation?: AuthorAssociation
  readonly draft?: boolean
  readonly labels?: readonly string[]
  /** The head branch lives in the author's fork. */
  readonly fromFork?: boolean
  /** The author's commit; none (an empty pull request) is not possible on GitHub either. */
  readonly files: FileChanges
  readonly renames?: Readonly<Record<string, string>>
  /** Of the author's commit; the title unless told. */
  readonly message?: string
  /** Paths GitHub is to call too large to show: counts, but no `patch`. */
  readonly tooLarge?: readonly string[]
  readonly noPatchBeyond?: PatchAllowance
}

export async function openPullRequest(
  world: World,
  repository: Repository,
  spec: NewPullRequest,
): Promise<SimulatedPullRequest> {
  const author = account(world, spec.author ?? { login: 'contributor', type: 'User' })
  const baseRef = spec.base ?? repository.defaultBranch
  const baseSha = branchTip(repository, baseRef)
  const headRepository = spec.fromFork
    ? addRepository(world, { ...repository, owner: author, parent: repository })
    : repository
  repository.lastNumber += 1
  const id = world.newId()
  const now = timestamp(world.now())
  const pull: PullRequest = {
    id,
    nodeId: nodeId('PR', id),
    repository,
    number: repository.lastNumber,
    author,
    authorAssociation: spec.authorAssociation ?? (spec.fromFork ? 'CONTRIBUTOR' : 'MEMBER'),
    createdAt: now,
    updatedAt: now,
    headOwner: headRepository.owner,
    headRepository,
    headRef: spec.branch ?? `feature-${repository.lastNumber}`,
    headSha: baseSha,
    baseRef,
    baseSha,
    labels: [...(spec.labels ?? [])],
    reviews: [],
    threads: [],
    issueComments: [],
    tooLarge: new Set(spec.tooLarge),
    noPatchBeyond: { files: Infinity, lines: Infinity, ...spec.noPatchBeyond },
    title: spec.title ?? 'Change the demo',
    body: spec.body === undefined ? 'What and why.' : spec.body,
    draft: spec.draft ?? false,
    locked: false,
    state: 'open',
    merged: false,
    closedAt: null,
    commits: [],
    files: [],
  }
  await commitToHead(world, pull, [baseSha], spec.files, spec.message ?? pull.title, spec.renames)
  repository.pulls.set(pull.number, pull)
  return simulatedPullRequest(world, pull)
}
