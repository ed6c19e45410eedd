import type { CheckRecord, ReviewChecks } from '../../ports/review-checks.ts'

/** Shows nothing, and knows of nothing. */
export class DryRunReviewChecks implements ReviewChecks {
  async show(): Promise<'shown'> {
    return 'shown'
  }

  async recall(): Promise<CheckRecord | null> {
    return null
  }
}
