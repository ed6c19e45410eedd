import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../ports/logger.ts'
import {
  type Added,
  type Attempt,
  type AttemptEnd,
  type ListedJob,
  type QueueListing,
  type QueueState,
  type Dropped,
  type ReviewJob,
  type ReviewQueue,
  stopReasonOf,
  type Work,
  type WorkLimits,
} from '../../ports/review-queue.ts'
import { FairLine, type Waiting } from './fair-line.ts'
import { headOf, inPlaceOf, isOlder, jobId, pullRequestOf } from './job-id.ts'
import { attemptOf, type Backoff, backoffMs, waitBefore } from './retry.ts'
import { drainTimes, runAttempt } from './run-attempt.ts'

type Delayed = { readonly waiting: Waiting; readonly alarm: NodeJS.Timeout }

type Running = ListedJob & { readonly stop: AbortController; readonly ended: Promise<void> }

/** Jobs that wait at once. A job is less than a kilobyte; this bounds the memory that a flood takes. */
const mostWaiting = 50_000
/** Heads remembered as done, and jobs kept with the reason why they failed. */
const mostRemembered = 10_000

/** Jobs in the memory of this process. What is lost with it is found again on GitHub, which is the record. */
export class EmbeddedQueue implements ReviewQueue {
  readonly #logger: Logger
  readonly #backoff: Backoff
  readonly #ready = new FairLine()
  /** These three by pull request. */
  readonly #delayed = new Map<string, Delayed>()
  readonly #running = new Map<string, Running>()
  readonly #failed = new Map<string, QueueListing['failed'][number]>()
  /** By the job's id and by its head. */
  readonly #done = new Map<string, QueueListing['done'][number]>()
  #work: Work | null = null
  #limits: WorkLimits = { atOnce: 0, attemptMs: 0 }
  #dropped: Dropped = () => {}
  #closed = false

  constructor(logger: Logger, backoff: Backoff = backoffMs) {
    this.#logger = logger
    this.#backoff = backoff
  }

