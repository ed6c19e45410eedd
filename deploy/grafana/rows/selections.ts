/** What more than one panel means by its words. */

export const concludedReviews = { where: ['verdict!="skipped"'] } as const

/** Reviews that were begun in earnest; one that is skipped ends at once and would say nothing about durations. */
export const finishedTasks = {
  where: ['name="review_pull_request"', 'status=~"succeeded|failed|timed_out"'],
} as const

export const newFindings = { where: ['placement=~"inline|folded"'] } as const

export const coveredFiles = { where: ['coverage=~"reviewed|already-reviewed"'] } as const

export const reviewableFiles = {
  where: ['coverage=~"reviewed|already-reviewed|budget|deadline|failed"'],
} as const

/**
 * Requests that we stopped ourselves are nobody's error, and with 400 and 422 servers refuse a form of asking that is
 * then simplified.
 */
export const modelErrors = { where: ['status!~"200|400|422|cancelled"'] } as const

export const modelRequests = { where: ['status!="cancelled"'] } as const
