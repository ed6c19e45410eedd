import { CancelledError } from '../errors.ts'
import type { ParseYaml } from '../config/repository-config.ts'
import { modelsToAsk, type ReviewConfig } from '../config/schema.ts'
import { anchorClaims } from '../finding/anchor-claims.ts'
import { recallMemory } from '../finding/recall.ts'
import { planLimits } from '../plan/plan-limits.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { PullRequestReader } from '../ports/pull-request-reader.ts'
import type { Published, ReviewPublisher, Words } from '../ports/review-publisher.ts'
import type { SourceReader } from '../ports/source-reader.ts'
import type { ThreadWriter } from '../ports/thread-writer.ts'
import type { Claim } from '../prompt/answer.ts'
import { frameTokens, promptFrame } from '../prompt/render.ts'
import { formatRef, type PullRequestSnapshot, type PullRequestState } from '../pull-request.ts'
import { type ReviewRequest, reasonToSkip } from '../trigger/trigger.ts'
import { type Asked, askModel } from './ask-model.ts'
import type { TokenTally } from './budgeted-model.ts'
import { type Checked, checkFixed, nothingChecked } from './check-fixed.ts'
import { closeThreads } from './close-threads.ts'
import type { Told } from './compose-content.ts'
import { composeWords } from './compose-words.ts'
import { concludeReview } from './conclude.ts'
import { decideContent, type Learned } from './decide-content.ts'
import { type ReviewOutcome, withoutReview } from './outcome.ts'
import { describeFound } from './progress.ts'
import { everyFile } from './change.ts'
import { profileOf } from './profile.ts'
import { readChange } from './read-change.ts'
import { TokenBudget } from './token-budget.ts'
import { planFirstWave, planLastWave } from './waves.ts'

export type ReviewPorts = {
  readonly pullRequests: PullRequestReader
  readonly sources: SourceReader
  readonly languageModel: LanguageModel
  readonly publisher: ReviewPublisher
  readonly threads: ThreadWriter
  readonly parseYaml: ParseYaml
  readonly logger: Logger
}

/** What a host knows and the story may not find out by itself: time, chance, and where links lead. */
export type ReviewCircumstances = {
  /** Somebody stops the run: nothing may be posted afterwards. */
  readonly cancelled: AbortSignal
  /** The model's time is over: what is there is posted. */
  readonly modelTimeOver: AbortSignal
  /** All time is over. */
  readonly timeOver: AbortSignal
  /** Comes back once the process has done what was waiting: sending requests, above all. */
  readonly breathe: () => Promise<void>
  /** Unique to this run. */
  readonly runId: string
  readonly startedAt: string
  readonly nonce: string
  /** An incomplete review is not tried again. */
  readonly isLastAttempt: boolean
  readonly serverUrl: string
}

/** The story of a review, from a request to a posted review and its outcome. */
export async function reviewPullRequest(
  request: ReviewRequest,
  config: ReviewConfig,
  ports: ReviewPorts,
  circumstances: ReviewCircumstances,
): Promise<ReviewOutcome> {
  const { logger } = ports
  const snapshot = await ports.pullRequests.snapshot(request.pullRequest, circumstances.timeOver)
  const skip = reasonToSkip(snapshot, request)
  if (skip !== null) return withoutReview(skip.ending, skip.reason, formatRef(request.pullRequest))

  const { breathe, timeOver, modelTimeOver, cancelled } = circumstances
  const profile = profileOf(config)
  const memory = recallMemory(snapshot, profile)
  const reading = { sources: ports.sources, logger, breathe, signal: timeOver }
  const { standing } = memory
  const { listed, readRest } = await readChange(snapshot, standing, config, ports, reading, modelTimeOver)
  const reviewedBefore = config.scope === 'full' || request.full ? new Set<string>() : memory.reviewedHunks
  const frame = promptFrame(snapshot, { ...config, nonce: circumstances.nonce })
  const limits = planLimits(config, frameTokens(frame))
  const planning = { ...config, reviewedBefore, limits, logger, breathe }
  const first = planFirstWave(listed, planning)
  const last = planLastWave(listed, first, readRest, planning)

  const tokens: TokenTally = { promptTokens: 0, completionTokens: 0 }
  const { languageModel } = ports
  let checked: Checked = nothingChecked
  const asked = await askModel(first, last, {
    ...{ frame, tokens, languageModel, logger, breathe },
    models: modelsToAsk(config),
    budget: new TokenBudget(config.maxTokens),
    concurrency: config.concurrency,
    requestTokens: config.requestTokens,
    signal: modelTimeOver,
    isStillWanted: () => isStillHead(ports.pullRequests, snapshot, modelTimeOver),
    beside: async (model, models) => {
      const { change } = await last
      checked = await checkFixed(memory, change, frame, model, models, config.requestTokens, logger)
    },
  })
  if (cancelled.aborted) throw new CancelledError('stopped before anything was posted')

  const { change, ...planned } = await last
  const found = anchorClaims(claimsOf(asked), everyFile(change))
  logger.info(describeFound(found))
  const leftOut = [...change.notSent, ...planned.leftOut]
  const learned: Learned = { ...change, leftOut, asked: asked.chunks, found, checked, memory }
  const usage = { requests: languageModel.requestCount, ...tokens }
  const told: Told = { ...asked, usage, profile, warnings: change.warnings }
  let decided = decideContent(learned, memory, snapshot.headSha, config)
  const compose = (state: PullRequestState | null): Words | null => {
    const now = state === null ? memory : recallMemory(state, profile)
    decided = decideContent(learned, now, snapshot.headSha, config)
    return composeWords(decided, now, snapshot, told, circumstances)
  }
  const published = await publishInTime(ports.publisher, snapshot, compose, circumstances)
  await closeThreads(ports.threads, published, decided, snapshot, timeOver, logger)
  return concludeReview(published, decided, snapshot, memory, told, timeOver.aborted)
}

/** Where nobody can tell, the answer before posting counts. */
async function isStillHead(
  pullRequests: PullRequestReader,
  { ref, headSha }: PullRequestSnapshot,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return true
  const now = await pullRequests.headSha(ref, signal).catch(() => null)
  return now === null || now === headSha
}

function claimsOf({ chunks }: Asked): readonly Claim[] {
  return chunks.flatMap((one) => (one.kind === 'answered' ? one.answer.claims : []))
}

/** A review that ran out of time before it was posted is an outcome; one that somebody stopped is none. */
async function publishInTime(
  publisher: ReviewPublisher,
  { ref, headSha }: PullRequestSnapshot,
  compose: (state: PullRequestState | null) => Words | null,
  { runId, timeOver, cancelled }: ReviewCircumstances,
): Promise<Published> {
  try {
    return await publisher.publish(ref, headSha, runId, compose, timeOver)
  } catch (error) {
    if (cancelled.aborted || !(error instanceof CancelledError)) throw error
    return { kind: 'failed', reason: 'the time set by `timeout` was over while the review was being posted' }
  }
}
