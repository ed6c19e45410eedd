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

/** An inline comment that our own identity wrote on this pull request. */
export type OwnComment = {
  readonly id: number
  readonly path: string
  readonly body: string
}

/** The part of a pull request that moves while we work: read it again before writing. */
export type PullRequestState = {
  readonly open: boolean
  readonly draft: boolean
  readonly headSha: string
  /** Tip of the base branch as recorded by GitHub, not the merge base. */
  readonly baseSha: string
  readonly ownReviews: readonly OwnReview[]
  readonly ownComments: readonly OwnComment[]
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
