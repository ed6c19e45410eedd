import type { QueueListing, QueueState } from '../../ports/review-queue.ts'
import type { GitHubState } from '../github-health.ts'

/** Everything the page shows. */
export type PageView = {
  /** In milliseconds since the epoch, like all times. */
  readonly now: number
  readonly server: ServerView
  readonly queue: QueueView
  readonly gitHub: GitHubState
}

export type ServerView = {
  readonly version: string
  readonly startedAt: number
  /** Reviews at once in this process. */
  readonly workers: number
  readonly engine: 'embedded' | 'Redis'
  readonly isDraining: boolean
  /** Of GitHub's pages, which links lead to: `https://github.com`. */
  readonly gitHubUrl: string
}

export type QueueView =
  | { readonly kind: 'reachable'; readonly state: QueueState; readonly listing: QueueListing }
  | { readonly kind: 'unreachable' }

/** How good it is; never shown by colour alone. */
export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'quiet'
