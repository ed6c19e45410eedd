import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import {
  type Attempt,
  type AttemptEnd,
  type ReviewJob,
  stopReasonOf,
  type Work,
} from '../../ports/review-queue.ts'

/** For a job that was stopped to leave everything as it should be. */
const stopMs = 5_000

/** Of the time for draining, how long jobs may go on, and how long they have to leave then. */
export function drainTimes(withinMs: number): { readonly goOnMs: number; readonly leaveMs: number } {
  const leaveMs = Math.min(3_000, withinMs / 3)
  return { goOnMs: withinMs - leaveMs, leaveMs }
}

/** One attempt within its time. Never throws; ends also where the work does not heed its signal. */
export async function runAttempt(
  work: Work,
  job: ReviewJob,
  attempt: Attempt,
  stop: AbortController,
  attemptMs: number,
): Promise<AttemptEnd> {
  const tooLong = setTimeout(() => stop.abort('too-long'), attemptMs)
  try {
    return await Promise.race([work(job, attempt, stop.signal), stoppedInVain(stop.signal)])
  } catch (error) {
    return { kind: 'retry', reason: messageOf(error), waitMs: null }
  } finally {
    clearTimeout(tooLong)
  }
}

async function stoppedInVain(signal: AbortSignal): Promise<AttemptEnd> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  await sleep(stopMs, undefined, { ref: false })
  return { kind: 'retry', reason: `it did not stop when told to (${stopReasonOf(signal)})`, waitMs: null }
}
