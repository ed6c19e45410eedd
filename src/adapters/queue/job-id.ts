import type { ReviewJob } from '../../ports/review-queue.ts'
import { formatRef } from '../../pull-request.ts'

/** One at a time for each of these. */
export function pullRequestOf({ request }: ReviewJob): string {
  return formatRef(request.pullRequest)
}

/** Of its heads only the newest. */
export function headOf(job: ReviewJob): string {
  return `${pullRequestOf(job)}@${job.request.headSha ?? 'head'}`
}

/** The same for what is to be done once: a head, or what somebody asked for in one delivery. */
export function jobId(job: ReviewJob): string {
  return job.again || job.request.headSha === null ? `${headOf(job)} for ${job.deliveryId}` : headOf(job)
}

/** Deliveries do not come in order: this one tells of the pull request as it was before the other. */
export function isOlder({ request }: ReviewJob, than: ReviewJob): boolean {
  const { asOf } = than.request
  return request.asOf !== null && asOf !== null && request.asOf < asOf
}

/** What takes the place of another that waits does all that one was to do at the same head. */
export function inPlaceOf(other: ReviewJob | null, job: ReviewJob): ReviewJob {
  if (other === null || headOf(other) !== headOf(job)) return job
  const { request } = job
  const full = request.full || other.request.full
  return { ...job, request: { ...request, full, askedBy: request.askedBy ?? other.request.askedBy } }
}

/** The head of the job with this id. */
export function headOfId(id: string): string {
  return id.replace(/ for .*$/s, '')
}
