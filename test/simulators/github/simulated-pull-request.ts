import { timestamp } from './accounts.ts'
import { type SubmittedCheckRun, submittedCheckRuns } from './checks/submitted-check-runs.ts'
import type { FileChanges } from './git/commit-files.ts'
import type { JsonObject } from './json.ts'
import { branchTip, commitToHead, rebaseHead, squashHead } from './move-head.ts'
import { representIssueComment } from './rest/represent/issue-comment.ts'
import { type SimulatedThread, simulatedThreads } from './reviews/simulated-threads.ts'
import { type SubmittedReview, submittedReviews } from './reviews/submitted-reviews.ts'
import { type SimulatedPeople, simulatedPeople } from './simulated-people.ts'
import type { PullRequest, World } from './state.ts'
import { pullRequestEvent } from './webhooks.ts'

type Renames = Readonly<Record<string, string>>

/** A pull request as a test or a demo handles it: what its author does, and what people see. */
export interface SimulatedPullRequest extends SimulatedPeople {
  readonly number: number
  readonly headSha: string
  readonly baseSha: string
  readonly url: string
  readonly state: PullRequest
  push(files: FileChanges, renames?: Renames, message?: string): Promise<string>
  /** Replaces everything since the base by one new commit. */
  forcePush(files: FileChanges): Promise<string>
  /** Every commit again on the tip of the base branch, which another push may have moved: `git rebase`, then a force-push. */
  rebase(): Promise<string>
  /** One commit with the same content in place of all, where they began: a force-push too. */
  squash(): Promise<string>
  /** Merges the base branch into the head ("Update branch"). */
  updateBranch(): Promise<string>
  edit(changes: { title?: string; body?: string | null; draft?: boolean; locked?: boolean }): void
  close(options?: { merged?: boolean }): void
  reopen(): void
  /** What GitHub shows when the fork was deleted: `head.repo` is null. */
  deleteFork(): void
  reviews(): readonly SubmittedReview[]
  /** Conversations on lines and files, in the order in which they began. */
  threads(): readonly SimulatedThread[]
  pendingReviews(): readonly SubmittedReview[]
  issueComments(): readonly JsonObject[]
  /** Check runs of the head, or of another commit. */
  checkRuns(headSha?: string): readonly SubmittedCheckRun[]
  /** The payload of a `pull_request` webhook or workflow event. */
  event(action: string, extra?: JsonObject): JsonObject
}

export function simulatedPullRequest(world: World, pull: PullRequest): SimulatedPullRequest {
  let previousSha = pull.baseSha
  const moved = (move: () => Promise<string>) => {
    previousSha = pull.headSha
    return move()
  }
  const commit = (parents: readonly string[], files: FileChanges, message: string, renames?: Renames) =>
    moved(() => commitToHead(world, pull, parents, files, message, renames))
  const change = (changes: Partial<PullRequest>) =>
    void Object.assign(pull, changes, { updatedAt: timestamp(world.now()) })
  const base = () => branchTip(pull.repository, pull.baseRef)
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
    push: (files, renames, message) => commit([pull.headSha], files, message ?? 'Change more', renames),
    forcePush: (files) => commit([base()], files, 'Start over'),
    updateBranch: () => commit([pull.headSha, base()], {}, 'Merge the base branch'),
    rebase: () => moved(() => rebaseHead(world, pull)),
    squash: () => moved(() => squashHead(world, pull)),
    edit: change,
    close: (options) => {
      const merged = options?.merged ?? false
      change({ state: 'closed', merged, closedAt: timestamp(world.now()) })
    },
    reopen: () => change({ state: 'open', closedAt: null }),
    deleteFork: () => {
      pull.headRepository = null
    },
    reviews: () => submittedReviews(pull.reviews.filter((review) => review.state !== 'PENDING')),
    threads: () => simulatedThreads(pull),
    pendingReviews: () => submittedReviews(pull.reviews.filter((review) => review.state === 'PENDING')),
    issueComments: () => pull.issueComments.map((comment) => representIssueComment(world, comment)),
    checkRuns: (headSha) => submittedCheckRuns(world, pull.repository, headSha ?? pull.headSha),
    event: (action, extra) => pullRequestEvent(world, pull, action, previousSha, extra),
    ...simulatedPeople(world, pull),
  }
}
