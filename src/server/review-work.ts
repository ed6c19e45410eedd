import type { MetricsRecorder } from '../metrics/recorder.ts'
import { endedSamples, outcomeSamples, taskSample } from '../metrics/samples.ts'
import { describeObservation } from '../metrics/trace-lines.ts'
import type { Observation, Observer } from '../ports/observer.ts'
import { answerTo } from '../host/answer-asker.ts'
import { supersededAnswer } from '../publication/command-answers.ts'
import { type AttemptEnd, type ReviewJob, stopReasonOf, type Work } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import { describeCheck, cancelledCheck } from '../review/describe-check.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import { attemptReview, type ReviewAs } from './attempt-review.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { CommandReplies } from './command-replies.ts'
import type { JsonLogger } from './json-logger.ts'
import { TimeToWait } from './time-to-wait.ts'

export type ReviewWorkOptions = ReviewAs & {
  readonly recorder: MetricsRecorder
  readonly checks: CheckReporter
  readonly replies: CommandReplies
  /** Is told what is seen on the wire, for metrics and the state of GitHub. */
  readonly observe: Observer
  readonly logger: JsonLogger
}

/** Whoever would have to wait longer for the next attempt is told what came of this one. */
const soonMs = 30_000

/** Until GitHub has told all its parts of a push. */
const headWaitMs = 2_000

/** Why a review was not carried through, for people. */
export const stopTexts = {
  superseded: 'a newer head has taken its place',
  unwanted: 'the App may not review here any more',
  stopping: 'the server was stopped; the review is done later',
  lost: 'the review began again and again, and never came to an end',
} as const

/** The work of a server's queue. */
export function reviewWork(options: ReviewWorkOptions): Work {
  const { recorder, checks, replies } = options
  return async (job, attempt, signal) => {
    const logger = options.logger.with({ ...fieldsOf(job), attempt: attempt.number })
    const startedAt = Date.now()
    const told = new TimeToWait(startedAt)
    const observe = (observation: Observation) => {
      logger.debug(describeObservation(observation))
      told.observe(observation)
      options.observe(observation)
    }
    recorder.record([taskSample(attempt.number === 1 ? 'started' : 'retried')])
    checks.running(job, attempt.number)
    const outcome = await attemptReview(job, attempt, options, {
      ...{ startedAt, told, logger, observe, cancelled: signal },
    })
    const durationMs = Date.now() - startedAt
    const stopped = stopReasonOf(signal)
    if (stopped !== null && stopped !== 'too-long' && outcome.review === null) {
      recorder.record(endedSamples('superseded', durationMs))
      logger.with({ durationMs }).info(`stopped: ${stopTexts[stopped]}`)
      // There is little time now.
      if (stopped === 'superseded') replies.ended(job, supersededAnswer(job.request.full))
      await checks.ended(job, cancelledCheck(stopTexts[stopped]))
      return { kind: 'retry', reason: stopTexts[stopped], waitMs: null }
    }
    const end = endOf(outcome, attempt.retryInMs, told.waitMs(), durationMs)
    // A task ends once, and a review counts once it was posted, or will never be.
    if (end.kind !== 'retry') recorder.record(endedSamples(outcome.ending, durationMs))
    if (end.kind !== 'retry' || outcome.review !== null)
      recorder.record(outcomeSamples(outcome, job.request.trigger, Date.now() / 1000))
    logger.with({ durationMs }).info(describeOutcome(outcome))
    await tellCheck(job, outcome, end, options)
    if (end.kind !== 'retry') await replies.ended(job, answerTo(job.request, outcome))
    return end
  }
}

function fieldsOf({ deliveryId, installationId, request }: ReviewJob) {
  return {
    delivery: deliveryId,
    installation: installationId,
    pullRequest: formatRef(request.pullRequest),
  }
}

function describeOutcome({ verdict, reason, review }: ReviewOutcome): string {
  const link = review === null ? '' : `; ${review.url}`
  return `verdict: ${verdict}${reason === '' ? '' : ` (${reason})`}${link}`
}

/** What was not completed may be later, and costs only what was left unreviewed. */
function endOf(
  { ending, verdict, reason, mayImprove, review, headSha }: ReviewOutcome,
  retryInMs: number | null,
  toldMs: number | null,
  durationMs: number,
): AttemptEnd {
  if (ending === 'superseded')
    return retryInMs === null ? { kind: 'dropped', reason } : { kind: 'retry', reason, waitMs: headWaitMs }
  if (ending === 'skipped') return { kind: 'dropped', reason }
  if (mayImprove) {
    const waitMs = toldMs ?? retryInMs
    return retryInMs === null ? { kind: 'failed', reason } : { kind: 'retry', reason, waitMs }
  }
  // Nothing was even read: the App may not, or it does not exist.
  if (verdict === 'inconclusive' && headSha === '') return { kind: 'failed', reason }
  return { kind: 'done', review: { verdict, url: review?.url ?? null, durationMs } }
}

async function tellCheck(
  job: ReviewJob,
  outcome: ReviewOutcome,
  end: AttemptEnd,
  { checks, config }: ReviewWorkOptions,
): Promise<void> {
  if (end.kind === 'retry' && end.waitMs !== null && end.waitMs < soonMs)
    return checks.delayed(job, `Another attempt follows in a moment: ${end.reason}`)
  const { installationId, request } = job
  const { headSha } = outcome
  // Whoever was at work on the head before may be gone.
  if (request.before !== null)
    await checks.ended(
      { pullRequest: request.pullRequest, headSha: request.before, installationId },
      cancelledCheck(stopTexts.superseded),
    )
  const result = describeCheck(outcome, config)
  if (headSha === '' || headSha === request.headSha) return checks.ended(job, result)
  await checks.ended(job, cancelledCheck(`the head has moved to ${headSha.slice(0, 7)}`))
  await checks.ended({ pullRequest: request.pullRequest, headSha, installationId }, result)
}
