import { setImmediate } from 'node:timers/promises'
import { DryRunReviewPublisher } from '../adapters/dry-run/review-publisher.ts'
import { DryRunThreadWriter } from '../adapters/dry-run/thread-writer.ts'
import type { ParseYaml } from '../config/repository-config.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { CancelledError, FixableError, messageOf, TemporaryError } from '../errors.ts'
import { PhaseClock } from '../metrics/phase-clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { Observer } from '../ports/observer.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import { type ReviewPorts, reviewPullRequest } from '../review/review-pull-request.ts'
import type { ReviewRequest } from '../trigger/trigger.ts'
import { LoggedLanguageModel } from './logged-language-model.ts'

/** Where hosts differ. Deadlines are in milliseconds since the epoch. */
export type ReviewHost = {
  readonly connectGitHub: (
    deadline: number,
    signal: AbortSignal,
  ) => Promise<Pick<ReviewPorts, 'pullRequests' | 'sources' | 'publisher' | 'threads'>>
  readonly createLanguageModel: (deadline: number) => LanguageModel
  readonly parseYaml: ParseYaml
  readonly logger: Logger
  readonly observe: Observer
  /** Somebody stops the review: nothing may be posted afterwards. */
  readonly cancelled: AbortSignal
  /** An incomplete review is not tried again. */
  readonly isLastAttempt: boolean
  /** Of the pages that links lead to. */
  readonly serverUrl: string
  /** In milliseconds since the epoch; `timeout` counts from here. */
  readonly startedAt: number
}

/** One review from a request to its outcome, in real time and on real servers. Never throws: what went wrong is the outcome. */
export async function runReview(
  request: ReviewRequest,
  config: ReviewConfig,
  host: ReviewHost,
): Promise<ReviewOutcome> {
  const { logger, cancelled, startedAt, serverUrl, isLastAttempt } = host
  const now = () => performance.now()
  const phases = new PhaseClock(now, host.observe, now() - (Date.now() - startedAt))
  const deadline = startedAt + config.timeoutMs
  const modelDeadline = deadline - postingMs(config.timeoutMs)
  const until = (time: number) =>
    AbortSignal.any([cancelled, AbortSignal.timeout(Math.max(0, time - Date.now()))])
  try {
    const timeOver = until(deadline)
    const github = await host.connectGitHub(deadline, timeOver)
    const languageModel = host.createLanguageModel(modelDeadline)
    const ports = {
      logger,
      parseYaml: host.parseYaml,
      pullRequests: github.pullRequests,
      sources: github.sources,
      languageModel:
        config.logLevel === 'trace' ? new LoggedLanguageModel(languageModel, logger) : languageModel,
      publisher: config.dryRun ? new DryRunReviewPublisher(logger) : github.publisher,
      threads: config.dryRun ? new DryRunThreadWriter(logger) : github.threads,
    }
    return await reviewPullRequest(request, config, phases.watch(ports), {
      ...{ cancelled, modelTimeOver: until(modelDeadline), timeOver, serverUrl, isLastAttempt },
      ...{ runId: crypto.randomUUID(), nonce: randomNonce(), breathe: () => setImmediate() },
      startedAt: new Date(startedAt).toISOString(),
    })
  } catch (error) {
    const ending = Date.now() < deadline ? 'failed' : 'timed_out'
    const mayImprove = !(error instanceof FixableError)
    return withoutReview(ending, explain(error, logger), formatRef(request.pullRequest), mayImprove)
  } finally {
    phases.end()
  }
}

/** 60 random bits; more would only be more tokens, six times a prompt. */
export function randomNonce(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 16)
}

/** Time kept for posting after the model's time is over: a tenth, two seconds at least, of a very short run a quarter. */
export function postingMs(timeoutMs: number): number {
  return Math.min(20_000, timeoutMs / 4, Math.max(2_000, timeoutMs / 10))
}

/** A reason for people; what we did not foresee keeps its stack in the debug log. */
export function explain(error: unknown, logger: Logger): string {
  if (error instanceof FixableError || error instanceof TemporaryError || error instanceof CancelledError)
    return error.message
  logger.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return `an unexpected error, which is a bug in PatchPilot: ${messageOf(error)}`
}
