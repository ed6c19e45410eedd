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
import { jobId, pullRequestOf } from '../job-id.ts'
import { type Backoff, backoffMs, mostAttempts } from '../retry.ts'
import { hurriedConnection, logAvailability, patientConnection, soon } from './connections.ts'
import { type Ended, jobOptions, listed, listedDone, queueName } from './jobs.ts'
import { Line } from './line.ts'
import { RedisWorker } from './worker.ts'

/** BullMQ's states of a job that has not begun. */
const waitingStates = ['waiting', 'prioritized', 'delayed'] as const

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
  readonly #queue: Queue<ReviewJob, Ended>
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
      return await soon(this.#add(job))
    } catch (error) {
      this.#logger.debug(`a job could not be queued in Redis: ${causeOf(error)}`)
      return 'unreachable'
    }
  }

  async knows(job: ReviewJob): Promise<boolean> {
    const known = await soon(this.#queue.getJob(jobId(job)))
    return known !== undefined && known.returnvalue?.kind !== 'dropped'
  }

  start(work: Work, limits: WorkLimits, dropped: Dropped = () => {}): void {
    this.#dropped = dropped
    this.#worker = new RedisWorker(work, limits, {
      connection: this.#workerConnection,
      ...{ prefix: this.#prefix, logger: this.#logger, backoff: this.#backoff },
      line: new Line(this.#workerConnection, this.#prefix),
      dropped,
      isActive: async (id) => (await this.#queue.getJobState(id)) === 'active',
    })
    this.#messages.on('message', (_channel, message) => this.#stop(message))
    this.#messages
      .subscribe(this.#channel)
      .catch((error) => this.#logger.debug(`messages: ${causeOf(error)}`))
  }

  state(): Promise<QueueState> {
    return soon(this.#state())
  }

  list(most: number): Promise<QueueListing> {
    return soon(this.#list(most))
  }

  async #state(): Promise<QueueState> {
    const counts = await this.#queue.getJobCounts(...waitingStates, 'active', 'failed')
    const oldest = await this.#line.oldest(async (id) => {
      const state = await this.#queue.getJobState(id)
      return state === 'waiting' || state === 'prioritized'
    })
    return {
      waiting: (counts.waiting ?? 0) + (counts.prioritized ?? 0),
      delayed: counts.delayed ?? 0,
      running: counts.active ?? 0,
      failed: counts.failed ?? 0,
      oldestWaitingMs: oldest === null ? 0 : Date.now() - oldest,
    }
  }

  async #list(most: number): Promise<QueueListing> {
    const [running, waiting, done, failed] = await Promise.all([
      this.#queue.getJobs(['active'], 0, most - 1),
      this.#queue.getJobs([...waitingStates], 0, most - 1),
      this.#queue.getJobs(['completed'], 0, most - 1),
      this.#queue.getJobs(['failed'], 0, most - 1),
    ])
    return {
      running: running.map((job) => listed(job, job.processedOn)),
      waiting: waiting.map((job) => listed(job, job.timestamp)),
      done: done.flatMap((job) => listedDone(job) ?? []),
      failed: failed.map((job) => ({ ...listed(job, job.finishedOn), reason: job.failedReason ?? '' })),
    }
  }

  async isReachable(): Promise<boolean> {
    return this.#commands.ping().then(
      () => true,
      () => false,
    )
  }

  async forget(installationId: number): Promise<void> {
    try {
      await soon(this.#forget(installationId))
    } catch (error) {
      throw new TemporaryError(`the queue in Redis cannot be reached: ${causeOf(error)}`, { cause: error })
    }
  }

  async #forget(installationId: number): Promise<void> {
    const waiting = await this.#line.jobsOf(installationId)
    for (const id of waiting) {
      await this.#queue.remove(id)
      await this.#line.leave(id, installationId)
    }
    for (const job of await this.#queue.getDelayed())
      if (job.data.installationId === installationId) await job.remove()
    await this.#tell({ kind: 'installation', installationId })
  }

  claim(task: string, forMs: number): Promise<boolean> {
    return this.#line.claim(task, forMs)
  }

  async drain(withinMs: number): Promise<void> {
    this.#closed = true
    await this.#worker?.drain(withinMs)
    for (const redis of [this.#commands, this.#workerConnection, this.#messages]) redis.disconnect()
  }

  async #add(job: ReviewJob): Promise<Added> {
    const id = jobId(job)
    const pullRequest = pullRequestOf(job)
    const entered = await this.#line.enter(this.#queue.toKey(id), id, pullRequest, job.installationId)
    if (entered.kind === 'full') return 'full'
    if (entered.kind === 'exists') return this.#addAgain(id, job)
    // Who has few in the line goes before who has many.
    await this.#queue.add('review', job, { jobId: id, priority: entered.turn })
    if (entered.before !== null) await this.#supersede(entered.before, job)
    return 'queued'
  }

  /** A job that failed is tried again, and one that was dropped begins anew. */
  async #addAgain(id: string, job: ReviewJob): Promise<Added> {
    const known = await this.#queue.getJob(id)
    const state = await this.#queue.getJobState(id)
    if (state === 'failed') {
      await known?.retry('failed', { resetAttemptsMade: true })
      return 'queued'
    }
    if (known !== undefined && !(state === 'completed' && known.returnvalue?.kind === 'dropped'))
      return 'duplicate'
    await this.#queue.remove(id)
    return this.#add(job)
  }

  /** What waits for an older head is dropped, what runs for it is stopped, wherever it runs. */
  async #supersede(id: string, by: ReviewJob): Promise<void> {
    const older = await this.#queue.getJob(id)
    if (older === undefined) return
    const state = await this.#queue.getJobState(id)
    const isOther = older.data.request.headSha !== by.request.headSha
    if (state === 'active') {
      if (isOther) await this.#tell({ kind: 'superseded', id })
    } else if (state !== 'completed') {
      await this.#queue.remove(id)
      await this.#line.leave(id, older.data.installationId)
      if (isOther && state !== 'failed') this.#dropped(older.data, 'superseded')
    }
  }

  get #channel(): string {
    return `${this.#prefix}:stop`
  }

  async #tell(message: StopMessage): Promise<void> {
    await this.#commands.publish(this.#channel, JSON.stringify(message))
  }

  #stop(text: string): void {
    const message: StopMessage = JSON.parse(text)
    if (message.kind === 'superseded') this.#worker?.stop(message.id, 'superseded')
    else this.#worker?.stopAllOf(message.installationId)
  }
}

/** Told to all who share the queue. */
type StopMessage =
  | { readonly kind: 'superseded'; readonly id: string }
  | { readonly kind: 'installation'; readonly installationId: number }
