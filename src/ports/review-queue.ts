import type { ReviewRequest } from '../trigger/trigger.ts'

/** A review to do, as plain JSON. */
export type ReviewJob = {
  readonly request: ReviewRequest
  readonly installationId: number
  /** GitHub's id of the delivery that asked for it. */
  readonly deliveryId: string
  /** Somebody asks for it: it is done also where this head is done already. */
  readonly again: boolean
}

/** What became of one attempt. */
export type AttemptEnd =
  | { readonly kind: 'done'; readonly review: DoneReview }
  /** There was nothing to do, which may change: the same head is taken again. */
  | { readonly kind: 'dropped'; readonly reason: string }
  /** It may succeed later; `waitMs` where somebody said when. */
  | { readonly kind: 'retry'; readonly reason: string; readonly waitMs: number | null }
  | { readonly kind: 'failed'; readonly reason: string }

/** What is told of a review that is done. */
export type DoneReview = {
  readonly verdict: string
  readonly url: string | null
  readonly durationMs: number
}

/**
 * `superseded`: for a newer head. `unwanted`: the App may not review there any more. `stopping`: the process ends, and the
 * job is handed back. `lost`: the processes that began it went away again and again.
 */
export type StopReason = 'superseded' | 'unwanted' | 'stopping' | 'too-long' | 'lost'

/** Why a job was told to stop, from its signal. */
export function stopReasonOf(signal: AbortSignal): StopReason | null {
  return signal.aborted ? signal.reason : null
}

/** Does one job. Attempts are counted from 1. The signal is aborted with a `StopReason`. */
export type Work = (job: ReviewJob, attempt: Attempt, signal: AbortSignal) => Promise<AttemptEnd>

export type Dropped = (job: ReviewJob, reason: StopReason) => void

export type Attempt = {
  /** Counted from 1. */
  readonly number: number
  /** When another would follow, unless the end of this one says when; null when none does. */
  readonly retryInMs: number | null
}

export type WorkLimits = {
  /** Jobs at once in this process. */
  readonly atOnce: number
  /** An attempt that takes longer is stopped, and tried again. */
  readonly attemptMs: number
}

/** `delayed`: waiting for the next attempt. `failed`: given up for good, and kept with the reason. */
export const queueStates = ['waiting', 'delayed', 'running', 'failed'] as const

/** Jobs in each state. */
export type QueueState = Readonly<Record<(typeof queueStates)[number], number>> & {
  /** Age of the job that has waited longest, in milliseconds; 0 when none waits. */
  readonly oldestWaitingMs: number
}

/** A job as people see it. Times are in milliseconds since the epoch. */
export type ListedJob = {
  readonly job: ReviewJob
  readonly attempt: number
  /** Since when it is in this state. */
  readonly since: number
}

/** At most so many of each: of those that run and wait the first, of those that ended the latest. */
export type QueueListing = {
  readonly running: readonly ListedJob[]
  /** Those that wait for a worker, and for their next attempt. */
  readonly waiting: readonly ListedJob[]
  readonly done: readonly (ListedJob & { readonly review: DoneReview })[]
  readonly failed: readonly (ListedJob & { readonly reason: string })[]
}

/** `duplicate`: this head is waiting, running or done. The last three: it was not taken. */
export type Added = 'queued' | 'duplicate' | 'full' | 'closed' | 'unreachable'

/** Reviews to do, one at a time for each pull request; of its heads only the newest. */
export interface ReviewQueue {
  /** Once this resolves with `queued`, the job is not lost by anything that the engine promises to survive. */
  add(job: ReviewJob): Promise<Added>
  /** This head waits, runs, is done, or has failed for good. */
  knows(job: ReviewJob): Promise<boolean>
  /** Begins to work. `dropped` is told of jobs that are given up and of which no attempt tells the end. */
  start(work: Work, limits: WorkLimits, dropped?: Dropped): void
  state(): Promise<QueueState>
  list(most: number): Promise<QueueListing>
  isReachable(): Promise<boolean>
  /** Drops what waits for this installation, and stops what runs for it. */
  forget(installationId: number): Promise<void>
  /** It has lost what it knew, and this is the first to notice. */
  hasForgotten(): Promise<boolean>
  /** True for one of all who share the queue, once in this time. */
  claim(task: string, forMs: number): Promise<boolean>
  /** Takes no new job, and is over within this time: those that run may finish, and are stopped shortly before its end. */
  drain(withinMs: number): Promise<void>
}
