import type { Observer, RequestStatus } from '../ports/observer.ts'

/** What is known of GitHub from the requests of this process. Times are in milliseconds since the epoch. */
export type GitHubState = {
  readonly condition: GitHubCondition
  /** Its last usable answer; null before the first. */
  readonly answeredAt: number | null
  /** The last request without one, also where answers came since. */
  readonly failure: { readonly status: RequestStatus; readonly at: number } | null
  /** The last time that a rate limit was waited for, and when it was over. */
  readonly limitWait: { readonly waitMs: number; readonly at: number } | null
  /** Until when it does not want to be asked, at least by one installation; null where it did not say. */
  readonly limitedUntil: number | null
}

/**
 * Of the latest request, unless a limit is known to last. `unknown`: there was none. `limiting`: GitHub says wait.
 * `refusing`: 403, which is about a permission or a limit. `failing`: no usable answer.
 */
export type GitHubCondition = 'unknown' | 'answering' | 'refusing' | 'limiting' | 'failing'

/** The longest limit. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const limitMs = 60 * 60_000

/** Follows what is observed of GitHub. */
export class GitHubHealth {
  readonly #clock: () => number
  #seen: Omit<GitHubState, 'condition'> = {
    ...{ answeredAt: null, failure: null, limitWait: null, limitedUntil: null },
  }
  #latest: 'none' | 'answer' | 'failure' = 'none'

  constructor(clock: () => number) {
    this.#clock = clock
  }

  readonly observe: Observer = (observation) => {
    const at = this.#clock()
    switch (observation.kind) {
      case 'github-request':
        return this.#answered(observation.status, at)
      case 'retry':
        if (observation.target === 'github' && observation.reason === 'rate_limit')
          this.#seen = { ...this.#seen, limitWait: { waitMs: observation.waitMs, at } }
        return
      case 'told-to-wait':
        if (observation.target === 'github')
          this.#seen = { ...this.#seen, limitedUntil: at + observation.waitMs }
    }
  }

  state(): GitHubState {
    const now = this.#clock()
    const { limitedUntil } = this.#seen
    const isOver = limitedUntil !== null && limitedUntil <= now
    return { ...this.#seen, limitedUntil: isOver ? null : limitedUntil, condition: this.#condition(now) }
  }

  #answered(status: RequestStatus, at: number): void {
    if (status === 'cancelled') return
    this.#latest = isFailure(status) ? 'failure' : 'answer'
    this.#seen =
      this.#latest === 'answer'
        ? { ...this.#seen, answeredAt: at }
        : { ...this.#seen, failure: { status, at } }
  }

  #condition(now: number): GitHubCondition {
    const { failure, limitedUntil } = this.#seen
    if (limitedUntil !== null && now < limitedUntil) return 'limiting'
    if (this.#latest === 'none') return 'unknown'
    if (this.#latest === 'answer' || failure === null) return 'answering'
    if (failure.status === 429 && now - failure.at < limitMs) return 'limiting'
    return failure.status === 403 || failure.status === 429 ? 'refusing' : 'failing'
  }
}

/** Other client errors are answers: something is not there, or cannot be done. */
function isFailure(status: RequestStatus): boolean {
  return typeof status !== 'number' || status >= 500 || [401, 403, 429].includes(status)
}
