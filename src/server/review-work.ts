import {
  type AppIdentity,
  type CreateOctokit,
  connectGitHub,
  readAppSlug,
} from '../adapters/github/connect.ts'
import { createLanguageModel } from '../adapters/openai/create.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { runReview } from '../host/run-review.ts'
import type { MetricsRecorder } from '../metrics/recorder.ts'
import { endedSamples, observationSamples, outcomeSamples, taskSample } from '../metrics/samples.ts'
import { describeObservation } from '../metrics/trace-lines.ts'
import type { Observer } from '../ports/observer.ts'
import type { AttemptEnd, ReviewJob, Work } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { JsonLogger } from './json-logger.ts'

export type ReviewWorkOptions = {
  readonly createOctokit: CreateOctokit
  readonly app: AppIdentity
  readonly config: ReviewConfig
  /** Of the pages that links lead to. */
  readonly serverUrl: string
  readonly recorder: MetricsRecorder
  readonly logger: JsonLogger
}

/** The work of a server's queue: the same review as the action's, as the App's installation. */
export function reviewWork(options: ReviewWorkOptions): Work {
  const { createOctokit, app, config, serverUrl, recorder } = options
  let slug: string | null = null
  return async (job, attempt, signal) => {
    const logger = options.logger.with(fieldsOf(job))
    const observe: Observer = (observation) => {
      recorder.record(observationSamples(observation))
      logger.debug(describeObservation(observation))
    }
    recorder.record([taskSample(attempt === 1 ? 'started' : 'retried')])
    const startedAt = Date.now()
    const { pullRequest, trigger } = job.request
    // Whichever head the pull request has by now: deliveries do not come in order.
    const outcome = await runReview({ ...job.request, headSha: null }, config, {
      ...{ logger, observe, cancelled: signal, serverUrl, startedAt },
      connectGitHub: async (deadline, timeOver) => {
        slug ??= await readAppSlug(createOctokit, app, logger, observe, timeOver)
        const credentials = {
          kind: 'installation',
          installationId: job.installationId,
          slug,
          ...app,
        } as const
        return connectGitHub(createOctokit, credentials, pullRequest, deadline, logger, observe, timeOver)
      },
      createLanguageModel: (deadline) =>
        createLanguageModel({ baseUrl: config.baseUrl, apiKey: config.apiKey, deadline }, logger, observe),
    })
    const durationMs = Date.now() - startedAt
    if (signal.aborted) {
      recorder.record(endedSamples('superseded', durationMs))
      logger.with({ durationMs }).info('stopped: a newer head has taken its place, or the server stops')
      return { kind: 'done' }
    }
    recorder.record(endedSamples(outcome.ending, durationMs))
    recorder.record(outcomeSamples(outcome, trigger, Date.now() / 1000))
    const review = outcome.review === null ? '' : `; ${outcome.review.url}`
    const reason = outcome.reason === '' ? '' : ` (${outcome.reason})`
    logger.with({ durationMs, attempt }).info(`verdict: ${outcome.verdict}${reason}${review}`)
    return endOf(outcome)
  }
}

function fieldsOf({ deliveryId, installationId, request }: ReviewJob) {
  return {
    delivery: deliveryId,
    installation: installationId,
    pullRequest: formatRef(request.pullRequest),
  }
}

/** What was not completed may be later, and costs only what was left unreviewed. */
function endOf({ ending, reason }: ReviewOutcome): AttemptEnd {
  return ending === 'failed' || ending === 'timed_out'
    ? { kind: 'retry', reason, waitMs: null }
    : { kind: 'done' }
}
