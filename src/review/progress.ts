import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import type { ReviewPlan } from '../plan/plan-review.ts'
import { counted, grouped } from '../publication/counted.ts'

/** One line for the log before the waiting begins. */
export function describePlan({ chunks, leftOut }: ReviewPlan, model: string): string {
  const before =
    leftOut.length === 0 ? '' : ` (${counted(leftOut.length, 'other')} reviewed before or too large)`
  const hunks = new Set(chunks.flatMap((chunk) => chunk.parts.map((part) => part.hunk))).size
  if (hunks === 0) return `plan: nothing to ask${before}`
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0)
  const requests = counted(chunks.length, 'request')
  return `asking ${model} about ${counted(hunks, 'hunk')}${before} in ${requests}, about ${grouped(tokens)} tokens of code`
}

export function describeFound(found: readonly (Finding | UnplacedFinding)[]): string {
  const unplaced = found.filter((finding) => finding.kind === 'unplaced').length
  const missing = unplaced === 0 ? '' : `, ${unplaced} without a place in the diff`
  return `answered: ${counted(found.length, 'claim')}${missing}`
}
