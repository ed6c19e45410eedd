import { setTimeout as sleep } from 'node:timers/promises'
import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { causeOf } from '../../../errors.ts'
import type { Logger } from '../../../ports/logger.ts'
import {
  type Dropped,
  type StopReason,
  stopReasonOf,
  type Work,
  type WorkLimits,
} from '../../../ports/review-queue.ts'
import { pullRequestOf } from '../job-id.ts'
import { attemptOf, type Backoff } from '../retry.ts'
import { drainTimes, runAttempt } from '../run-attempt.ts'
import { type Ended, type QueuedJob, queueName } from './jobs.ts'
import type { Line } from './line.ts'

/** A worker that is gone is noticed after this; one that lives renews twice as often. */
const lockMs = 10_000
/** How often that is looked for. */
const lookMs = 5_000
/** Of a head whose review takes the whole process down again and again. */
const mostLostAttempts = 10
/** Until it is seen again whether the older head has left. */
const busyMs = 250

/** Its message says why there is another attempt, or why there is none. */
class LaterError extends Error {
  override readonly name = 'LaterError'
  readonly waitMs: number

  constructor(reason: string, waitMs: number) {
    super(reason)
    this.waitMs = waitMs
  }
}

type Options = {
  readonly connection: Redis
  readonly prefix: string
  readonly line: Line
  readonly logger: Logger
  readonly backoff: Backoff
  readonly dropped: Dropped
  readonly isActive: (id: string) => Promise<boolean>
}

/** Does jobs of the shared queue in this process. */
export class RedisWorker {
  readonly #options: Options
  readonly #work: Work
  readonly #limits: WorkLimits
  readonly #worker: Worker<QueuedJob['data'], Ended>
  /** By the job's id. */
  readonly #running = new Map<string, { readonly stop: AbortController; readonly installationId: number }>()

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
    this.#worker.on('failed', (job, error) => this.#logFailure(job, error))
    this.#worker.on('error', (error) => options.logger.debug(`worker: ${causeOf(error)}`))
  }

  stop(id: string, reason: StopReason): void {
    this.#running.get(id)?.stop.abort(reason)
  }

  stopAllOf(installationId: number): void {
    for (const running of this.#running.values())
      if (running.installationId === installationId) running.stop.abort('unwanted')
  }

  /** Takes no more jobs; those that run end within this time, or are handed back. */
  async drain(withinMs: number): Promise<void> {
    const over = new AbortController()
    const until = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => {})
    const patience = until(drainTimes(withinMs).goOnMs).then(() => {
      for (const { stop } of this.#running.values()) stop.abort('stopping')
    })
    await this.#worker.pause(true)
    // What Redis is not told of, because it is away, comes back to another worker after a while.
    await Promise.race([this.#worker.close(), until(withinMs)])
    over.abort()
    await patience
  }

  async #process(job: QueuedJob, token: string | undefined): Promise<Ended> {
    const { line, isActive, dropped } = this.#options
    const id = String(job.id)
    const pullRequest = pullRequestOf(job.data)
    const { installationId } = job.data
    const begun = await line.begin(id, pullRequest, installationId)
    if (begun.kind === 'superseded') {
      dropped(job.data, 'superseded')
      return { kind: 'dropped', reason: 'a newer head has taken its place' }
    }
    if (begun.kind === 'busy') {
      // Whoever ran it may be gone.
      if (!(await isActive(begun.with))) await line.end(begun.with, pullRequest)
      await job.moveToDelayed(Date.now() + busyMs, token)
      throw new DelayedError()
    }
    const stop = new AbortController()
    this.#running.set(id, { stop, installationId })
    try {
      return await this.#attempt(job, stop, token)
    } finally {
      this.#running.delete(id)
      await line.end(id, pullRequest)
    }
  }

  async #attempt(job: QueuedJob, stop: AbortController, token: string | undefined): Promise<Ended> {
    const attempt = attemptOf(job.attemptsMade + 1, this.#options.backoff)
    const end = await runAttempt(this.#work, job.data, attempt, stop, this.#limits.attemptMs)
    if (end.kind === 'done' || end.kind === 'dropped') return end
    switch (stopReasonOf(stop.signal)) {
      case 'superseded':
      case 'unwanted':
        return { kind: 'dropped', reason: end.reason }
      case 'stopping':
        await job.moveToWait(token)
        throw new WaitingError()
      case 'too-long':
      case null:
        if (end.kind === 'failed') throw new UnrecoverableError(end.reason)
        throw new LaterError(end.reason, end.waitMs ?? attempt.retryInMs ?? 0)
    }
  }

  #logFailure(job: QueuedJob | undefined, error: Error): void {
    const { logger } = this.#options
    const name = job === undefined ? 'a job' : pullRequestOf(job.data)
    if (job?.finishedOn !== undefined || job === undefined)
      logger.warning(`${name}: given up after ${job?.attemptsMade ?? 'some'} attempts: ${error.message}`)
    else logger.info(`${name}: ${error.message}; attempt ${job.attemptsMade + 1} follows`)
  }
}
