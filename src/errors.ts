/**
 * Errors by what the caller should do next. The original error is kept as `cause`.
 */

/** Something the user can fix; the message names the input, permission or setting to change. */
export class FixableError extends Error {
  override readonly name = 'FixableError'
}

/** Somebody else's trouble; trying again later may work. */
export class TemporaryError extends Error {
  override readonly name = 'TemporaryError'
}

/** We were told to stop: a signal or the deadline. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
