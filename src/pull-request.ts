/** What we know about a pull request, in GitHub's words. Data only. */

export type PullRequestRef = { readonly owner: string; readonly repo: string; readonly number: number }

export type Side = 'LEFT' | 'RIGHT'

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged'

/** One entry of "List pull requests files". */
export type ChangedFile = {
  readonly path: string
  /** Only for renamed and copied files. */
  readonly previousPath: string | null
  readonly status: FileStatus
  readonly additions: number
  readonly deletions: number
  /** Hunks as GitHub gives them, from the first `@@`; null when GitHub sends none. */
  readonly patch: string | null
  /** Blob SHA at the head; null where GitHub knows none. */
  readonly sha: string | null
}

/** A review that our own identity wrote on this pull request. */
export type OwnReview = {
  readonly id: number
  readonly url: string
  readonly body: string
  readonly pending: boolean
}

/** Who wrote a comment, as GitHub tells it. */
export type CommentAuthor = {
  readonly login: string
  /** GitHub's `author_association` with the repository: `OWNER`, `MEMBER`, `CONTRIBUTOR`, `NONE` … */
  readonly association: string
  readonly isBot: boolean
  /** It is our own identity. */
  readonly isOwn: boolean
}

/** Associations of those who answer for a repository. https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
export const responsible = ['OWNER', 'MEMBER', 'COLLABORATOR']

export function answersFor(association: string): boolean {
  return responsible.includes(association)
}

/** An answer in a thread. */
export type ThreadReply = {
  readonly id: number
  readonly body: string
  readonly author: CommentAuthor
}

/** A conversation on lines of the diff that began with a comment by our own identity. */
export type OwnThread = {
  /** GraphQL's id of the thread; null where only REST answers, which knows no threads. */
  readonly nodeId: string | null
  /** Of the comment that it began with. */
  readonly commentId: number
  /** GraphQL's id of that comment. */
  readonly commentNodeId: string
  readonly path: string
  readonly body: string
  readonly url: string
  readonly isResolved: boolean
  /** Login of who resolved it; null where nobody has, or nobody can tell. */
  readonly resolvedBy: string | null
  readonly resolvedByOwn: boolean
  /** Who resolved it may write to the repository. */
  readonly resolverMayWrite: boolean
  readonly isMinimized: boolean
  /** The token may resolve it, as far as GitHub tells. */
  readonly mayResolve: boolean
  /** In order. */
  readonly replies: readonly ThreadReply[]
  /** Who gave the first comment a thumbs down, and may write to the repository. */
  readonly thumbsDown: readonly { readonly login: string; readonly mayWrite: boolean }[]
}

/** The part of a pull request that moves while we work: read it again before writing. */
export type PullRequestState = {
  readonly open: boolean
  readonly draft: boolean
  readonly headSha: string
  /** Tip of the base branch as recorded by GitHub, not the merge base. */
  readonly baseSha: string
  /** Login of who opened it; '' for a deleted account. */
  readonly author: string
  /** In the order in which they were written. */
  readonly ownReviews: readonly OwnReview[]
  readonly ownThreads: readonly OwnThread[]
}

/** All that we read about a pull request, frozen at one head SHA. */
export type PullRequestSnapshot = PullRequestState & {
  readonly ref: PullRequestRef
  readonly title: string
  readonly body: string
  /** Names of the first 20. */
  readonly labels: readonly string[]
  /** First lines of the last 30 commits' messages, oldest first, each cut at 200 characters. */
  readonly commitMessages: readonly string[]
  readonly files: readonly ChangedFile[]
  /** How many files GitHub says changed; more than `files` when its list was cut. */
  readonly changedFileCount: number
}

export function formatRef(ref: PullRequestRef): string {
  return `${ref.owner}/${ref.repo}#${ref.number}`
}
