import { type AccountSpec, account, nodeId, timestamp } from './accounts.ts'
import { commitFiles, type FileChanges, mergedTree } from './git/commit-files.ts'
import { diffCommits } from './git/diff-commits.ts'
import { listCommits } from './git/read-git.ts'
import type { JsonObject } from './json.ts'
import { addRepository } from './repositories.ts'
import { representIssueComment } from './rest/represent/issue-comment.ts'
import { mapLines } from './reviews/map-lines.ts'
import { moveAnchors } from './reviews/move-anchors.ts'
import { type SubmittedReview, submittedReviews } from './reviews/submitted-reviews.ts'
import type { AuthorAssociation, PullRequest, Repository, World } from './state.ts'
import { commentEvent, pullRequestEvent } from './webhooks.ts'

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
  /** Paths GitHub is to call too large to show: counts, but no `patch`. */
  readonly tooLarge?: readonly string[]
}

/** A pull request as a test or a demo handles it: what its author does, and what people see. */
export interface SimulatedPullRequest {
  readonly number: number
  readonly headSha: string
  readonly baseSha: string
  readonly url: string
  readonly state: PullRequest
  push(files: FileChanges, renames?: Readonly<Record<string, string>>): Promise<string>
  /** Replaces everything since the base by one new commit. */
  forcePush(files: FileChanges): Promise<string>
  /** Merges the base branch into the head ("Update branch"). */
  updateBranch(): Promise<string>
  edit(changes: { title?: string; body?: string | null; draft?: boolean; locked?: boolean }): void
  close(options?: { merged?: boolean }): void
  reopen(): void
  /** What GitHub shows when the fork was deleted: `head.repo` is null. */
  deleteFork(): void
  reviews(): readonly SubmittedReview[]
  pendingReviews(): readonly SubmittedReview[]
  issueComments(): readonly JsonObject[]
  /** The payload of a `pull_request` webhook or workflow event. */
  event(action: string, extra?: JsonObject): JsonObject
  /** Posts an issue comment as a person would and returns the payload of its `issue_comment` event. */
  comment(body: string, author?: AccountSpec, association?: AuthorAssociation): JsonObject
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
  await commit(world, pull, [baseSha], spec.files, pull.title, spec.renames)
  repository.pulls.set(pull.number, pull)
  return handle(world, pull)
}

function branchTip(repository: Repository, ref: string): string {
  const sha = repository.branches.get(ref)
  if (sha === undefined) throw new Error(`no branch ${ref}`)
  return sha
}

async function commit(
  world: World,
  pull: PullRequest,
  parents: readonly string[],
  files: FileChanges,
  message: string,
  renames: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { gitDir } = pull.repository
  const branch =
    pull.headRepository === pull.repository
      ? `refs/heads/${pull.headRef}`
      : `refs/forks/${pull.headOwner.id}/${pull.headRef}`
  const [ours = '', theirs] = parents
  const sha = await commitFiles(gitDir, {
    refs: [branch, `refs/pull/${pull.number}/head`],
    parents,
    ...(theirs === undefined ? {} : { tree: await mergedTree(gitDir, ours, theirs) }),
    message,
    author: pull.author.login,
    at: world.now(),
    files,
    renames,
  })
  pull.headRepository?.branches.set(pull.headRef, sha)
  await moveHead(world, pull, sha)
  return sha
}

/** Makes a commit the head and brings everything that depends on it up to date, all at once for readers. */
export async function moveHead(world: World, pull: PullRequest, headSha: string): Promise<void> {
  const { gitDir } = pull.repository
  const baseSha = branchTip(pull.repository, pull.baseRef)
  const [files, commits, sinceLastHead] = await Promise.all([
    diffCommits(gitDir, `${baseSha}...${headSha}`),
    listCommits(gitDir, baseSha, headSha),
    pull.threads.length === 0 ? [] : diffCommits(gitDir, `${pull.headSha}..${headSha}`),
  ])
  Object.assign(pull, { headSha, baseSha, files, commits, updatedAt: timestamp(world.now()) })
  moveAnchors(pull, mapLines(sinceLastHead))
  // After a force-push GitHub shows old reviews on the new head, as if they had covered it.
  const known = new Set(commits.map(({ sha }) => sha))
  for (const review of pull.reviews) {
    if (!known.has(review.commitId)) review.commitId = headSha
    for (const comment of review.comments) {
      if (!comment.thread.outdated) comment.commitId = headSha
    }
  }
}

function handle(world: World, pull: PullRequest): SimulatedPullRequest {
  let previousSha = pull.baseSha
  const moving = (change: Promise<string>): Promise<string> => {
    previousSha = pull.headSha
    return change
  }
  return {
    number: pull.number,
    state: pull,
    url: `${world.url}/${pull.repository.owner.login}/${pull.repository.name}/pull/${pull.number}`,
    get headSha() {
      return pull.headSha
    },
    get baseSha() {
      return pull.baseSha
    },
    push: (files, renames) => moving(commit(world, pull, [pull.headSha], files, 'Change more', renames)),
    forcePush: (files) =>
      moving(commit(world, pull, [branchTip(pull.repository, pull.baseRef)], files, 'Start over')),
    updateBranch: () =>
      moving(
        commit(
          world,
          pull,
          [pull.headSha, branchTip(pull.repository, pull.baseRef)],
          {},
          'Merge the base branch',
        ),
      ),
    edit: (changes) => void Object.assign(pull, changes),
    close: (options) => {
      const merged = options?.merged ?? false
      Object.assign(pull, { state: 'closed', merged, closedAt: timestamp(world.now()) })
    },
    reopen: () => void Object.assign(pull, { state: 'open', closedAt: null }),
    deleteFork: () => {
      pull.headRepository = null
    },
    reviews: () => submittedReviews(pull.reviews.filter((review) => review.state !== 'PENDING')),
    pendingReviews: () => submittedReviews(pull.reviews.filter((review) => review.state === 'PENDING')),
    issueComments: () => pull.issueComments.map((comment) => representIssueComment(world, comment)),
    event: (action, extra) => pullRequestEvent(world, pull, action, previousSha, extra),
    comment: (body, author, association) =>
      commentEvent(world, pull, body, account(world, author ?? { login: 'octo' }), association ?? 'MEMBER'),
  }
}
