import type { ReviewJob } from '../../ports/review-queue.ts'
import { formatRef } from '../../pull-request.ts'

/** One at a time for each of these. */
export function pullRequestOf({ request }: ReviewJob): string {
  return formatRef(request.pullRequest)
}

/** The same for what is to be done once: a head, or what somebody asked for in one delivery. */
export function jobId(job: ReviewJob): string {
  const { headSha } = job.request
  const again = job.again || headSha === null ? ` for ${job.deliveryId}` : ''
  return `${pullRequestOf(job)}@${headSha ?? 'head'}${again}`
}
