import type { InstallationRecord, OpenPullRequest } from '../adapters/github/app-record.ts'
import type { ReviewJob, ReviewQueue } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import { requestOf } from '../trigger/trigger.ts'
import { givenUpCheck } from '../review/describe-check.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { JsonLogger } from './json-logger.ts'

/** A head that was tried this often, and failed, is left alone until somebody asks for it. */
const mostTries = 10
/** Whose process went away in the middle of it each time, which need not be its fault. */
const mostBrokenTries = 50
/** Without check runs nobody knows of tries before this process; a head is found again this often. */
const mostFinds = 3
/** Heads of which that is known. */
const mostRemembered = 10_000

/** There is no use in looking on. */
export class QueueClosedError extends Error {
  override readonly name = 'QueueClosedError'
}

type Options = {
  readonly queue: ReviewQueue
  readonly checks: CheckReporter
  readonly logger: JsonLogger
}

/** Tells which of the open pull requests were lost, and queues them. */
export class LostReviews {
  readonly #options: Options
  readonly #finds = new Map<string, number>()

  constructor(options: Options) {
    this.#options = options
  }

  /** True if it is queued now. `retriesFailed`: also where this queue has given it up. */
  async recover(
    open: OpenPullRequest,
    installationId: number,
    record: InstallationRecord,
    retriesFailed: boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { queue } = this.#options
    const { pullRequest, headSha } = open
    const request = requestOf(pullRequest, headSha, 'pull_request')
    const job: ReviewJob = { request, installationId, deliveryId: 'recovery', again: false }
    if (!retriesFailed && (await queue.knows(job))) return false
    if (!(await this.#isWanted(open, installationId, record, signal))) return false
    switch (await queue.add(job)) {
      case 'queued':
        this.#remember(headOf(open), this.#findsOf(open) + 1)
        return true
      case 'duplicate':
        return false
      case 'full':
      case 'closed':
      case 'unreachable':
        throw new QueueClosedError('the queue takes nothing now')
    }
  }

  async #isWanted(
    open: OpenPullRequest,
    installationId: number,
    record: InstallationRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { checks, logger } = this.#options
    const head = { ...open, installationId }
    const check = await checks.recall(head, signal)
    if (check?.complete === true) return false
    if (check === null && (await record.isReviewed(open, signal))) return false
    const finds = this.#findsOf(open)
    const most = check?.open === true ? mostBrokenTries : mostTries
    if (finds < mostFinds && (check?.tries ?? 0) < most) return true
    if (finds <= mostFinds) {
      logger.warning(`${headOf(open)} was tried too often without an end; it is left alone`)
      if (check?.open === true)
        await checks.ended(head, givenUpCheck('it was tried too often without an end'))
    }
    this.#remember(headOf(open), mostFinds + 1)
    return false
  }

  #findsOf(open: OpenPullRequest): number {
    return this.#finds.get(headOf(open)) ?? 0
  }

  #remember(head: string, finds: number): void {
    if (this.#finds.size > mostRemembered) this.#finds.clear()
    this.#finds.set(head, finds)
  }
}

function headOf({ pullRequest, headSha }: OpenPullRequest): string {
  return `${formatRef(pullRequest)}@${headSha}`
}
