import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { causeOf, TemporaryError } from '../../../errors.ts'
import type { Logger } from '../../../ports/logger.ts'
import type {
  Added,
  QueueListing,
  QueueState,
  Dropped,
  ReviewJob,
  ReviewQueue,
  Work,
  WorkLimits,
} from '../../../ports/review-queue.ts'
import { headOf, headOfId, inPlaceOf, isOlder, jobId, pullRequestOf } from '../job-id.ts'
import { type Backoff, backoffMs, mostAttempts } from '../retry.ts'
import { hurriedConnection, logAvailability, patientConnection, soon } from './connections.ts'
import { inLine, jobOptions, type QueuedJob, queueName, readEnd, readJob } from './jobs.ts'
import { readStopMessage, type StopMessage } from './stop-message.ts'
import { Line } from './line.ts'
import { readListing, readState } from './read-queue.ts'
import { RedisWorker } from './worker.ts'

type Options = {
  readonly url: string
  readonly logger: Logger
  /** Of all keys. */
  readonly prefix?: string
  readonly backoff?: Backoff
}

/** Jobs in Redis, shared by all processes that have its address. They survive whatever Redis survives. */
export class RedisQueue implements ReviewQueue {
  readonly #logger: Logger
  readonly #backoff: Backoff
  readonly #prefix: string
  readonly #commands: Redis
  readonly #workerConnection: Redis
  readonly #messages: Redis
  readonly #queue: Queue<unknown, unknown>
  readonly #line: Line
  #worker: RedisWorker | null = null
  #dropped: Dropped = () => {}
  #closed = false

