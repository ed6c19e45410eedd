import type { PullRequestRef } from '../pull-request.ts'

/** The head of a pull request that a check run is about. */
export type CheckedHead = { readonly pullRequest: PullRequestRef; readonly headSha: string }

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run */
export type CheckConclusion = 'success' | 'failure' | 'neutral' | 'skipped' | 'cancelled'

export type CheckAnnotation = {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly level: 'notice' | 'warning' | 'failure'
  readonly title: string
  readonly message: string
}

/** How far the review of a head is. */
export type CheckProgress =
  /**
   * A new job, since then. The news may come late: where a review of this head is under way already, or has ended after
   * that, nothing changes.
   */
  | { readonly kind: 'queued'; readonly since: Date }
  /** Another attempt follows; `note` is one line of Markdown for people on why. */
  | { readonly kind: 'delayed'; readonly note: string }
  | { readonly kind: 'running'; readonly attempt: number }
  | ({ readonly kind: 'ended' } & CheckResult)

export type CheckResult = {
  readonly conclusion: CheckConclusion
  /** Every hunk of this head was accounted for: nobody has to come back to it. */
  readonly complete: boolean
  readonly title: string
  /** Markdown. */
  readonly summary: string
  readonly annotations: readonly CheckAnnotation[]
  readonly detailsUrl: string | null
}

/** What check runs remember of a head. */
export type CheckRecord = {
  /** The latest of them has ended, and nobody has to come back. */
  readonly complete: boolean
  /** The latest of them has not ended: somebody is at it, or went away in the middle. */
  readonly open: boolean
  /** How often a review of this head has begun. */
  readonly tries: number
}

/** The check run `PatchPilot` of each head. */
export interface ReviewChecks {
  /**
   * Brings the head's open check run to this state; begins one where there is none, unless only to cancel it.
   * `not-permitted`: the App lacks `checks: write`.
   */
  show(head: CheckedHead, progress: CheckProgress, signal: AbortSignal): Promise<'shown' | 'not-permitted'>
  /** Null where there is none yet, or where the App may not see it. */
  recall(head: CheckedHead, signal: AbortSignal): Promise<CheckRecord | null>
}
