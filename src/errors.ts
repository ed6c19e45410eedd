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

/** `fetch failed` says nothing; its cause does. */
export function causeOf(error: unknown): string {
  let deepest: unknown = error
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause
  if (deepest instanceof AggregateError && deepest.errors[0] instanceof Error) deepest = deepest.errors[0]
  return messageOf(deepest)
}

/** More of a page than anybody reads; bounds the work on what a server sends. */
const longestPage = 4_000

/** The text of what may be a whole HTML page. */
export function withoutTags(text: string): string {
  return text.slice(0, longestPage).replaceAll(/<[^<>]*>/g, ' ')
}

/** One line of what a server or model said. */
export function oneLine(text: string): string {
  const line = withoutTags(text).replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