  constructor({ url, logger, prefix = 'patchpilot', backoff = backoffMs }: Options) {
    this.#logger = logger
    this.#prefix = prefix
    this.#backoff = backoff
    this.#commands = hurriedConnection(url)
    this.#workerConnection = patientConnection(url)
    this.#messages = patientConnection(url)
    logAvailability(this.#commands, logger)
    for (const redis of [this.#workerConnection, this.#messages]) redis.on('error', () => {})
    this.#line = new Line(this.#commands, prefix)
    this.#queue = new Queue(queueName, {
      ...{ connection: this.#commands, prefix, skipVersionCheck: true },
      defaultJobOptions: { ...jobOptions, attempts: mostAttempts },
    })
    this.#queue.on('error', (error) => logger.debug(`queue: ${causeOf(error)}`))
  }

  async add(job: ReviewJob): Promise<Added> {
    if (this.#closed) return 'closed'
    try {
      return await this.#ask(() => this.#add(job))
    } catch (error) {
      this.#logger.debug(`a job could not be queued in Redis: ${causeOf(error)}`)
      return 'unreachable'
    }
  }

  async knows(job: ReviewJob): Promise<boolean> {
    const known = await this.#ask(() => this.#find(job))
    return known !== null && readEnd(known)?.kind !== 'dropped'
  }

  start(work: Work, limits: WorkLimits, dropped: Dropped = () => {}): void {
    this.#dropped = dropped
    this.#worker = new RedisWorker(work, limits, {
      connection: this.#workerConnection,
      ...{ prefix: this.#prefix, logger: this.#logger, backoff: this.#backoff },
      line: new Line(this.#workerConnection, this.#prefix),
      dropped,
    })
    this.#messages.on('message', (_channel, message) => this.#stop(message))
    this.#messages
      .subscribe(this.#channel)
      .catch((error) => this.#logger.debug(`messages: ${causeOf(error)}`))
  }

  state(): Promise<QueueState> {
    return this.#ask(() => readState(this.#queue, this.#line))
  }

  list(most: number): Promise<QueueListing> {
    return this.#ask(() => readListing(this.#queue, most))
  }

  async isReachable(): Promise<boolean> {
    return this.#commands.ping().then(
      () => true,
      () => false,
    )
  }

  async forget(installationId: number): Promise<void> {
    try {
      await this.#ask(() => this.#forget(installationId))
    } catch (error) {
      throw new TemporaryError(`the queue in Redis cannot be reached: ${causeOf(error)}`, { cause: error })
    }
  }

  async #forget(installationId: number): Promise<void> {
    const waiting = await this.#line.jobsOf(installationId)
    for (const id of waiting) {
      await this.#queue.remove(id)
      await this.#line.leave({ id, pullRequest: '', installationId })
    }
    for (const job of await this.#queue.getDelayed())
      if (readJob(job)?.installationId === installationId) await job.remove()
    await this.#tell({ kind: 'installation', installationId })
  }

  hasForgotten(): Promise<boolean> {
    return this.#line.isNew()
  }

  claim(task: string, forMs: number): Promise<boolean> {
    return this.#line.claim(task, forMs)
  }

  async drain(withinMs: number): Promise<void> {
    this.#closed = true
    await this.#worker?.drain(withinMs)
    for (const redis of [this.#commands, this.#workerConnection, this.#messages]) redis.disconnect()
  }

  /** BullMQ waits for its connection, and would do what was asked once nobody waits any more. */
  async #ask<Value>(question: () => Promise<Value>): Promise<Value> {
    if (this.#commands.status !== 'ready') throw new TemporaryError('Redis cannot be reached')
    return soon(question())
  }

  async #add(job: ReviewJob): Promise<Added> {
    if (!(await this.#makeRoom(job))) return 'duplicate'
    const id = jobId(job)
    const entered = await this.#line.enter(inLine(job))
    if (entered.kind === 'full') return 'full'
    const whole = inPlaceOf(await this.#waitingJob(entered.before), job)
    await this.#queue.add('review', whole, { jobId: id, priority: entered.turn })
    if (entered.before !== null) await this.#supersede(entered.before, job)
    return 'queued'
  }

  /** False where there is nothing to add. What failed, or was dropped, is out of the way then. */
  async #makeRoom(job: ReviewJob): Promise<boolean> {
    const known = await this.#find(job)
    if (known === null) return true
    const hasFailed = known.attemptsMade > 0 && (await known.isDelayed())
    const isOver = known.finishedOn !== undefined && readEnd(known)?.kind !== 'done'
    if (hasFailed || isOver) await this.#queue.remove(String(known.id))
    return hasFailed || isOver
  }

  /** The job that does what this one is for: the same, one of a newer head, or one that somebody asked for at the same head. */
  async #find(job: ReviewJob): Promise<QueuedJob | null> {
    const same = await this.#queue.getJob(jobId(job))
    if (same !== undefined) return same
    const newest = job.again ? null : await this.#line.newestOf(pullRequestOf(job))
    const queued = newest === null ? undefined : await this.#queue.getJob(newest)
    if (newest === null || queued === undefined) return null
    const other = readJob(queued)
    const isNewer = other !== null && isOlder(job, other) && queued.finishedOn === undefined
    return isNewer || headOfId(newest) === headOf(job) ? queued : null
  }

  /** Null where it does not wait. */
  async #waitingJob(id: string | null): Promise<ReviewJob | null> {
    const queued = id === null ? undefined : await this.#queue.getJob(id)
    if (queued === undefined || queued.finishedOn !== undefined || (await queued.isActive())) return null
    return readJob(queued)
  }

  /** What waits for an older head is dropped, what runs for it is stopped, wherever it runs. */
  async #supersede(id: string, by: ReviewJob): Promise<void> {
    const queued = await this.#queue.getJob(id)
    if (queued === undefined || (await queued.getState()) === 'completed') return
    const older = readJob(queued)
    const isOther = headOfId(id) !== headOf(by)
    if (await queued.isActive()) {
      if (isOther) await this.#tell({ kind: 'superseded', id })
      return
    }
    await this.#queue.remove(id)
    if (older === null) return
    await this.#line.leave(inLine(older))
    if (isOther && queued.finishedOn === undefined) this.#dropped(older, 'superseded')
  }

  get #channel(): string {
    return `${this.#prefix}:stop`
  }

  async #tell(message: StopMessage): Promise<void> {
    await this.#commands.publish(this.#channel, JSON.stringify(message))
  }

  #stop(text: string): void {
    const message = readStopMessage(text)
    if (message === null) this.#logger.debug('a message in Redis is not ours')
    else if (message.kind === 'superseded') this.#worker?.stop(message.id, 'superseded')
    else this.#worker?.stopAllOf(message.installationId)
  }
}
