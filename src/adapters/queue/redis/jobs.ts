import type { Job } from 'bullmq'
import * as v from 'valibot'
import type { AttemptEnd, DoneReview, ListedJob, ReviewJob } from '../../../ports/review-queue.ts'
import { jobId, pullRequestOf } from '../job-id.ts'
import type { InLine } from './line.ts'

/** What BullMQ keeps of a job that has ended without failing. */
export type Ended = Extract<AttemptEnd, { kind: 'done' | 'dropped' }>

/** As BullMQ hands it over: another version of PatchPilot may have written it. */
export type QueuedJob = Job<unknown, unknown>

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

const StoredJob = v.object({
  request: v.object({
    pullRequest: v.object({ owner: v.string(), repo: v.string(), number: v.number() }),
    headSha: v.nullable(v.string()),
    trigger: v.string(),
    full: v.boolean(),
    asOf: v.nullable(v.number()),
    before: v.nullable(v.string()),
    // Jobs of versions without commands have none.
    askedBy: v.nullish(v.object({ commentId: v.number(), at: v.string() }), null),
  }),
  installationId: v.number(),
  deliveryId: v.string(),
  again: v.boolean(),
})

const StoredEnd = v.variant('kind', [
  v.object({
    kind: v.literal('done'),
    review: v.object({ verdict: v.string(), url: v.nullable(v.string()), durationMs: v.number() }),
  }),
  v.object({ kind: v.literal('dropped'), reason: v.string() }),
])

/** Null for what we cannot read. */
export function readJob({ data }: Pick<QueuedJob, 'data'>): ReviewJob | null {
  const parsed = v.safeParse(StoredJob, data)
  return parsed.success ? parsed.output : null
}

/** Null for a job that has not ended so. */
export function readEnd({ returnvalue }: QueuedJob): Ended | null {
  const parsed = v.safeParse(StoredEnd, returnvalue)
  return parsed.success ? parsed.output : null
}

export function inLine(job: ReviewJob): InLine {
  return { id: jobId(job), pullRequest: pullRequestOf(job), installationId: job.installationId }
}

/** BullMQ counts the attempts that have ended. */
export function listed(queued: QueuedJob, since: number | undefined): readonly ListedJob[] {
  const job = readJob(queued)
  return job === null ? [] : [{ job, attempt: queued.attemptsMade + 1, since: since ?? queued.timestamp }]
}

/** Without what was dropped: nothing was reviewed. */
export function listedDone(queued: QueuedJob): readonly (ListedJob & { readonly review: DoneReview })[] {
  const end = readEnd(queued)
  if (end?.kind !== 'done') return []
  return listed(queued, queued.finishedOn).map((one) => ({
    ...one,
    attempt: queued.attemptsMade,
    review: end.review,
  }))
}

export function listedFailed(queued: QueuedJob): readonly (ListedJob & { readonly reason: string })[] {
  return listed(queued, queued.finishedOn).map((one) => ({
    ...one,
    attempt: queued.attemptsMade,
    reason: queued.failedReason ?? '',
  }))
}
