import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DelayedError, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { causeOf } from '../../../errors.ts'
import type { Logger } from '../../../ports/logger.ts'
import {
  type Dropped,
  type ReviewJob,
  type StopReason,
  stopReasonOf,
  type Work,
  type WorkLimits,
} from '../../../ports/review-queue.ts'
import { headOf, headOfId, jobId } from '../job-id.ts'
import { attemptOf, type Backoff, waitBefore } from '../retry.ts'
import { drainTimes, runAttempt } from '../run-attempt.ts'
import { type Ended, inLine, type QueuedJob, queueName, readJob } from './jobs.ts'
import { heartbeatMs, type Line } from './line.ts'

/** A worker that is gone is noticed after this; one that lives renews twice as often. */
const lockMs = 10_000
/** How often that is looked for. */
const lookMs = 5_000
/** Of a head whose review takes the whole process down again and again. */
const mostLostAttempts = 10
/** Until it is seen again whether the older head, or a worker that was thought gone, has left. */
const busyMs = 250
/** For Redis to hear how the last jobs ended. */
const farewellMs = 2_000

/** Its message says why there is another attempt, or why there is none. */
class LaterError extends Error {
  override readonly name = 'LaterError'
  readonly waitMs: number

  constructor(reason: string, waitMs: number) {
    super(reason)
    this.waitMs = waitMs
  }
}

/** No other attempt follows, and the last one has told so. */
class GivenUpError extends UnrecoverableError {}

type Options = {
  readonly connection: Redis
  readonly prefix: string
  readonly line: Line
  readonly logger: Logger
  readonly backoff: Backoff
  readonly dropped: Dropped
}

/** Does jobs of the shared queue in this process. */
export class RedisWorker {
  readonly #options: Options
  readonly #work: Work
  readonly #limits: WorkLimits
  readonly #worker: Worker<unknown, Ended>
  readonly #running = new Set<{ readonly job: ReviewJob; readonly stop: AbortController }>()

  constructor(work: Work, limits: WorkLimits, options: Options) {
    this.#options = options
    this.#work = work
    this.#limits = limits
    const { connection, prefix, backoff } = options
    this.#worker = new Worker(queueName, (job, token) => this.#process(job, token), {
      ...{ connection, prefix, concurrency: limits.atOnce },
      ...{ lockDuration: lockMs, stalledInterval: lookMs, maxStalledCount: mostLostAttempts },
      ...{ runRetryDelay: 1_000 },
      settings: {
        backoffStrategy: (attempts, _type, error) =>
          error instanceof LaterError ? error.waitMs : backoff(attempts),
      },
    })
    this.#worker.on('failed', (job, error) => this.#noteFailure(job, error))
    this.#worker.on('error', (error) => options.logger.debug(`worker: ${causeOf(error)}`))
  }

  stop(id: string, reason: StopReason): void {
    for (const { job, stop } of this.#running) if (jobId(job) === id) stop.abort(reason)
  }

  stopAllOf(installationId: number): void {
    for (const { job, stop } of this.#running)
      if (job.installationId === installationId) stop.abort('unwanted')
  }

  /** Takes no more jobs; those that run end within this time, or are handed back. */
  async drain(withinMs: number): Promise<void> {
    const over = new AbortController()
    const until = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => {})
    const patience = until(drainTimes(withinMs).goOnMs).then(() => {
      for (const { stop } of this.#running) stop.abort('stopping')
    })
    await this.#worker.pause(true)
    // What Redis is not told of, because it is away, comes back to another worker after a while.
    const closed = this.#worker.close()
    await Promise.race([closed, until(withinMs), this.#allLeft().then(() => until(farewellMs))])
    over.abort()
    await patience
  }

  async #allLeft(): Promise<void> {
    while (this.#running.size > 0) await sleep(100)
  }

  async #process(queued: QueuedJob, token: string | undefined): Promise<Ended> {
    const { line, dropped } = this.#options
    const job = readJob(queued)
    if (job === null) throw new GivenUpError('the job is not in the form of this version')
    const runner = randomUUID()
    const begun = await line.begin(inLine(job), runner, queued.priority)
    if (begun.kind === 'superseded') {
      if (begun.byHead !== headOf(job)) dropped(job, 'superseded')
      return { kind: 'dropped', reason: 'something newer has taken its place' }
    }
    if (begun.kind === 'busy') {
      await queued.moveToDelayed(Date.now() + busyMs, token)
      throw new DelayedError()
    }
    const running = { job, stop: new AbortController() }
    this.#running.add(running)
    const goOn = async () => {
      const newest = await line.goOn(inLine(job).pullRequest, runner)
      // Whoever tells of a newer head is not heard while the connection for that is away.
      if (newest !== null && headOfId(newest) !== headOf(job)) running.stop.abort('superseded')
    }
    const heartbeat = setInterval(() => goOn().catch(() => {}), heartbeatMs) // said again soon
    try {
      return await this.#attempt(job, queued, running.stop, token)
    } finally {
      clearInterval(heartbeat)
      this.#running.delete(running)
      await line.end(inLine(job).pullRequest, runner)
    }
  }

  async #attempt(
    job: ReviewJob,
    queued: QueuedJob,
    stop: AbortController,
    token: string | undefined,
  ): Promise<Ended> {
    const attempt = attemptOf(queued.attemptsMade + 1, this.#options.backoff)
    const end = await runAttempt(this.#work, job, attempt, stop, this.#limits.attemptMs)
    if (end.kind === 'done' || end.kind === 'dropped') return end
    switch (stopReasonOf(stop.signal)) {
      case 'superseded':
      case 'unwanted':
      case 'lost':
        return { kind: 'dropped', reason: end.reason }
      case 'stopping':
        // BullMQ wakes nobody for a job that is moved back to those that wait.
        await queued.moveToDelayed(Date.now(), token)
        throw new DelayedError()
      case 'too-long':
      case null:
        if (end.kind === 'failed') throw new GivenUpError(end.reason)
        throw new LaterError(end.reason, waitBefore(end.waitMs, attempt))
    }
  }

  #noteFailure(queued: QueuedJob | undefined, error: Error): void {
    const { logger, dropped } = this.#options
    const job = queued === undefined ? null : readJob(queued)
    const name = job === null ? 'a job' : inLine(job).pullRequest
    if (queued !== undefined && queued.finishedOn === undefined) {
      logger.info(`${name}: ${error.message}; attempt ${queued.attemptsMade + 1} follows`)
      return
    }
    logger.warning(`${name}: given up after ${queued?.attemptsMade ?? 'some'} attempts: ${error.message}`)
    // BullMQ itself gives up what no worker came to the end of.
    if (job !== null && error instanceof UnrecoverableError && !(error instanceof GivenUpError))
      dropped(job, 'lost')
  }
}
