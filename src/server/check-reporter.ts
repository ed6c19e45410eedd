import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, oneLine } from '../errors.ts'
import type {
  CheckedHead,
  CheckProgress,
  CheckRecord,
  CheckResult,
  ReviewChecks,
} from '../ports/review-checks.ts'
import type { ReviewJob } from '../ports/review-queue.ts'
import { safeInline } from '../publication/safe-markdown.ts'
import { formatRef } from '../pull-request.ts'
import type { JsonLogger } from './json-logger.ts'

/** A head, and on whose behalf it is looked after. */
export type InstallationHead = CheckedHead & { readonly installationId: number }

/** That of a job is the one its event was about. */
export type Checked = ReviewJob | InstallationHead

/** `deadline` is in milliseconds since the epoch. */
export type ChecksOf = (installationId: number, deadline: number) => ReviewChecks

/** What GitHub gets to answer; each annotation of an end takes its share of a further request. */
const callMs = 10_000
const annotationMs = 200
/** Another process may have been told that the permission is there now. */
const leftAloneMs = 10 * 60_000
/** A new job that nobody was told of within this time is no news any more. */
const newsMs = 10_000
/** Who begins at once is no news, and acknowledging deliveries comes first: one is told of after another, with pauses. */
const calm: Pace = { afterMs: 1_000, pauseMs: 50 }
/** New jobs waiting to be told of; of more nobody is told before they run. */
const mostWaiting = 100
/** Jobs that have begun, of which somebody might still say that they are new. */
const mostRemembered = 1_000

type News = { readonly job: ReviewJob; readonly since: Date; readonly stale: AbortSignal }

export type Pace = { readonly afterMs: number; readonly pauseMs: number }

/**
 * Shows on GitHub how far reviews are. Nothing here breaks a review: what goes wrong is a warning. What is told of one
 * head goes out in the order in which it was told; that a job is new is told in the background, and only until it begins.
 */
export class CheckReporter {
  readonly #checksOf: ChecksOf
  readonly #logger: JsonLogger
  readonly #timeLimit: (ms: number) => AbortSignal
  /** The last update of each head that has one under way. */
  readonly #tails = new Map<string, Promise<void>>()
  readonly #news = new Map<string, News>()
  readonly #pace: Pace
  #isTelling = false
  readonly #begun = new Set<string>()
  readonly #leftAloneUntil = new Map<number, number>()
  readonly #warnedOf = new Set<number>()

  /** `timeLimit` aborts after so many milliseconds. */
  constructor(
    checksOf: ChecksOf,
    logger: JsonLogger,
    timeLimit = (ms: number) => AbortSignal.timeout(ms),
    pace = calm,
  ) {
    this.#checksOf = checksOf
    this.#logger = logger
    this.#timeLimit = timeLimit
    this.#pace = pace
  }