  async add(job: ReviewJob): Promise<Added> {
    if (this.#closed) return 'closed'
    const pullRequest = pullRequestOf(job)
    if (this.#isKnown(job)) return 'duplicate'
    const waiting = this.#waiting(pullRequest)
    if (waiting === undefined && this.#ready.size + this.#delayed.size >= mostWaiting) return 'full'
    const running = this.#running.get(pullRequest)
    if (running !== undefined && running.job.request.headSha !== job.request.headSha)
      running.stop.abort('superseded')
    this.#failed.delete(pullRequest)
    if (waiting !== undefined && waiting.job.request.headSha !== job.request.headSha)
      this.#dropped(waiting.job, 'superseded')
    this.#dropDelayed(pullRequest)
    const whole = inPlaceOf(waiting?.job ?? null, job)
    this.#ready.add(pullRequest, { job: whole, attempt: 1, since: Date.now() })
    this.#next()
    return 'queued'
  }

  async knows(job: ReviewJob): Promise<boolean> {
    const pullRequest = pullRequestOf(job)
    const failed = this.#failed.get(pullRequest)
    return (failed !== undefined && jobId(failed.job) === jobId(job)) || this.#isKnown(job)
  }

  start(work: Work, limits: WorkLimits, dropped: Dropped = () => {}): void {
    this.#work = work
    this.#limits = limits
    this.#dropped = dropped
    this.#next()
  }

  async state(): Promise<QueueState> {
    const now = Date.now()
    let oldestWaitingMs = 0
    for (const [, { since }] of this.#ready) oldestWaitingMs = Math.max(oldestWaitingMs, now - since)
    return {
      waiting: this.#ready.size,
      delayed: this.#delayed.size,
      running: this.#running.size,
      failed: this.#failed.size,
      oldestWaitingMs,
    }
  }

  async list(most: number): Promise<QueueListing> {
    const delayed = [...this.#delayed.values()].map(({ waiting }) => waiting)
    const ready = [...this.#ready].map(([, waiting]) => waiting)
    return {
      running: [...this.#running.values()].slice(0, most),
      waiting: [...ready, ...delayed].slice(0, most),
      done: [...this.#done]
        .flatMap(([id, one]) => (id === jobId(one.job) ? one : []))
        .slice(-most)
        .reverse(),
      failed: [...this.#failed.values()].slice(-most).reverse(),
    }
  }

  async isReachable(): Promise<boolean> {
    return true
  }

  /** With the process it begins anew, and so does everybody who could ask. */
  async hasForgotten(): Promise<boolean> {
    return false
  }

  /** Nobody else shares this queue. */
  async claim(): Promise<boolean> {
    return true
  }

  async forget(installationId: number): Promise<void> {
    const itsOwn = ({ job }: { readonly job: ReviewJob }) => job.installationId === installationId
    for (const [pullRequest, waiting] of [...this.#ready])
      if (itsOwn(waiting)) this.#ready.delete(pullRequest)
    for (const [pullRequest, { waiting }] of [...this.#delayed])
      if (itsOwn(waiting)) this.#dropWaiting(pullRequest)
    for (const running of this.#running.values()) if (itsOwn(running)) running.stop.abort('unwanted')
  }

  async drain(withinMs: number): Promise<void> {
    this.#closed = true
    const waiting = this.#ready.size + this.#delayed.size
    if (waiting > 0) this.#logger.info(`${waiting} reviews still wait; the next start finds them on GitHub`)
    const jobs = [...this.#ready, ...this.#delayed].map(([, one]) =>
      'job' in one ? one.job : one.waiting.job,
    )
    for (const job of jobs) {
      this.#dropWaiting(pullRequestOf(job))
      this.#dropped(job, 'stopping')
    }
    const { goOnMs, leaveMs } = drainTimes(withinMs)
    await this.#allEnded(goOnMs)
    for (const { stop } of this.#running.values()) stop.abort('stopping')
    await this.#allEnded(leaveMs)
  }

  async #allEnded(withinMs: number): Promise<void> {
    const timer = new AbortController()
    const tooLong = sleep(withinMs, undefined, { signal: timer.signal }).catch(() => {})
    await Promise.race([Promise.all([...this.#running.values()].map(({ ended }) => ended)), tooLong])
    timer.abort()
  }

  /** A job that somebody asked for does what one without is for, at the same head. One that failed and waits is taken again. */
  #isKnown(job: ReviewJob): boolean {
    const pullRequest = pullRequestOf(job)
    const running = this.#running.get(pullRequest)
    const doing = [this.#ready.get(pullRequest), running?.stop.signal.aborted === false ? running : undefined]
    const key = job.again ? jobId : headOf
    const serves = (other: ReviewJob) => key(other) === key(job) || isOlder(job, other)
    return this.#done.has(key(job)) || doing.some((one) => one !== undefined && serves(one.job))
  }

  #waiting(pullRequest: string): Waiting | undefined {
    return this.#ready.get(pullRequest) ?? this.#delayed.get(pullRequest)?.waiting
  }

  #dropWaiting(pullRequest: string): void {
    this.#ready.delete(pullRequest)
    this.#dropDelayed(pullRequest)
  }

  #dropDelayed(pullRequest: string): void {
    clearTimeout(this.#delayed.get(pullRequest)?.alarm)
    this.#delayed.delete(pullRequest)
  }

  /** Begins whatever may begin; what was stopped for a newer head leaves first. */
  #next(): void {
    while (!this.#closed && this.#work !== null && this.#running.size < this.#limits.atOnce) {
      const next = this.#ready.take((pullRequest) => !this.#running.has(pullRequest))
      if (next === null) break
      this.#run(this.#work, ...next)
    }
  }

  #run(work: Work, pullRequest: string, { job, attempt, since }: Waiting): void {
    const stop = new AbortController()
    const count = attemptOf(attempt, this.#backoff)
    const ended = runAttempt(work, job, count, stop, this.#limits.attemptMs).then((end) => {
      this.#running.delete(pullRequest)
      this.#settle(pullRequest, { job, attempt, since }, count, end, stop.signal)
      this.#next()
    })
    this.#running.set(pullRequest, { job, attempt, since: Date.now(), stop, ended })
  }

  #settle(pullRequest: string, last: Waiting, planned: Attempt, end: AttemptEnd, signal: AbortSignal): void {
    const { job, attempt } = last
    const listed = { job, attempt, since: Date.now() }
    if (end.kind === 'done')
      for (const key of new Set([jobId(job), headOf(job)]))
        remember(this.#done, key, { ...listed, review: end.review })
    // A newer head has taken its place, or nobody wants it any more.
    const stopped = stopReasonOf(signal)
    if (end.kind === 'done' || end.kind === 'dropped' || (stopped !== null && stopped !== 'too-long')) return
    if (this.#waiting(pullRequest) !== undefined || this.#closed) return
    if (end.kind === 'retry' && planned.retryInMs !== null) {
      const waitMs = waitBefore(end.waitMs, planned)
      this.#logger.info(
        `${pullRequest}: ${end.reason}; attempt ${attempt + 1} in ${Math.ceil(waitMs / 1000)} s`,
      )
      this.#delay(pullRequest, { ...last, attempt: attempt + 1 }, waitMs)
    } else {
      this.#logger.warning(`${pullRequest}: given up after ${attempt} attempts: ${end.reason}`)
      remember(this.#failed, pullRequest, { ...listed, reason: end.reason })
    }
  }

  #delay(pullRequest: string, waiting: Waiting, waitMs: number): void {
    const alarm = setTimeout(() => {
      this.#delayed.delete(pullRequest)
      this.#ready.add(pullRequest, waiting)
      this.#next()
    }, waitMs)
    this.#delayed.set(pullRequest, { waiting, alarm })
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest)
}
