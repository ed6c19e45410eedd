import * as core from '@actions/core'
import { inputs } from '../config/inputs.ts'
import { loadConfig } from '../config/load.ts'
import { modelsToAsk, type ReviewConfig } from '../config/schema.ts'
import { endedSamples, outcomeSamples, taskSample } from '../metrics/samples.ts'
import { Trace } from '../metrics/trace.ts'
import { describeObservation } from '../metrics/trace-lines.ts'
import type { Observer } from '../ports/observer.ts'
import { acknowledge, answerAsker, answerTo } from '../host/answer-asker.ts'
import { type ReviewHost, runReview } from '../host/run-review.ts'
import { formatRef } from '../pull-request.ts'
import { type ReviewOutcome, withoutReview } from '../review/outcome.ts'
import { decideCommentEvent } from '../trigger/comment-events.ts'
import { decideReviewComment } from '../trigger/review-comment.ts'
import { decideTrigger, type IncomingEvent, type ReviewRequest } from '../trigger/trigger.ts'
import { actionLogger, setLogLevel } from './action-logger.ts'
import { answerQuestion } from './answer-question.ts'
import { answerReply } from './answer-reply.ts'
import { connect, connectComments } from './connect.ts'
import { harmless } from './harmless.ts'
import { readEvent } from './read-event.ts'
import { useProxyFromEnvironment } from './proxy.ts'
import { loadLanguageModel } from './load-language-model.ts'
import { RunMetrics } from './run-metrics.ts'
import { listenForStop } from './stop-signals.ts'
import { recordRun, tellOutcome } from './tell-outcome.ts'

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
      ? reviewEvent(event, loaded.config, { startedAt, cancelled, observe })
      : withoutReview('failed', `invalid inputs: ${loaded.problems.join(' ')}`, '')
  if (pushgateway !== null) {
    const known = { trigger: [event.name], model: loaded.kind === 'valid' ? modelsToAsk(loaded.config) : [] }
    metrics.prepare(pushgateway, process.env.GITHUB_REPOSITORY ?? '', known, observe)
  }
  const outcome = await reviewing
  const durationMs = now() - begunAt
  const stopped = cancelled.aborted
  metrics.record([taskSample('started'), ...endedSamples(stopped ? 'failed' : outcome.ending, durationMs)])
  if (stopped) {
    actionLogger.info('stopped: nothing was posted after the signal')
    await metrics.push(cancelled, observe)
    return
  }
  metrics.record(outcomeSamples(outcome, event.name, Date.now() / 1000))
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
type Run = Pick<ReviewHost, 'startedAt' | 'cancelled' | 'observe'>

async function reviewEvent(event: IncomingEvent, config: ReviewConfig, run: Run): Promise<ReviewOutcome> {
  const decision =
    decideCommentEvent(event) ?? decideReviewComment(event) ?? decideTrigger(event, config.pullRequest)
  switch (decision.kind) {
    case 'skip':
    case 'unreadable':
      return withoutReview(endingWithout[decision.kind], decision.reason, decision.pullRequest)
    case 'question': {
      const { cancelled, observe } = run
      const comments = () => connectComments(decision.pullRequest, config, observe, cancelled)
      return answerQuestion(decision, comments, cancelled)
    }
    case 'reply':
      return answerReply(decision.request, config, run)
    case 'review':
      return reviewRequest(decision.request, config, run)
  }
}

async function reviewRequest(request: ReviewRequest, config: ReviewConfig, run: Run): Promise<ReviewOutcome> {
  const { pullRequest, trigger, askedBy } = request
  const { observe, cancelled } = run
  const logger = actionLogger
  const comments = () => connectComments(pullRequest, config, observe, cancelled)
  core.startGroup(harmless(`PatchPilot reviews ${formatRef(pullRequest)} (${trigger})`))
  try {
    if (askedBy !== null) acknowledge(pullRequest, askedBy, comments, logger, cancelled)
    const outcome = await runReview(request, config, {
      isLastAttempt: true,
      ...{ ...run, logger, serverUrl: process.env.GITHUB_SERVER_URL ?? 'https://github.com' },
      connectGitHub: (deadline, signal) => connect(pullRequest, config, () => deadline, observe, signal),
      parseYaml: async (text) => (await import(/* webpackIgnore: true */ './yaml/index.ts')).parseYaml(text),
      createLanguageModel: loadLanguageModel(config, observe),
    })
    if (!cancelled.aborted)
      await answerAsker(request, answerTo(request, outcome), comments, logger, cancelled)
    return outcome
  } finally {
    core.endGroup()
  }
}
