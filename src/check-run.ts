/** Under this name each reviewed head has a check run; branch protection can require it. */
export const checkName = 'PatchPilot'

/** The button under a check run, and its name in GitHub's `requested_action` (20 characters at most). */
export const fullReviewAction = 'full_review'

/** What we keep in a check run's `external_id`, so that GitHub is the record. */
export type CheckMemory = {
  readonly pullNumber: number
  /** How often a review of this head has begun. */
  readonly tries: number
  /** Every hunk was accounted for: nobody has to come back. */
  readonly complete: boolean
}

/** "pull=7 tries=2 complete" */
export function writeCheckMemory({ pullNumber, tries, complete }: CheckMemory): string {
  return `pull=${pullNumber} tries=${tries}${complete ? ' complete' : ''}`
}

/** Null when it is not ours. */
export function readCheckMemory(externalId: string): CheckMemory | null {
  const match = /^pull=(\d{1,12}) tries=(\d{1,6})( complete)?$/.exec(externalId)
  return match === null
    ? null
    : { pullNumber: Number(match[1]), tries: Number(match[2]), complete: match[3] !== undefined }
}
