import { setTimeout as sleep } from 'node:timers/promises'
import type { GitHubApp } from '../adapters/github/app.ts'
import {
  type InstallationRecord,
  isOutOfReach,
  type NamedRepository,
  type Place,
} from '../adapters/github/app-record.ts'
import { causeOf } from '../errors.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { JsonLogger } from './json-logger.ts'
import { LostReviews, QueueClosedError } from './lost-reviews.ts'

/** GitHub keeps its record of deliveries for three days. https://docs.github.com/en/webhooks/using-webhooks/redelivering-webhooks */
const recordMs = 3 * 24 * 60 * 60_000
/** Clocks differ, and a delivery is on the record only when it was answered. */
const overlapMs = 10 * 60_000
/** A delivery can come that much later than what it tells of. */
const lateMs = 60 * 60_000
/** Of those who share a queue one looks, in this time. */
const claimMs = 20_000

export type RecoveryOptions = {
  readonly app: GitHubApp
  readonly queue: ReviewQueue
  readonly checks: CheckReporter
  readonly logger: JsonLogger
  readonly everyMs: number
}

/** A repository to look at, for what has happened since then. */
type Visit = Place & { readonly since: Date; readonly retriesFailed: boolean }

type Tally = { found: number; failure: unknown }

/** Finds reviews that were asked for and are neither done nor queued: GitHub is the record. */
export class Recovery {
  readonly #options: RecoveryOptions
  readonly #lost: LostReviews
  /** Up to when all is known; null: nothing is. */
  #since: Date | null = null
  /** Installations of which all of the record is to be looked at. */
  readonly #asked = new Set<number>()
  /** Where there is still to look. */
  readonly #behind = new Map<string, Visit>()
  #wanted = Promise.withResolvers<void>()

  constructor(options: RecoveryOptions) {
    this.#options = options
    this.#lost = new LostReviews(options)
  }

  /** Looks now, and then again and again until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, logger, everyMs } = this.#options
    const soonMs = Math.min(everyMs, claimMs)
    let failures = 0
    while (!signal.aborted) {
      let waitMs = everyMs
      this.#wanted = Promise.withResolvers<void>()
      try {
        if (!(await queue.isReachable())) waitMs = soonMs
        else if (this.#asked.size > 0 || (await queue.claim('recovery', soonMs))) await this.#look(signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        waitMs = Math.min(everyMs, soonMs * 2 ** failures++)
        logger.warning(
          `lost reviews could not be looked for everywhere, next try in ${waitMs / 1000} s: ${causeOf(error)}`,
        )
      }
      await Promise.race([sleep(waitMs, undefined, { signal }).catch(() => {}), this.#wanted.promise])
    }
  }

  /** Something has changed for this installation: looks at all of its record soon. */
  lookAtAllOf(installationId: number): void {
    this.#asked.add(installationId)
    this.#wanted.resolve()
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { queue, logger } = this.#options
    if (await queue.hasForgotten()) this.#since = null
    const startedAt = Date.now()
    await this.#plan(startedAt, signal)
    const tally: Tally = { found: 0, failure: null }
    const visits = [...this.#behind.values()]
    for (const [installationId, ofOne] of Map.groupBy(visits, (visit) => visit.installationId))
      await this.#visitAll(installationId, ofOne, tally, signal)
    logger.debug(`looked for lost reviews in ${visits.length} repositories`)
    if (tally.found > 0)
      logger.info(`found ${tally.found} pull requests on GitHub that were not reviewed yet`)
    if (tally.failure !== null) throw tally.failure
  }

  /** Adds to what looking is behind with. */
  async #plan(startedAt: number, signal: AbortSignal): Promise<void> {
    const { app, logger } = this.#options
    const all = new Date(startedAt - recordMs)
    const since = this.#since ?? all
    const asked = new Set(this.#asked)
    const record = await app.placesOfDeliveries(asked.size > 0 ? all : since, signal)
    if (!record.isComplete) logger.warning('the record of deliveries is too long to be read to its end')
    for (const installationId of asked) this.#asked.delete(installationId)
    for (const place of record.places) {
      const isAsked = asked.has(place.installationId)
      if (!isAsked && place.at < since) continue
      const before = this.#behind.get(keyOf(place))
      const earliest = Math.min((before?.since ?? since).getTime(), since.getTime())
      const retriesFailed = isAsked || before?.retriesFailed === true
      this.#behind.set(keyOf(place), { ...place, since: isAsked ? all : new Date(earliest), retriesFailed })
    }
    this.#since = new Date(startedAt - overlapMs)
  }

  async #visitAll(
    installationId: number,
    visits: readonly Visit[],
    tally: Tally,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const record = await this.#options.app.installation(installationId, signal)
      const ids = new Set(visits.map(({ repositoryId }) => repositoryId))
      const repositories = await record.repositories(ids, signal)
      for (const visit of visits) {
        const repository = repositories.find(({ id }) => id === visit.repositoryId)
        if (repository === undefined) this.#behind.delete(keyOf(visit))
        else await this.#visit(visit, repository, record, tally, signal)
      }
    } catch (error) {
      for (const visit of visits) this.#noteFailure(visit, error, tally, signal)
    }
  }

  async #visit(
    visit: Visit,
    repository: NamedRepository,
    record: InstallationRecord,
    tally: Tally,
    signal: AbortSignal,
  ): Promise<void> {
    const { since, installationId, retriesFailed } = visit
    try {
      const from = new Date(since.getTime() - lateMs)
      for (const open of await record.openPullRequests(repository, from, signal))
        if (await this.#lost.recover(open, installationId, record, retriesFailed, signal)) tally.found++
      this.#behind.delete(keyOf(visit))
    } catch (error) {
      this.#noteFailure(visit, error, tally, signal)
    }
  }

  /** What fails at one place keeps nobody from looking at the others. */
  #noteFailure(visit: Visit, error: unknown, tally: Tally, signal: AbortSignal): void {
    if (signal.aborted || error instanceof QueueClosedError) throw error
    if (isOutOfReach(error)) {
      const { installationId: installation } = visit
      this.#options.logger.with({ installation }).info(`not looked at: ${causeOf(error)}`)
      this.#behind.delete(keyOf(visit))
    } else tally.failure = error
  }
}

function keyOf({ installationId, repositoryId }: Place): string {
  return `${installationId}/${repositoryId}`
}
