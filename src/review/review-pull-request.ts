import { CancelledError } from '../errors.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { readDiffs } from '../diff/read-diffs.ts'
import { anchorClaims } from '../finding/anchor-claims.ts'
import { commentBodies, recallMemory } from '../finding/recall.ts'
import { planReview } from '../plan/plan-review.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Logger } from '../ports/logger.ts'
import type { PullRequestReader } from '../ports/pull-request-reader.ts'
import type { Published, ReviewPublisher } from '../ports/review-publisher.ts'
import { frameTokens, promptFrame } from '../prompt/render.ts'
import type { ReviewContent } from '../publication/compose.ts'
import { formatRef, type PullRequestSnapshot, type PullRequestState } from '../pull-request.ts'
import { type ReviewRequest, reasonToSkip } from '../trigger/trigger.ts'
import { type AskedChunk, askModel, type TokenTally } from './ask-model.ts'
import { describeCoverage, listNotReviewed } from './coverage.ts'
import { type Decided, decideContent, type Learned } from './decide-content.ts'
import { type Delivery, type ReviewOutcome, reportFindings, withoutReview } from './outcome.ts'
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
  readonly run: string
  readonly startedAt: string
  readonly nonce: string
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
  if (skip !== null) return withoutReview('skipped', skip, formatRef(request.pullRequest))

  const { diffs, withoutHunks } = readDiffs(snapshot.files)
  const memory = recallMemory(snapshot)
  const frame = promptFrame(snapshot, { ...config, nonce: surroundings.nonce })
  const reviewedBefore = config.scope === 'full' ? new Set<string>() : memory.reviewedHunks
  const { chunks, leftOut } = planReview(diffs, reviewedBefore, config.requestTokens - frameTokens(frame))
  logger.info(
    `plan: ${chunks.flatMap((chunk) => chunk.parts).length} hunks in ${chunks.length} requests, ${leftOut.length} hunks and ${withoutHunks.length} files left out`,
  )

  const tokens: TokenTally = { promptTokens: 0, completionTokens: 0 }
  const asked = await askModel(chunks, {
    frame,
    tokens,
    logger,
    languageModel: ports.languageModel,
    models: [config.model, ...config.fallbackModels],
    budget: new TokenBudget(config.maxTokens),
    concurrency: config.concurrency,
    requestTokens: config.requestTokens,
    signal: surroundings.modelTimeOver,
  })
  if (surroundings.cancelled.aborted) throw new CancelledError('stopped before anything was posted')

  const answers = asked.filter((one) => one.kind === 'answered')
  const found = anchorClaims(
    answers.flatMap(({ answer }) => answer.claims),
    [...diffs, ...withoutHunks.map(({ path }) => ({ path, previousPath: null, hunks: [] }))],
  )
  const unplaced = found.filter((finding) => finding.kind === 'unplaced').length
  logger.info(
    `findings: ${found.length} claims, ${found.length - unplaced} on their lines, ${unplaced} without a place`,
  )

  const unlistedFiles = Math.max(0, snapshot.changedFileCount - snapshot.files.length)
  const learned: Learned = { diffs, withoutHunks, unlistedFiles, asked, leftOut, found, memory }
  let decided = decideContent(learned, memory, config)
  const usage = { requests: ports.languageModel.requestCount, ...tokens }
  const compose = (state: PullRequestState | null): ReviewContent | null => {
    decided = decideContent(learned, state === null ? memory : recallMemory(state), config)
    if (!decided.newsworthy) return null
    return {
      ...decided,
      target: { serverUrl: surroundings.serverUrl, ref: snapshot.ref, headSha: snapshot.headSha },
      run: surroundings.run,
      startedAt: surroundings.startedAt,
      summaries: answers.map(({ answer }) => answer.summary),
      notReviewed: listNotReviewed(decided.files),
      coverage: describeCoverage(decided.files),
      models: modelsOf(asked),
      ...usage,
    }
  }
  const published = await publishInTime(ports.publisher, snapshot, compose, surroundings)
  if (published.kind === 'superseded') {
    return {
      ...withoutReview('skipped', published.reason, formatRef(snapshot.ref)),
      usage,
      models: modelsOf(asked),
    }
  }
  return {
    ...concludeDelivery(published, decided, memory.reviewUrl),
    pullRequest: formatRef(snapshot.ref),
    baseSha: snapshot.baseSha,
    headSha: snapshot.headSha,
    models: modelsOf(asked),
    usage,
    summaries: answers.map(({ answer }) => answer.summary),
    findings: reportFindings(
      'content' in published ? published.content.selection : decided.selection,
      decided.repeated,
      commentBodies(snapshot),
    ),
    files: decided.files,
    rejected: answers.flatMap(({ answer }) => answer.rejected),
  }
}

/** A review that ran out of time before it was posted is an outcome; one that somebody stopped is none. */
async function publishInTime(
  publisher: ReviewPublisher,
  { ref, headSha }: PullRequestSnapshot,
  compose: (state: PullRequestState | null) => ReviewContent | null,
  { run, timeOver, cancelled }: ReviewSurroundings,
): Promise<Published> {
  try {
    return await publisher.publish(ref, headSha, run, compose, timeOver)
  } catch (error) {
    const content = compose(null)
    if (cancelled.aborted || !(error instanceof CancelledError) || content === null) throw error
    return {
      kind: 'failed',
      reason: 'the time set by `timeout` was over before the review was posted',
      content,
    }
  }
}

function modelsOf(asked: readonly AskedChunk[]): readonly string[] {
  return [...new Set(asked.flatMap((one) => (one.kind === 'answered' ? [one.model] : [])))]
}

/** Verdict and reason, once it is known what became of the review. */
function concludeDelivery(
  published: Exclude<Published, { kind: 'superseded' }>,
  decided: Decided,
  earlierReviewUrl: string | null,
): Pick<ReviewOutcome, 'verdict' | 'reason' | 'review' | 'delivery' | 'deliveryReason'> {
  const { verdict, reason } = decided
  const told = (delivery: Delivery, deliveryReason = '') => ({
    verdict,
    reason,
    review: null,
    delivery,
    deliveryReason,
  })
  switch (published.kind) {
    case 'posted':
      return { ...told('posted'), review: published.review }
    case 'not-posted':
      return told('dry-run')
    case 'nothing-new': {
      const before = `this head was reviewed already${earlierReviewUrl === null ? '' : `: ${earlierReviewUrl}`}`
      return { ...told('nothing-to-post'), reason: reason === '' ? before : `${reason} (${before})` }
    }
    case 'not-permitted':
      return told('not-permitted', published.reason)
    case 'failed':
      return { ...told('failed', published.reason), verdict: 'inconclusive', reason: published.reason }
  }
}
