import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { MetricsRecorder } from '../metrics/recorder.ts'
import { endedSamples, outcomeSamples, taskSample } from '../metrics/samples.ts'
import { formatRef, type PullRequestRef } from '../pull-request.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { ReplyRequest } from '../trigger/review-comment.ts'
import type { JsonLogger } from './json-logger.ts'

export type ReplyJob = {
  readonly request: ReplyRequest
  readonly installationId: number
  readonly deliveryId: string
}

/** Judges and answers one reply, and never throws. */
export type AnswerReply = (
  job: ReplyJob,
  logger: JsonLogger,
  startedAt: number,
  cancelled: AbortSignal,
) => Promise<ReviewOutcome>

/** Each is one small question to the model; the rest wait. */
const mostAtOnce = 2
const mostHeld = 200
/** One busy repository leaves room for the others. */
const mostHeldOfOne = 20
/** Before the second try, and before the third and last. */
const usualPausesMs = [10_000, 60_000] as const

/**
 * Replies in threads of ours, judged beside the queue of reviews, because somebody waits for an answer. They are held in
 * memory alone: one that a crash takes along stays unanswered, unless its delivery comes again.
 */
export class ThreadReplies {
  readonly #answer: AnswerReply
  readonly #recorder: MetricsRecorder
  readonly #logger: JsonLogger
  readonly #pausesMs: readonly number[]
  readonly #stop = new AbortController()
  /** By the reply: the same delivery may come again meanwhile. */
  readonly #held = new Map<number, { readonly repository: string; readonly done: Promise<void> }>()
  /** The end of what is done in each thread: it gets one answer, so its replies take their turns. */
  readonly #threads = new Map<number, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #running = 0
  #isClosed = false

  constructor(
    answer: AnswerReply,
    recorder: MetricsRecorder,
    logger: JsonLogger,
    pausesMs: readonly number[] = usualPausesMs,
  ) {
    this.#answer = answer
    this.#recorder = recorder
    this.#logger = logger
    this.#pausesMs = pausesMs
  }

  take(job: ReplyJob): 'queued' | 'duplicate' | 'full' | 'closed' {
    const { commentId, rootCommentId, pullRequest } = job.request
    const repository = repositoryOf(pullRequest)
    if (this.#isClosed) return 'closed'
    if (this.#held.has(commentId)) return 'duplicate'
    if (this.#held.size >= mostHeld || this.#heldOf(repository) >= mostHeldOfOne) return 'full'
    const before = this.#threads.get(rootCommentId) ?? Promise.resolve()
    const done = before.then(() => this.#work(job))
    this.#held.set(commentId, { repository, done })
    this.#threads.set(rootCommentId, done)
    done.finally(() => {
      this.#held.delete(commentId)
      if (this.#threads.get(rootCommentId) === done) this.#threads.delete(rootCommentId)
    })
    return 'queued'
  }

  /** Takes no more, and is over within this time: what is under way then is stopped. */
  async drain(withinMs: number): Promise<void> {
    this.#isClosed = true
    const timeOver = setTimeout(() => {
      this.#stop.abort()
      for (const wake of this.#waiting.splice(0)) wake()
    }, withinMs)
    await Promise.all([...this.#held.values()].map(({ done }) => done))
    clearTimeout(timeOver)
  }

  #heldOf(repository: string): number {
    return [...this.#held.values()].filter((one) => one.repository === repository).length
  }

  async #work(job: ReplyJob): Promise<void> {
    const { request, installationId: installation, deliveryId: delivery } = job
    const logger = this.#logger.with({ delivery, installation, pullRequest: formatRef(request.pullRequest) })
    const { signal } = this.#stop
    for (const [index, pauseMs] of [...this.#pausesMs, null].entries()) {
      const isLast = pauseMs === null
      const outcome = await this.#tryOnce(job, logger, { isFirst: index === 0, isLast })
      if (signal.aborted && (outcome?.mayImprove ?? true))
        return logger.warning('stopped: a reply in a thread was not answered')
      if (isLast || outcome?.mayImprove !== true) return
      logger.info(`next try in ${pauseMs / 1000} s: ${outcome.reason}`)
      await sleep(pauseMs, undefined, { signal }).catch(() => {}) // stopped: said above
    }
  }

  /** Null where it was not begun, or threw, which it never should. */
  async #tryOnce(
    job: ReplyJob,
    logger: JsonLogger,
    { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
  ): Promise<ReviewOutcome | null> {
    const { signal } = this.#stop
    while (this.#running === mostAtOnce && !signal.aborted)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (signal.aborted) return null
    this.#running++
    const startedAt = Date.now()
    try {
      this.#recorder.record([taskSample(isFirst ? 'started' : 'retried')])
      const outcome = await this.#answer(job, logger, startedAt, signal)
      logger.info(`reply: ${outcome.reason}`)
      if (isLast || !outcome.mayImprove) {
        const endedAt = Date.now()
        this.#recorder.record(endedSamples(outcome.ending, endedAt - startedAt))
        this.#recorder.record(outcomeSamples(outcome, job.request.trigger, endedAt / 1000))
      }
      return outcome
    } catch (error) {
      logger.error(`a reply was not judged, which is a bug: ${messageOf(error)}`)
      return null
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }
}

function repositoryOf({ owner, repo }: PullRequestRef): string {
  return `${owner}/${repo}`.toLowerCase()
}
