import * as core from '@actions/core'
import { DryRunReviewPublisher } from '../adapters/dry-run/review-publisher.ts'
import { type Credentials, connectGitHub } from '../adapters/github/connect.ts'
import { inputs } from '../config/inputs.ts'
import { loadConfig } from '../config/load.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { CancelledError, FixableError, messageOf, TemporaryError } from '../errors.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import { type ReviewPorts, reviewPullRequest } from '../review/review-pull-request.ts'
import { decideTrigger, type IncomingEvent, type ReviewRequest } from '../trigger/trigger.ts'
import { actionLogger } from './action-logger.ts'
import { createOctokit } from './create-octokit.ts'
import { harmless } from './harmless.ts'
import { readEvent } from './read-event.ts'
import { useProxyFromEnvironment } from './proxy.ts'
import { LazyLanguageModel } from './lazy-language-model.ts'
import { listenForStop } from './stop-signals.ts'
import { tellOutcome } from './tell-outcome.ts'

/** Time kept for posting after the model's time is over: a tenth, two seconds at least, of a very short run a quarter. */
function postingMs(timeoutMs: number): number {
  return Math.min(20_000, timeoutMs / 4, Math.max(2_000, timeoutMs / 10))
}

/** The action: from the runner's environment to a posted review, outputs and an exit status. */
export async function run(): Promise<void> {
  const startedAt = Date.now()
  const cancelled = listenForStop()
  await useProxyFromEnvironment(process.env, actionLogger)
  const event = readEvent(process.env)
  const loaded = loadConfig(readInputs(), { eventName: event.name })
  if (loaded.kind === 'invalid') {
    const invalid = withoutReview('inconclusive', `invalid inputs: ${loaded.problems.join(' ')}`, '')
    tellOutcome(invalid, { failOn: 'none', onInconclusive: 'fail' })
    return
  }
  for (const warning of loaded.warnings) actionLogger.warning(warning)
  const outcome = await reviewEvent(event, loaded.config, startedAt, cancelled)
  if (cancelled.aborted) actionLogger.info('stopped: nothing was posted after the signal')
  else tellOutcome(outcome, loaded.config)
}

function readInputs(): Record<string, string> {
  const values = inputs.map(({ name, secret }): [string, string] => {
    const value = core.getInput(name)
    if (secret && value !== '') core.setSecret(value)
    return [name, value]
  })
  return Object.fromEntries(values)
}

const verdictWithout = { skip: 'skipped', unreadable: 'inconclusive' } as const

async function reviewEvent(
  event: IncomingEvent,
  config: ReviewConfig,
  startedAt: number,
  cancelled: AbortSignal,
): Promise<ReviewOutcome> {
  const decision = decideTrigger(event, config.pullRequest)
  if (decision.kind !== 'review')
    return withoutReview(verdictWithout[decision.kind], decision.reason, decision.pullRequest)
  const { request } = decision
  core.startGroup(harmless(`PatchPilot reviews ${formatRef(request.pullRequest)} (${request.trigger})`))
  try {
    const deadline = startedAt + config.timeoutMs
    const modelDeadline = deadline - postingMs(config.timeoutMs)
    const until = (time: number) =>
      AbortSignal.any([cancelled, AbortSignal.timeout(Math.max(0, time - Date.now()))])
    const surroundings = {
      cancelled,
      modelTimeOver: until(modelDeadline),
      timeOver: until(deadline),
      runId: crypto.randomUUID(),
      startedAt: new Date(startedAt).toISOString(),
      nonce: crypto.randomUUID(),
      serverUrl: process.env.GITHUB_SERVER_URL ?? 'https://github.com',
    }
    const ports = await connectPorts(request, config, { deadline, modelDeadline }, surroundings.timeOver)
    return await reviewPullRequest(request, config, ports, surroundings)
  } catch (error) {
    return withoutReview('inconclusive', explain(error), formatRef(request.pullRequest))
  } finally {
    core.endGroup()
  }
}

async function connectPorts(
  request: ReviewRequest,
  config: ReviewConfig,
  { deadline, modelDeadline }: { deadline: number; modelDeadline: number },
  signal: AbortSignal,
): Promise<ReviewPorts> {
  const logger = actionLogger
  const credentials: Credentials =
    config.app === null ? { kind: 'token', token: config.githubToken } : { kind: 'app', ...config.app }
  const github = await connectGitHub(
    createOctokit,
    credentials,
    request.pullRequest,
    deadline,
    logger,
    signal,
  )
  return {
    logger,
    pullRequests: github.pullRequests,
    languageModel: new LazyLanguageModel(async () => {
      const { createLanguageModel } = await import(/* webpackIgnore: true */ './model/index.ts')
      const { baseUrl, apiKey } = config
      return createLanguageModel({ baseUrl, apiKey, deadline: modelDeadline }, logger)
    }),
    publisher: config.dryRun ? new DryRunReviewPublisher(logger) : github.publisher,
  }
}

/** A reason for people; what we did not foresee keeps its stack in the debug log. */
function explain(error: unknown): string {
  if (error instanceof FixableError || error instanceof TemporaryError || error instanceof CancelledError)
    return error.message
  actionLogger.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return `an unexpected error, which is a bug in PatchPilot: ${messageOf(error)}`
}
