import { setTimeout as sleep } from 'node:timers/promises'
import { untilAborted } from './api.ts'

/** Waits, and ends like every call to GitHub when the run is stopped meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return untilAborted(sleep(ms, undefined, { signal }), signal)
}
