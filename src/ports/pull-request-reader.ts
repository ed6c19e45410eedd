import type { PullRequestRef, PullRequestSnapshot, PullRequestState } from '../pull-request.ts'

export interface PullRequestReader {
  /**
   * Reads the pull request, all its changed files and our own earlier reviews and comments. Throws a `FixableError` when
   * it may not be read, a `TemporaryError` when GitHub does not answer usably in spite of retries.
   */
  snapshot(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestSnapshot>
  /** What moves, without the changed files: one request where GraphQL works. Throws as `snapshot` does. */
  state(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestState>
  /** The head as it is now; null where nobody can tell. Throws on an abort alone. */
  headSha(ref: PullRequestRef, signal: AbortSignal): Promise<string | null>
}
