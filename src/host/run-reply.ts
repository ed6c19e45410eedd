import { DryRunThreadWriter } from '../adapters/dry-run/thread-writer.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { FixableError } from '../errors.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { formatRef } from '../pull-request.ts'
import { judgeReply, type ReplyPorts } from '../review/judge-reply.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import type { ReplyRequest } from '../trigger/review-comment.ts'
import { LoggedLanguageModel } from './logged-language-model.ts'
import { explain, postingMs, type ReviewHost, randomNonce } from './run-review.ts'

/** What a host of reviews has as well. */
export type ReplyHost = Pick<ReviewHost, 'createLanguageModel' | 'logger' | 'cancelled' | 'startedAt'> & {
  readonly connectGitHub: (
    deadline: number,
    signal: AbortSignal,
  ) => Promise<Pick<ReplyPorts, 'pullRequests' | 'sources' | 'threads'>>
}

/** One reply from a request to its outcome, as `runReview` does it with a review. */
export async function runReply(
  request: ReplyRequest,
  config: ReviewConfig,
  host: ReplyHost,
): Promise<ReviewOutcome> {
  const { logger, cancelled, startedAt } = host
  const deadline = startedAt + config.timeoutMs
  const modelDeadline = deadline - postingMs(config.timeoutMs)
  const until = (time: number) =>
    AbortSignal.any([cancelled, AbortSignal.timeout(Math.max(0, time - Date.now()))])
  try {
    const timeOver = until(deadline)
    const { pullRequests, sources, threads } = await host.connectGitHub(deadline, timeOver)
    const languageModel = logged(host.createLanguageModel(modelDeadline), config, host)
    const ports = { pullRequests, sources, languageModel }
    return await judgeReply(
      request,
      config,
      { ...ports, threads: config.dryRun ? new DryRunThreadWriter(logger) : threads },
      { cancelled, timeOver, modelTimeOver: until(modelDeadline), nonce: randomNonce() },
    )
  } catch (error) {
    const ending = Date.now() < deadline ? 'failed' : 'timed_out'
    const mayImprove = !(error instanceof FixableError)
    return withoutReview(ending, explain(error, logger), formatRef(request.pullRequest), mayImprove)
  }
}

function logged(model: LanguageModel, { logLevel }: ReviewConfig, { logger }: ReplyHost): LanguageModel {
  return logLevel === 'trace' ? new LoggedLanguageModel(model, logger) : model
}
