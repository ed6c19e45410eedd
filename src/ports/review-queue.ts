import type { ReviewRequest } from '../trigger/trigger.ts'

/** A review to do, as plain JSON. */
export type ReviewJob = {
  readonly request: ReviewRequest
  readonly installationId: number
  /** GitHub's id of the delivery that asked for it. */
  readonly deliveryId: string
}

/** What became of one attempt. */
export type AttemptEnd =
  | { readonly kind: 'done' }
  /** It may succeed later; `waitMs` where somebody said when. */
  | { readonly kind: 'retry'; readonly reason: string; readonly waitMs: number | null }
  | { readonly kind: 'failed'; readonly reason: string }

/** Does one job. The signal is aborted with a `SupersededError` for a newer head, or because the process has to end. */
export type Work = (job: ReviewJob, attempt: number, signal: AbortSignal) => Promise<AttemptEnd>

/** `delayed`: waiting for the next attempt. `failed`: given up for good, and kept with the reason. */
export const queueStates = ['waiting', 'delayed', 'running', 'failed'] as const

/** Jobs in each state. */
export type QueueState = Readonly<Record<(typeof queueStates)[number], number>> & {
  /** Age of the job that has waited longest, in milliseconds; 0 when none waits. */
  readonly oldestWaitingMs: number
}

/** `duplicate`: this head is waiting, running or done. `full` and `closed`: it was not taken. */
export type Added = 'queued' | 'duplicate' | 'full' | 'closed'

/** Reviews to do, one at a time for each pull request; of its heads only the newest. */
export interface ReviewQueue {
  /** Once this resolves with `queued`, the job is not lost by anything that the engine promises to survive. */
  add(job: ReviewJob): Promise<Added>
  /** Begins to work, at most so many jobs at once. */
  start(work: Work, atOnce: number): void
  state(): Promise<QueueState>
  /** Takes no new job, lets those that run finish within this time, and stops them then. */
  drain(withinMs: number): Promise<void>
}
