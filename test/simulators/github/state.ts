import type { App, Installation, Permissions } from './app-state.ts'
import type { Standing } from './associations.ts'
import type { CheckSuite } from './checks/check-run.ts'
import type { DiffFile } from './git/diff-commits.ts'
import type { ObjectStore } from './git/object-store.ts'
import type { GitCommit } from './git/read-git.ts'
import type { Reaction } from './reactions.ts'
import type { Side } from './reviews/diff-lines.ts'

/** Everything one simulated GitHub knows. Changed only by its handlers and by the test's own handles. */
export interface World {
  readonly url: string
  readonly now: () => Date
  readonly newId: () => number
  readonly accounts: Map<string, Account>
  readonly repositories: Repository[]
  readonly tokens: Map<string, Token>
  readonly apps: App[]
  readonly nodes: Map<string, Node>
  readonly violations: string[]
  readonly temporaryFolder: string
  /** Entries a recursive tree shows before GitHub truncates it. */
  readonly treeLimit: number
}

export interface Account {
  readonly id: number
  readonly nodeId: string
  readonly login: string
  readonly type: 'User' | 'Bot' | 'Organization'
}

export type Access = 'read' | 'write' | 'admin'

export interface Token {
  readonly account: Account
  /** null for a person's token, which may do whatever its owner may. */
  readonly permissions: Permissions | null
  /** Full names; null means every repository. */
  readonly repositories: readonly string[] | null
  readonly expiresAt: Date | null
  readonly rateLimit: number
  /** Where an app's own token comes from; null for all others, `GITHUB_TOKEN` included. */
  readonly installation: Installation | null
  used: number
}

export interface Repository {
  readonly id: number
  readonly nodeId: string
  readonly owner: Account
  readonly name: string
  readonly private: boolean
  readonly parent: Repository | null
  /** The git repository, shared by a repository and its forks as on GitHub. */
  readonly gitDir: string
  readonly objects: ObjectStore
  readonly defaultBranch: string
  readonly branches: Map<string, string>
  readonly pulls: Map<number, PullRequest>
  readonly checkSuites: CheckSuite[]
  /** What people are to it, where a test said so. */
  readonly standings: Map<Account, Standing>
  readonly createdAt: string
  /** "Allow GitHub Actions to create and approve pull requests". */
  readonly actionsMayApprove: boolean
  lastNumber: number
}

export type AuthorAssociation =
  | 'COLLABORATOR'
  | 'CONTRIBUTOR'
  | 'FIRST_TIMER'
  | 'FIRST_TIME_CONTRIBUTOR'
  | 'MEMBER'
  | 'NONE'
  | 'OWNER'

/**
 * How much of a pull request GitHub lists before it leaves out the patches of further files. It does so for very large ones,
 * at thresholds it does not document. Their lines are in the diff and take comments all the same.
 */
export interface PatchAllowance {
  readonly files?: number
  /** Added and deleted ones. */
  readonly lines?: number
}

export interface PullRequest {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly number: number
  readonly author: Account
  readonly authorAssociation: AuthorAssociation
  readonly createdAt: string
  readonly headOwner: Account
  readonly headRef: string
  readonly baseRef: string
  readonly labels: string[]
  readonly reviews: Review[]
  readonly threads: Thread[]
  readonly issueComments: IssueComment[]
  /** Paths whose diff GitHub is to call too large: listed with counts but without `patch`. */
  readonly tooLarge: Set<string>
  readonly noPatchBeyond: Required<PatchAllowance>
  title: string
  body: string | null
  draft: boolean
  locked: boolean
  state: 'open' | 'closed'
  merged: boolean
  closedAt: string | null
  updatedAt: string
  /** null once the fork was deleted. */
  headRepository: Repository | null
  headSha: string
  baseSha: string
  commits: readonly GitCommit[]
  files: readonly DiffFile[]
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'

export interface Review {
  readonly kind: 'review'
  readonly id: number
  readonly nodeId: string
  readonly pull: PullRequest
  readonly author: Account
  readonly createdAt: string
  readonly comments: ReviewComment[]
  body: string
  state: ReviewState
  submittedAt: string | null
  commitId: string
  minimizedReason: string | null
}

export interface ReviewComment {
  readonly kind: 'review comment'
  readonly id: number
  readonly nodeId: string
  readonly review: Review
  readonly thread: Thread
  readonly inReplyTo: ReviewComment | null
  readonly author: Account
  readonly createdAt: string
  readonly originalCommitId: string
  readonly reactions: Reaction[]
  body: string
  updatedAt: string
  commitId: string
  minimizedReason: string | null
}

/** A conversation on one anchor. Its current anchor becomes null when the lines it was about are gone (outdated). */
export interface Thread {
  readonly kind: 'thread'
  readonly nodeId: string
  readonly pull: PullRequest
  readonly path: string
  readonly subjectType: 'line' | 'file'
  readonly original: Anchor | null
  readonly diffHunk: string
  readonly comments: ReviewComment[]
  anchor: Anchor | null
  outdated: boolean
  resolvedBy: Account | null
}

export interface Anchor {
  readonly side: Side
  readonly line: number
  readonly startSide: Side | null
  readonly startLine: number | null
  readonly position: number
}

export interface IssueComment {
  readonly kind: 'issue comment'
  readonly id: number
  readonly nodeId: string
  readonly pull: PullRequest
  readonly author: Account
  readonly createdAt: string
  readonly reactions: Reaction[]
  body: string
  updatedAt: string
  minimizedReason: string | null
}

export type Node = Review | ReviewComment | Thread | IssueComment
