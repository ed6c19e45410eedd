import type { Attempt } from '../../ports/review-queue.ts'

/** Attempts of one job, the first included. */
export const mostAttempts = 5

const firstWaitMs = 3_000
const growth = 4
const longestWaitMs = 5 * 60_000

/** GitHub's longest limit ends with its hour; what a model server asks for beyond that can as well be tried. */
const longestToldMs = 60 * 60_000

/** Time until the next attempt: 3 s, 12 s, 48 s, … with jitter, so that what failed together does not come back together. */
export function backoffMs(attempt: number, chance: number = Math.random()): number {
  return Math.min(longestWaitMs, firstWaitMs * growth ** (attempt - 1)) * (0.75 + chance / 2)
}

export type Backoff = (attempt: number) => number

export function attemptOf(number: number, backoff: Backoff): Attempt {
  return { number, retryInMs: number < mostAttempts ? backoff(number) : null }
}

/** As told, within bounds; else as planned. */
export function waitBefore(toldMs: number | null, { retryInMs }: Attempt): number {
  return Math.min(longestToldMs, Math.max(0, toldMs ?? retryInMs ?? 0))
}
