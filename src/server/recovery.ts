import { setTimeout as sleep } from 'node:timers/promises'
import type { GitHubApp } from '../adapters/github/app.ts'
import { type InstallationRecord, isOutOfReach, type OpenPullRequest } from '../adapters/github/app-record.ts'
import { causeOf } from '../errors.ts'
import type { ReviewJob, ReviewQueue } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { JsonLogger } from './json-logger.ts'

/** GitHub keeps its record of deliveries for three days. https://docs.github.com/en/webhooks/using-webhooks/redelivering-webhooks */
const recordMs = 3 * 24 * 60 * 60_000
/** Clocks differ, and a delivery is on the record only when it was answered. */
const overlapMs = 10 * 60_000
/** Of those who share a queue one looks, in this time. */
const claimMs = 20_000
/** A head that was tried this often, and failed, is left alone until somebody asks for it. */
const mostTries = 10
/** Whose process went away in the middle of it each time, which need not be its fault. */
const mostBrokenTries = 50
/** Without check runs nobody knows of tries before this process; a head is found again this often. */
const mostFinds = 3
/** Heads of which that is known. */
const mostRemembered = 10_000

export type RecoveryOptions = {
  readonly app: GitHubApp
  readonly queue: ReviewQueue
  readonly checks: CheckReporter
  readonly logger: JsonLogger
  readonly everyMs: number
}

/** There is no use in looking on. */
class QueueClosedError extends Error {
  override readonly name = 'QueueClosedError'
}

type Found = { pullRequests: number; readonly failures: unknown[] }

/** Finds reviews that were asked for and are neither done nor queued: GitHub is the record. */
export class Recovery {
  readonly #options: RecoveryOptions
  readonly #finds = new Map<string, number>()
  #since: Date | null = null
  #asked = false
  /** Where something has changed, what had failed for good may succeed now. */
  #takesFailed = false
  #wanted = Promise.withResolvers<void>()

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** Looks now, and then again and again until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, logger, everyMs } = this.#options
    while (!signal.aborted) {
      let waitMs = everyMs
      this.#wanted = Promise.withResolvers<void>()
      try {
        if (!(await queue.isReachable())) waitMs = Math.min(everyMs, claimMs)
        else if (this.#asked || (await queue.claim('recovery', Math.min(claimMs, everyMs))))
          await this.#look(signal)
      } catch (error) {
        if (signal.aborted) return
        waitMs = Math.min(everyMs, claimMs)
        logger.warning(
          `lost reviews could not be looked for, next try in ${waitMs / 1000} s: ${causeOf(error)}`,
        )
      }
      await Promise.race([sleep(waitMs, undefined, { signal }).catch(() => {}), this.#wanted.promise])
    }
  }

  /** Something has changed for this App: looks at all of the record soon. */
  lookAtAll(): void {
    this.#since = null
    this.#asked = true
    this.#wanted.resolve()
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { app, logger } = this.#options
    this.#takesFailed = this.#asked
    this.#asked = false
    const startedAt = Date.now()
    const since = this.#since ?? new Date(startedAt - recordMs)
    const places = await app.placesOfDeliveries(since, signal)
    const found: Found = { pullRequests: 0, failures: [] }
    for (const [installationId, ofOne] of Map.groupBy(places, (place) => place.installationId)) {
      const ids = new Set(ofOne.map(({ repositoryId }) => repositoryId))
      await this.#tryAt(installationId, found, signal, async () => {
        const record = await app.installation(installationId, signal)
        for (const repository of await record.repositories(ids, signal))
          await this.#tryAt(installationId, found, signal, async () => {
            for (const open of await record.openPullRequests(repository, since, signal))
              if (await this.#recover(open, installationId, record, signal)) found.pullRequests++
          })
      })
    }
    logger.debug(`looked for lost reviews in ${places.length} repositories`)
    if (found.pullRequests > 0)
      logger.info(`found ${found.pullRequests} pull requests on GitHub that were not reviewed yet`)
    if (found.failures.length > 0) throw found.failures[0]
    if (!this.#asked) this.#since = new Date(startedAt - overlapMs)
  }

  /** What fails at one place keeps nobody from looking at the others. */
  async #tryAt(
    installation: number,
    found: Found,
    signal: AbortSignal,
    look: () => Promise<void>,
  ): Promise<void> {
    try {
      await look()
    } catch (error) {
      if (signal.aborted || error instanceof QueueClosedError) throw error
      if (isOutOfReach(error))
        this.#options.logger.with({ installation }).info(`not looked at: ${causeOf(error)}`)
      else found.failures.push(error)
    }
  }

  /** True if it is queued now. */
  async #recover(
    open: OpenPullRequest,
    installationId: number,
    record: InstallationRecord,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { queue } = this.#options
    const { pullRequest, headSha } = open
    const request = { pullRequest, headSha, trigger: 'pull_request', full: false }
    const job: ReviewJob = { request, installationId, deliveryId: 'recovery', again: false }
    if (!this.#takesFailed && (await queue.knows(job))) return false
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
    const check = await checks.recall({ ...open, installationId })
    if (check?.complete === true) return false
    if (check === null && (await record.isReviewed(open, signal))) return false
    const head = headOf(open)
    const finds = this.#findsOf(open)
    const most = check?.open === true ? mostBrokenTries : mostTries
    if (finds < mostFinds && (check?.tries ?? 0) < most) return true
    if (finds <= mostFinds) logger.warning(`${head} was tried too often without an end; it is left alone`)
    this.#remember(head, mostFinds + 1)
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
