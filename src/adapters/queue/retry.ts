/** Attempts of one job, the first included. */
export const mostAttempts = 5

const firstWaitMs = 5_000
const longestWaitMs = 5 * 60_000

/** Time until the next attempt: 5 s, 10 s, 20 s, … with jitter, so that what failed together does not come back together. */
export function backoffMs(attempt: number, chance: number = Math.random()): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)) * (0.75 + chance / 2)
}
