/** Tries of one request, the first included. */
export const mostAttempts = 6
/** A rate limit passes: besides this only the deadline ends the wait for it. */
export const mostLimits = 30

/** Exponential backoff between tries: 0.5 s, 1 s, 2 s, … with jitter, unless the server says how long to wait. */
const firstWaitMs = 500
const longestWaitMs = 30_000

/** `times`: how often it was tried. */
export function backoffMs(times: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (times - 1)) * (0.75 + Math.random() / 2)
}
