import * as core from '@actions/core'
import { DryRunReviewPublisher } from '../adapters/dry-run/review-publisher.ts'
import { GitHubApi } from '../adapters/github/api.ts'
import { ownLogin } from '../adapters/github/own-login.ts'
import { PendingReviews } from '../adapters/github/pending-reviews.ts'
import { GitHubPullRequestReader } from '../adapters/github/pull-request-reader.ts'
import { StateReader } from '../adapters/github/read-state.ts'
import { GitHubReviewPublisher } from '../adapters/github/review-publisher.ts'
import { inputs } from '../config/inputs.ts'
import { loadConfig } from '../config/load.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { CancelledError, FixableError, messageOf, TemporaryError } from '../errors.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import { type ReviewPorts, reviewPullRequest } from '../review/review-pull-request.ts'
import { decideTrigger, type IncomingEvent, type ReviewRequest } from '../trigger/trigger.ts'
import { actionLogger } from './action-logger.ts'
import { connectGitHub } from './github-client.ts'
import { harmless } from './harmless.ts'
import { readEvent } from './read-event.ts'
import { useProxyFromEnvironment } from './proxy.ts'
import { LazyLanguageModel } from './lazy-language-model.ts'
import { listenForStop } from './stop-signals.ts'
import { tellOutcome } from './tell-outcome.ts'

/** Time kept for posting after the model's time is over: a quarter of a short run, never more than this. */
const longestPostingMs = 20_000

/** The action: from the runner's environment to a posted review, outputs and an exit status. */
export async function run(): Promise<void> {
  const startedAt = Date.now()
  const cancelled = listenForStop()
  useProxyFromEnvironment(process.env, actionLogger)
  const event = readEvent(process.env)
  const loaded = loadConfig(readInputs(), { eventName: event.name })
  if (loaded.kind === 'invalid') {
    core.setOutput('verdict', 'inconclusive')
    core.setOutput('reason', harmless(`invalid inputs: ${loaded.problems.join('; ')}`))
    core.setFailed(
      harmless(`Invalid inputs:\n${loaded.problems.map((problem) => `- ${problem}`).join('\n')}`),
    )
    return
  }
  for (const warning of loaded.warnings) actionLogger.warning(warning)
  const outcome = await reviewEvent(event, loaded.config, startedAt, cancelled)
  if (cancelled.aborted) actionLogger.info('stopped: nothing was posted after the signal')
  else await tellOutcome(outcome, loaded.config)
}

function readInputs(): Record<string, string> {
  const values = inputs.map(({ name, secret }): [string, string] => {
    const value = core.getInput(name)
    if (secret && value !== '') core.setSecret(value)
    return [name, value]
  })
  return Object.fromEntries(values)
}

async function reviewEvent(
  event: IncomingEvent,
  config: ReviewConfig,
  startedAt: number,
  cancelled: AbortSignal,
): Promise<ReviewOutcome> {
  const decision = decideTrigger(event, config.pullRequest)
  if (decision.kind === 'skip') return withoutReview('skipped', decision.reason, '')
  const { request } = decision
  core.startGroup(harmless(`PatchPilot reviews ${formatRef(request.pullRequest)} (${request.trigger})`))
  try {
    const deadline = startedAt + config.timeoutMs
    const modelDeadline = deadline - Math.min(longestPostingMs, config.timeoutMs / 4)
    const until = (time: number) =>
      AbortSignal.any([cancelled, AbortSignal.timeout(Math.max(0, time - Date.now()))])
    return await reviewPullRequest(
      request,
      config,
      await connectPorts(request, config, deadline, modelDeadline),
      {
        cancelled,
        modelTimeOver: until(modelDeadline),
        timeOver: until(deadline),
        run: crypto.randomUUID(),
        startedAt: new Date(startedAt).toISOString(),
        nonce: crypto.randomUUID(),
        serverUrl: process.env.GITHUB_SERVER_URL ?? 'https://github.com',
      },
    )
  } catch (error) {
    return withoutReview('inconclusive', explain(error), formatRef(request.pullRequest))
  } finally {
    core.endGroup()
  }
}

async function connectPorts(
  request: ReviewRequest,
  config: ReviewConfig,
  deadline: number,
  modelDeadline: number,
): Promise<ReviewPorts> {
  const logger = actionLogger
  const { octokit, appSlug } = await connectGitHub(config, request.pullRequest, deadline, logger)
  const api = new GitHubApi(octokit)
  const state = new StateReader(api, ownLogin(api, appSlug), logger)
  return {
    logger,
    pullRequests: new GitHubPullRequestReader(api, state, logger),
    languageModel: new LazyLanguageModel(async () => {
      const { createLanguageModel } = await import(/* webpackIgnore: true */ './model/index.ts')
      return createLanguageModel(
        { baseUrl: config.baseUrl, apiKey: config.apiKey, deadline: modelDeadline },
        logger,
      )
    }),
    publisher: config.dryRun
      ? new DryRunReviewPublisher(logger)
      : new GitHubReviewPublisher(new PendingReviews(api, logger), state, logger),
  }
}

/** A reason for people; what we did not foresee keeps its stack in the debug log. */
function explain(error: unknown): string {
  if (error instanceof FixableError || error instanceof TemporaryError || error instanceof CancelledError)
    return error.message
  actionLogger.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return `an unexpected error, which is a bug in PatchPilot: ${messageOf(error)}`
}