  /** Returns at once. */
  queued(job: ReviewJob): void {
    const head = headOf(job)
    if (head === null || this.#news.size >= mostWaiting) return
    this.#news.set(keyOf(head), { job, since: new Date(), stale: this.#timeLimit(newsMs) })
    this.#tellNews()
  }

  /** Another attempt follows. */
  delayed(checked: Checked, reason: string): Promise<void> {
    return this.#tell(checked, { kind: 'delayed', note: safeInline(reason) })
  }

  running(checked: Checked, attempt: number): Promise<void> {
    return this.#tell(checked, { kind: 'running', attempt })
  }

  ended(checked: Checked, result: CheckResult): Promise<void> {
    return this.#tell(checked, { kind: 'ended', ...result })
  }

  /** Null also where it could not be read. */
  async recall(head: InstallationHead, signal: AbortSignal): Promise<CheckRecord | null> {
    if (this.#isLeftAlone(head)) return null
    const limit = AbortSignal.any([signal, this.#timeLimit(callMs)])
    try {
      return await this.#checks(head, callMs).recall(head, limit)
    } catch (error) {
      this.#warn(head, 'could not be read', error, limit)
      return null
    }
  }

  /** What the App may do there has changed. */
  permissionsChanged(installationId: number): void {
    this.#leftAloneUntil.delete(installationId)
    this.#warnedOf.delete(installationId)
  }

  /** Waits for what is under way, so long at most. New jobs are not told of any more. */
  async drained(withinMs: number): Promise<void> {
    this.#news.clear()
    const settled = new AbortController()
    const over = sleep(withinMs, undefined, { signal: settled.signal, ref: false }).catch(() => {})
    await Promise.race([this.#settled(), over])
    settled.abort()
  }

  async #settled(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values())
  }

  async #tellNews(): Promise<void> {
    if (this.#isTelling) return
    this.#isTelling = true
    for (let [next] = this.#news; next !== undefined; [next] = this.#news) {
      const [key, { job, since, stale }] = next
      const waitMs = since.getTime() + this.#pace.afterMs - Date.now()
      if (waitMs > 0) {
        await sleep(waitMs, undefined, { ref: false }) // it may have begun then
        continue
      }
      this.#news.delete(key)
      const head = headOf(job)
      if (head === null || stale.aborted || this.#begun.has(nameOf(job))) continue
      await this.#append(head, { kind: 'queued', since })
      await sleep(this.#pace.pauseMs, undefined, { ref: false })
    }
    this.#isTelling = false
  }

  async #tell(checked: Checked, progress: CheckProgress): Promise<void> {
    if ('request' in checked) this.#remember(nameOf(checked))
    const head = headOf(checked)
    if (head === null) return
    this.#news.delete(keyOf(head))
    await this.#append(head, progress)
  }

  #remember(job: string): void {
    this.#begun.delete(job)
    this.#begun.add(job)
    const [oldest] = this.#begun
    if (this.#begun.size > mostRemembered && oldest !== undefined) this.#begun.delete(oldest)
  }

  /** After what was told of the same head before. */
  #append(head: InstallationHead, progress: CheckProgress): Promise<void> {
    const key = keyOf(head)
    const before = this.#tails.get(key) ?? Promise.resolve()
    const tail = before
      .then(() => this.#show(head, progress))
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key)
      })
    this.#tails.set(key, tail)
    return tail
  }

  async #show(head: InstallationHead, progress: CheckProgress): Promise<void> {
    if (this.#isLeftAlone(head)) return
    const annotations = progress.kind === 'ended' ? progress.annotations.length : 0
    const ms = callMs + annotations * annotationMs
    const limit = this.#timeLimit(ms)
    try {
      const shown = await this.#checks(head, ms).show(head, progress, limit)
      if (shown === 'not-permitted') this.#leaveAlone(head)
    } catch (error) {
      this.#warn(head, `does not say that its review is ${words[progress.kind]}`, error, limit)
    }
  }

  #checks({ installationId }: InstallationHead, ms: number): ReviewChecks {
    return this.#checksOf(installationId, Date.now() + ms)
  }

  #isLeftAlone({ installationId }: InstallationHead): boolean {
    return (this.#leftAloneUntil.get(installationId) ?? 0) > Date.now()
  }

  #leaveAlone({ installationId }: InstallationHead): void {
    this.#leftAloneUntil.set(installationId, Date.now() + leftAloneMs)
    if (this.#warnedOf.has(installationId)) return
    this.#warnedOf.add(installationId)
    this.#logger
      .with({ installation: installationId })
      .warning(
        'no check runs are shown: give the App the permission checks: write, and accept it where it is installed',
      )
  }

  #warn(
    { installationId, pullRequest }: InstallationHead,
    what: string,
    error: unknown,
    limit: AbortSignal,
  ): void {
    const reason = limit.aborted ? 'it took GitHub too long' : oneLine(messageOf(error))
    this.#logger
      .with({ installation: installationId, pullRequest: formatRef(pullRequest) })
      .warning(`the check run ${what}: ${reason}`)
  }
}

const words = { queued: 'queued', delayed: 'queued again', running: 'under way', ended: 'over' } as const

/** Null where the event of a job names no head. */
function headOf(checked: Checked): InstallationHead | null {
  if (!('request' in checked)) return checked
  const { pullRequest, headSha } = checked.request
  return headSha === null ? null : { pullRequest, headSha, installationId: checked.installationId }
}

function keyOf({ pullRequest, headSha }: CheckedHead): string {
  return `${formatRef(pullRequest)} ${headSha}`
}

function nameOf({ request, deliveryId }: ReviewJob): string {
  return `${formatRef(request.pullRequest)} ${deliveryId}`
}
