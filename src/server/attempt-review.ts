import type { GitHubApp } from '../adapters/github/app.ts'
import { type AppIdentity, type CreateOctokit, connectGitHub } from '../adapters/github/connect.ts'
import { createLanguageModel } from '../adapters/openai/create.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { parseYaml } from '../config/yaml.ts'
import { runReview } from '../host/run-review.ts'
import type { Logger } from '../ports/logger.ts'
import type { Observer } from '../ports/observer.ts'
import type { Attempt, ReviewJob } from '../ports/review-queue.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { TimeToWait } from './time-to-wait.ts'

export type ReviewAs = {
  readonly createOctokit: CreateOctokit
  readonly identity: AppIdentity
  readonly app: GitHubApp
  readonly config: ReviewConfig
  /** Of the pages that links lead to. */
  readonly serverUrl: string
}

export type AttemptSurroundings = {
  readonly startedAt: number
  readonly told: TimeToWait
  readonly logger: Logger
  readonly observe: Observer
  readonly cancelled: AbortSignal
}

/** A worker does something else than wait longer for a rate limit, as long as no model's answer would be lost. */
const longestWaitMs = 15_000

/**
 * GitHub may know a head later than it tells of it, and deliveries do not come in order: in the end its word counts. Who asks
 * in a comment means whatever head there is.
 */
const triesForHead = 3

/** One attempt at a job: the same review as the action's, as the App's installation. */
export function attemptReview(
  { request, installationId }: ReviewJob,
  attempt: Attempt,
  { createOctokit, identity, app, config, serverUrl }: ReviewAs,
  { startedAt, told, logger, observe, cancelled }: AttemptSurroundings,
): Promise<ReviewOutcome> {
  const isOfHead = request.askedBy === null && attempt.number < triesForHead
  const headSha = isOfHead ? request.headSha : null
  return runReview({ ...request, headSha }, config, {
    ...{ logger, observe, cancelled, serverUrl, startedAt, isLastAttempt: attempt.retryInMs === null },
    connectGitHub: async (deadline, timeOver) => {
      const slug = await app.slug(timeOver)
      const credentials = { kind: 'installation', installationId, slug, ...identity } as const
      const patience = () => (told.modelWasAsked ? deadline : Math.min(deadline, Date.now() + longestWaitMs))
      const { pullRequest } = request
      return connectGitHub(createOctokit, credentials, pullRequest, patience, logger, observe, timeOver)
    },
    parseYaml: async (text) => parseYaml(text),
    createLanguageModel: (deadline) =>
      createLanguageModel({ baseUrl: config.baseUrl, apiKey: config.apiKey, deadline }, logger, observe),
  })
}
