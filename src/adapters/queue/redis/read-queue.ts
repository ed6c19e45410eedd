import type { Queue } from 'bullmq'
import type { QueueListing, QueueState } from '../../../ports/review-queue.ts'
import { listed, listedDone, listedFailed } from './jobs.ts'
import type { Line } from './line.ts'

export async function readState(queue: Queue<unknown, unknown>, line: Line): Promise<QueueState> {
  const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed')
  const oldest = await line.oldest(async (id) => {
    const state = await queue.getJobState(id)
    return state === 'waiting' || state === 'prioritized'
  })
  return {
    waiting: (counts.waiting ?? 0) + (counts.prioritized ?? 0),
    delayed: counts.delayed ?? 0,
    running: counts.active ?? 0,
    failed: counts.failed ?? 0,
    oldestWaitingMs: oldest === null ? 0 : Date.now() - oldest,
  }
}

export async function readListing(queue: Queue<unknown, unknown>, most: number): Promise<QueueListing> {
  const last = most - 1
  const [running, waiting, delayed, done, failed] = await Promise.all([
    queue.getJobs(['active'], 0, last, true),
    queue.getJobs(['waiting', 'prioritized'], 0, last, true),
    queue.getJobs(['delayed'], 0, last, true),
    queue.getJobs(['completed'], 0, last),
    queue.getJobs(['failed'], 0, last),
  ])
  return {
    running: running.flatMap((job) => listed(job, job.processedOn)),
    waiting: [...waiting, ...delayed].flatMap((job) => listed(job, job.timestamp)).slice(0, most),
    done: done.flatMap(listedDone),
    failed: failed.flatMap(listedFailed),
  }
}
