import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Added, AttemptEnd, QueueState, ReviewJob, ReviewQueue, Work } from '../../ports/review-queue.ts'
import { formatRef } from '../../pull-request.ts'
import { backoffMs, mostAttempts } from './retry.ts'

type Waiting = {
  readonly job: ReviewJob
  readonly attempt: number
  readonly since: number
  /** Its next attempt may not begin earlier; in milliseconds since the epoch, like `since`. */
  readonly notBefore: number
}

type Running = { readonly job: ReviewJob; readonly stop: AbortController; readonly ended: Promise<void> }

/** Jobs that wait at once. A job is a few hundred bytes; this bounds how long the last one would wait. */
const mostWaiting = 1_000
/** Heads remembered as done, and jobs kept with the reason why they failed. */
const mostRemembered = 1_000
/** For a job that was stopped to leave everything as it should be. */
const stopMs = 3_000

/** Jobs in the memory of this process. What is lost with it is found again on GitHub, which is the record. */
export class EmbeddedQueue implements ReviewQueue {
  readonly #logger: Logger
  readonly #backoff: (attempt: number) => number
  /** By pull request. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #running = new Map<string, Running>()
  readonly #done = new Map<string, string | null>()
  readonly #failed = new Map<string, string>()
  /** By installation, when it last had its turn: a count of turns. */
  readonly #served = new Map<number, number>()
  #turns = 0
  #work: Work | null = null
  #atOnce = 0
  #closed = false
  #alarm: NodeJS.Timeout | undefined

  constructor(logger: Logger, backoff: (attempt: number) => number = backoffMs) {
    this.#logger = logger
    this.#backoff = backoff
  }

  async add(job: ReviewJob): Promise<Added> {
    if (this.#closed) return 'closed'
    const key = formatRef(job.request.pullRequest)
    if (this.#isKnown(key, job.request.headSha)) return 'duplicate'
    if (this.#waiting.size >= mostWaiting && !this.#waiting.has(key)) return 'full'
    this.#running.get(key)?.stop.abort()
    this.#failed.delete(key)
    this.#waiting.set(key, { job, attempt: 1, since: Date.now(), notBefore: 0 })
    this.#next()
    return 'queued'
  }

  start(work: Work, atOnce: number): void {
    this.#work = work
    this.#atOnce = atOnce
    this.#next()
  }

  async state(): Promise<QueueState> {
    const now = Date.now()
    const waiting = [...this.#waiting.values()]
    const ready = waiting.filter(({ notBefore }) => notBefore <= now)
    return {
      waiting: ready.length,
      delayed: waiting.length - ready.length,
      running: this.#running.size,
      failed: this.#failed.size,
      oldestWaitingMs: ready.reduce((oldest, { since }) => Math.max(oldest, now - since), 0),
    }
  }

  async drain(withinMs: number): Promise<void> {
    this.#closed = true
    clearTimeout(this.#alarm)
    if (this.#waiting.size > 0)
      this.#logger.info(`${this.#waiting.size} reviews still wait; the next start finds them on GitHub`)
    this.#waiting.clear()
    await this.#allEnded(withinMs)
    for (const { stop } of this.#running.values()) stop.abort()
    await this.#allEnded(stopMs)
  }

  async #allEnded(withinMs: number): Promise<void> {
    const timer = new AbortController()
    const tooLong = sleep(withinMs, undefined, { signal: timer.signal }).catch(() => {})
    await Promise.race([Promise.all([...this.#running.values()].map(({ ended }) => ended)), tooLong])
    timer.abort()
  }

  /** A head that nobody named may be any. */
  #isKnown(key: string, headSha: string | null): boolean {
    if (headSha === null) return false
    const running = this.#running.get(key)
    const heads = [this.#waiting.get(key)?.job.request.headSha, this.#done.get(key)]
    if (running?.stop.signal.aborted === false) heads.push(running.job.request.headSha)
    return heads.includes(headSha)
  }

  /** Begins whatever may begin. */
  #next(): void {
    clearTimeout(this.#alarm)
    while (!this.#closed && this.#work !== null && this.#running.size < this.#atOnce) {
      const next = this.#pick()
      if (next === null) break
      this.#run(...next)
    }
    const alarms = [...this.#waiting.values()].map(({ notBefore }) => notBefore - Date.now())
    const soonest = Math.min(...alarms.filter((ms) => ms > 0))
    if (!this.#closed && Number.isFinite(soonest)) this.#alarm = setTimeout(() => this.#next(), soonest)
  }

  /** Of the installation that has waited longest for a turn, the job that has waited longest. */
  #pick(): [key: string, next: Waiting] | null {
    const now = Date.now()
    const ready = [...this.#waiting].filter(
      // One that was stopped for a newer head is still leaving.
      ([key, { notBefore }]) => notBefore <= now && !this.#running.has(key),
    )
    const lastTurn = ([, { job }]: (typeof ready)[number]) => this.#served.get(job.installationId) ?? 0
    return ready.toSorted((a, b) => lastTurn(a) - lastTurn(b) || a[1].since - b[1].since)[0] ?? null
  }

  #run(key: string, { job, attempt, since }: Waiting): void {
    this.#waiting.delete(key)
    this.#served.set(job.installationId, ++this.#turns)
    const stop = new AbortController()
    const ended = this.#attempt(job, attempt, stop.signal).then((end) => {
      this.#running.delete(key)
      // A newer head has taken its place, or the process ends.
      if (!stop.signal.aborted) this.#settle(key, { job, attempt, since, notBefore: 0 }, end)
      this.#next()
    })
    this.#running.set(key, { job, stop, ended })
  }

  async #attempt(job: ReviewJob, attempt: number, signal: AbortSignal): Promise<AttemptEnd> {
    try {
      return (await this.#work?.(job, attempt, signal)) ?? { kind: 'done' }
    } catch (error) {
      return { kind: 'retry', reason: messageOf(error), waitMs: null }
    }
  }

  #settle(key: string, last: Waiting, end: AttemptEnd): void {
    const { job, attempt } = last
    if (end.kind === 'done') {
      remember(this.#done, key, job.request.headSha)
    } else if (end.kind === 'retry' && attempt < mostAttempts && !this.#closed) {
      const waitMs = end.waitMs ?? this.#backoff(attempt)
      this.#logger.info(`${key}: ${end.reason}; attempt ${attempt + 1} in ${Math.ceil(waitMs / 1000)} s`)
      this.#waiting.set(key, { ...last, attempt: attempt + 1, notBefore: Date.now() + waitMs })
    } else {
      this.#logger.warning(`${key}: given up after ${attempt} attempts: ${end.reason}`)
      remember(this.#failed, key, end.reason)
    }
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest)
}
