import type { Job } from 'bullmq'
import type { AttemptEnd, DoneReview, ListedJob, ReviewJob } from '../../../ports/review-queue.ts'

/** What BullMQ keeps of a job that has ended without failing. */
export type Ended = Extract<AttemptEnd, { kind: 'done' | 'dropped' }>

export type QueuedJob = Job<ReviewJob, Ended>

export const queueName = 'reviews'

/** Longer than GitHub can deliver the same again, which is three days. */
const keptSeconds = 7 * 24 * 60 * 60
const mostKept = 10_000

export const jobOptions = {
  removeOnComplete: { age: keptSeconds, count: mostKept },
  removeOnFail: { age: keptSeconds, count: mostKept },
  backoff: { type: 'custom' },
  stackTraceLimit: 0,
} as const

/** BullMQ counts the attempts that have ended. */
export function listed(job: QueuedJob, since: number | undefined): ListedJob {
  return { job: job.data, attempt: job.attemptsMade + 1, since: since ?? job.timestamp }
}

/** Null for what was dropped: nothing was reviewed. */
export function listedDone(job: QueuedJob): (ListedJob & { readonly review: DoneReview }) | null {
  const ended = job.returnvalue
  if (ended?.kind !== 'done') return null
  return { ...listed(job, job.finishedOn), attempt: job.attemptsMade, review: ended.review }
}
