import { CancelledError } from '../errors.ts'
import { modelsToAsk, type ReviewConfig } from '../config/schema.ts'
import type { FileDiff } from '../diff/patch.ts'
import { readDiffs } from '../diff/read-diffs.ts'
import { anchorClaims } from '../finding/anchor-claims.ts'
import { recallMemory } from '../finding/recall.ts'
import { planReview } from '../plan/plan-review.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { PullRequestReader } from '../ports/pull-request-reader.ts'
import type { Published, ReviewPublisher } from '../ports/review-publisher.ts'
import type { Claim } from '../prompt/answer.ts'
import { frameTokens, promptFrame } from '../prompt/render.ts'
import type { ReviewContent } from '../publication/compose.ts'
import { formatRef, type PullRequestSnapshot, type PullRequestState } from '../pull-request.ts'
import { type ReviewRequest, reasonToSkip } from '../trigger/trigger.ts'
import { type AskedChunk, askModel, type TokenTally } from './ask-model.ts'
import { composeContent } from './compose-content.ts'
import { concludeReview } from './conclude.ts'
import { type Decided, decideContent, type Learned } from './decide-content.ts'
import { describeFound, describePlan } from './progress.ts'
import { type ReviewOutcome, withoutReview } from './outcome.ts'
import { TokenBudget } from './token-budget.ts'

export type ReviewPorts = {
  readonly pullRequests: PullRequestReader
  readonly languageModel: LanguageModel
  readonly publisher: ReviewPublisher
  readonly logger: Logger
}

/** What a host knows and the story may not find out by itself: time, chance, and where links lead. */
export type ReviewSurroundings = {
  /** Somebody stops the run: nothing may be posted afterwards. */
  readonly cancelled: AbortSignal
  /** The model's time is over: what is there is posted. */
  readonly modelTimeOver: AbortSignal
  /** All time is over. */
  readonly timeOver: AbortSignal
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
  surroundings: ReviewSurroundings,
): Promise<ReviewOutcome> {
  const { logger } = ports
  const snapshot = await ports.pullRequests.snapshot(request.pullRequest, surroundings.timeOver)
  const skip = reasonToSkip(snapshot, request)
  if (skip !== null) return withoutReview(skip.ending, skip.reason, formatRef(request.pullRequest))

  const files = readDiffs(snapshot.files)
  const memory = recallMemory(snapshot)
  const frame = promptFrame(snapshot, { ...config, nonce: surroundings.nonce })
  const reviewedBefore = config.scope === 'full' || request.full ? new Set<string>() : memory.reviewedHunks
  const plan = planReview(files.diffs, reviewedBefore, config.requestTokens - frameTokens(frame))
  logger.info(describePlan(plan, config.model))

  const tokens: TokenTally = { promptTokens: 0, completionTokens: 0 }
  const { languageModel } = ports
  const asked = await askModel(plan.chunks, {
    ...{ frame, tokens, languageModel, logger },
    models: modelsToAsk(config),
    budget: new TokenBudget(config.maxTokens),
    concurrency: config.concurrency,
    requestTokens: config.requestTokens,
    signal: surroundings.modelTimeOver,
  })
  if (surroundings.cancelled.aborted) throw new CancelledError('stopped before anything was posted')

  const found = anchorClaims(claimsOf(asked), everyFile(files))
  logger.info(describeFound(found))
  const unlistedFiles = Math.max(0, snapshot.changedFileCount - snapshot.files.length)
  const learned: Learned = { ...files, leftOut: plan.leftOut, unlistedFiles, asked, found, memory }
  const usage = { requests: languageModel.requestCount, ...tokens }
  let decided = decideContent(learned, memory, config)
  const compose = (state: PullRequestState | null): ReviewContent | null => {
    decided = decideContent(learned, state === null ? memory : recallMemory(state), config)
    return isWorthPosting(decided, surroundings)
      ? composeContent(decided, snapshot, asked, usage, surroundings)
      : null
  }
  const published = await publishInTime(ports.publisher, snapshot, compose, surroundings)
  return concludeReview(published, decided, snapshot, asked, usage, surroundings.timeOver.aborted)
}

/** Before another attempt, only what that one need not do again: that nothing came of this one is no news yet. */
function isWorthPosting(
  { newsworthy, mayImprove, reviewedHunks }: Decided,
  { isLastAttempt }: ReviewSurroundings,
): boolean {
  return newsworthy && (isLastAttempt || !mayImprove || reviewedHunks.length > 0)
}

function claimsOf(asked: readonly AskedChunk[]): readonly Claim[] {
  return asked.flatMap((one) => (one.kind === 'answered' ? one.answer.claims : []))
}

/** Claims may name files that have no hunks: those must be known, so that no other file is taken for them. */
function everyFile({ diffs, withoutHunks }: ReturnType<typeof readDiffs>): readonly FileDiff[] {
  return [...diffs, ...withoutHunks.map(({ path }) => ({ path, previousPath: null, hunks: [] }))]
}

/** A review that ran out of time before it was posted is an outcome; one that somebody stopped is none. */
async function publishInTime(
  publisher: ReviewPublisher,
  { ref, headSha }: PullRequestSnapshot,
  compose: (state: PullRequestState | null) => ReviewContent | null,
  { runId, timeOver, cancelled }: ReviewSurroundings,
): Promise<Published> {
  try {
    return await publisher.publish(ref, headSha, runId, compose, timeOver)
  } catch (error) {
    if (cancelled.aborted || !(error instanceof CancelledError)) throw error
    return { kind: 'failed', reason: 'the time set by `timeout` was over while the review was being posted' }
  }
}
