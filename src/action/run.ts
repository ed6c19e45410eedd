import * as core from '@actions/core'
import { DryRunReviewPublisher } from '../adapters/dry-run/review-publisher.ts'
import { type Credentials, connectGitHub } from '../adapters/github/connect.ts'
import { inputs } from '../config/inputs.ts'
import { loadConfig } from '../config/load.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { PhaseClock } from '../metrics/phase-clock.ts'
import { endedSamples, outcomeSamples } from '../metrics/samples.ts'
import { Trace } from '../metrics/trace.ts'
import { describeObservation } from '../metrics/trace-lines.ts'
import type { Observer } from '../ports/observer.ts'
import { CancelledError, FixableError, messageOf, TemporaryError } from '../errors.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import { type ReviewPorts, reviewPullRequest } from '../review/review-pull-request.ts'
import { decideTrigger, type IncomingEvent, type ReviewRequest } from '../trigger/trigger.ts'
import { actionLogger, setLogLevel } from './action-logger.ts'
import { createOctokit } from './create-octokit.ts'
import { harmless } from './harmless.ts'
import { readEvent } from './read-event.ts'
import { useProxyFromEnvironment } from './proxy.ts'
import { LazyLanguageModel } from './lazy-language-model.ts'
import { LoggedLanguageModel } from './logged-language-model.ts'
import { RunMetrics } from './run-metrics.ts'
import { listenForStop } from './stop-signals.ts'
import { recordRun, tellOutcome } from './tell-outcome.ts'

/** Time kept for posting after the model's time is over: a tenth, two seconds at least, of a very short run a quarter. */
function postingMs(timeoutMs: number): number {
  return Math.min(20_000, timeoutMs / 4, Math.max(2_000, timeoutMs / 10))
}

/** The action: from the runner's environment to a posted review, outputs, metrics and an exit status. */
export async function run(): Promise<void> {
  const startedAt = Date.now()
  const now = () => performance.now()
  const begunAt = now()
  const cancelled = listenForStop()
  const trace = new Trace(now)
  const metrics = new RunMetrics(actionLogger)
  const observe: Observer = (observation) => {
    trace.observe(observation)
    metrics.observe(observation)
    actionLogger.debug(describeObservation(observation))
  }
  const phases = new PhaseClock(now, observe)
  await useProxyFromEnvironment(process.env, actionLogger)
  const event = readEvent(process.env)
  const loaded = loadConfig(readInputs(), { eventName: event.name })
  if (loaded.kind === 'valid') {
    setLogLevel(loaded.config.logLevel)
    for (const warning of loaded.warnings) actionLogger.warning(warning)
  }
  const { pushgateway } = loaded.kind === 'valid' ? loaded.config : loaded
  const reviewing =
    loaded.kind === 'valid'
      ? reviewEvent(event, loaded.config, { startedAt, cancelled, observe, phases })
      : withoutReview('failed', `invalid inputs: ${loaded.problems.join(' ')}`, '')
  if (pushgateway !== null) {
    const known = { trigger: [event.name], model: loaded.kind === 'valid' ? modelsIn(loaded.config) : [] }
    metrics.prepare(pushgateway, process.env.GITHUB_REPOSITORY ?? '', known, observe)
  }
  const outcome = await reviewing
  const durationMs = now() - begunAt
  if (cancelled.aborted) {
    metrics.record(endedSamples('failed', durationMs))
    actionLogger.info('stopped: nothing was posted after the signal')
    await metrics.push(cancelled, observe)
    return
  }
  metrics.record(outcomeSamples(outcome, event.name, durationMs, Date.now() / 1000))
  // What people and workflows wait for does not wait for the metrics.
  const report = tellOutcome(outcome, loaded.kind === 'valid' ? loaded.config : strictGate)
  await metrics.push(cancelled, observe)
  recordRun(outcome, trace.soFar(), report)
}

/** Invalid inputs fail the step whatever they say themselves. */
const strictGate = { failOn: 'none', onInconclusive: 'fail' } as const

function readInputs(): Record<string, string> {
  const values = inputs.map(({ name, secret }): [string, string] => {
    const value = core.getInput(name)
    if (secret && value !== '') core.setSecret(value)
    return [name, value]
  })
  return Object.fromEntries(values)
}

const endingWithout = { skip: 'skipped', unreadable: 'failed' } as const

/** What the run as a whole hands to the review in it. */
type Run = {
  readonly startedAt: number
  readonly cancelled: AbortSignal
  readonly observe: Observer
  readonly phases: PhaseClock
}

async function reviewEvent(
  event: IncomingEvent,
  config: ReviewConfig,
  { startedAt, cancelled, observe, phases }: Run,
): Promise<ReviewOutcome> {
  const decision = decideTrigger(event, config.pullRequest)
  if (decision.kind !== 'review')
    return withoutReview(endingWithout[decision.kind], decision.reason, decision.pullRequest)
  const { request } = decision
  core.startGroup(harmless(`PatchPilot reviews ${formatRef(request.pullRequest)} (${request.trigger})`))
  const deadline = startedAt + config.timeoutMs
  try {
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
    const deadlines = { deadline, modelDeadline }
    const ports = await connectPorts(request, config, deadlines, observe, surroundings.timeOver)
    return await reviewPullRequest(request, config, phases.watch(ports), surroundings)
  } catch (error) {
    const ending = Date.now() < deadline ? 'failed' : 'timed_out'
    return withoutReview(ending, explain(error), formatRef(request.pullRequest))
  } finally {
    phases.end()
    core.endGroup()
  }
}

async function connectPorts(
  request: ReviewRequest,
  config: ReviewConfig,
  { deadline, modelDeadline }: { deadline: number; modelDeadline: number },
  observe: Observer,
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
    observe,
    signal,
  )
  const languageModel = new LazyLanguageModel(async () => {
    const { createLanguageModel } = await import(/* webpackIgnore: true */ './model/index.ts')
    const { baseUrl, apiKey } = config
    return createLanguageModel({ baseUrl, apiKey, deadline: modelDeadline }, logger, observe)
  })
  return {
    logger,
    pullRequests: github.pullRequests,
    languageModel:
      config.logLevel === 'trace' ? new LoggedLanguageModel(languageModel, logger) : languageModel,
    publisher: config.dryRun ? new DryRunReviewPublisher(logger) : github.publisher,
  }
}

function modelsIn({ model, fallbackModels }: ReviewConfig): readonly string[] {
  return [model, ...fallbackModels]
}

/** A reason for people; what we did not foresee keeps its stack in the debug log. */
function explain(error: unknown): string {
  if (error instanceof FixableError || error instanceof TemporaryError || error instanceof CancelledError)
    return error.message
  actionLogger.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return `an unexpected error, which is a bug in PatchPilot: ${messageOf(error)}`
}
