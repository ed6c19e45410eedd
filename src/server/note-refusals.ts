import type { JsonLogger } from './json-logger.ts'

/** One line for each reason in this time; metrics count them all. */
const quietMs = 60_000

/** Tells of refused deliveries, which anybody can send, without letting them flood the log. */
export function noteRefusals(logger: JsonLogger, now: () => number): (reason: string) => void {
  const told = new Map<string, { readonly at: number; more: number }>()
  return (reason) => {
    const last = told.get(reason)
    if (last !== undefined && now() - last.at < quietMs) {
      last.more++
      return
    }
    const more = last === undefined || last.more === 0 ? '' : `, and ${last.more} more since the last time`
    told.set(reason, { at: now(), more: 0 })
    logger.warning(`a delivery was refused: ${reason}${more}`)
  }
}
