import { DryRunCommentWriter } from '../adapters/dry-run/comment-writer.ts'
import { DryRunReviewChecks } from '../adapters/dry-run/review-checks.ts'
import { GitHubApp } from '../adapters/github/app.ts'
import { connectGitHub } from '../adapters/github/connect.ts'
import { connectChecks } from '../adapters/github/connect-checks.ts'
import { clientsOf } from '../adapters/github/server-client.ts'
import { tokenCache } from '../adapters/github/token-cache.ts'
import { PrometheusRecorder } from '../adapters/prometheus/recorder.ts'
import { EmbeddedQueue } from '../adapters/queue/embedded.ts'
import { RedisQueue } from '../adapters/queue/redis/queue.ts'
import { modelsToAsk } from '../config/schema.ts'
import { observationSamples } from '../metrics/samples.ts'
import type { Observation } from '../ports/observer.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import { version } from '../version.ts'
import { answerReplyAs } from './answer-reply.ts'
import { CheckReporter } from './check-reporter.ts'
import { CommandReplies } from './command-replies.ts'
import { GitHubHealth } from './github-health.ts'
import type { JsonLogger } from './json-logger.ts'
import { noteRefusals } from './note-refusals.ts'
import { Recovery } from './recovery.ts'
import { reviewWork } from './review-work.ts'
import { type RouteOptions, routesOf } from './routes.ts'
import type { ServerSettings } from './settings.ts'
import { ThreadReplies } from './thread-replies.ts'

/** Everything that a server is made of. */
export function assemble(settings: ServerSettings, logger: JsonLogger, stop: AbortSignal) {
  const { review, webhookSecrets } = settings
  const triggers = [
    'pull_request',
    'check_run',
    'check_suite',
    'issue_comment',
    'pull_request_review_comment',
  ]
  const known = { model: modelsToAsk(review), trigger: triggers }
  const recorder = new PrometheusRecorder({ server: true, known })
  const gitHub = new GitHubHealth(Date.now)
  const observe = (observation: Observation) => {
    recorder.record(observationSamples(observation))
    gitHub.observe(observation)
  }
  const queue = queueOf(settings, logger)
  const createOctokit = clientsOf(settings.apiUrl)
  const identity = { ...settings.app, tokens: tokenCache() }
  const app = new GitHubApp(createOctokit, identity, logger, observe)
  const checks = new CheckReporter(
    (installationId, deadline) =>
      review.dryRun
        ? new DryRunReviewChecks()
        : connectChecks(createOctokit, { ...identity, installationId }, () => deadline, logger, observe),
    logger,
  )
  const replies = new CommandReplies(async (ref, installationId, signal) => {
    if (review.dryRun) return new DryRunCommentWriter(logger)
    const slug = await app.slug(signal)
    const credentials = { kind: 'installation', installationId, slug, ...identity } as const
    // Whoever waits for a limit would answer too late.
    const connection = await connectGitHub(createOctokit, credentials, ref, Date.now, logger, observe, signal)
    return connection.comments
  }, logger)
  const reviewAs = { config: review, createOctokit, identity, app }
  const threads = new ThreadReplies(answerReplyAs(reviewAs, observe), recorder, logger)
  const recovery = new Recovery({ app, queue, checks, logger, everyMs: settings.recoverEveryMs })
  const gitHubUrl = pagesOf(settings.apiUrl)
  const startedAt = Date.now()
  const routeOptions: RouteOptions = {
    ...{ webhookSecrets, queue, gitHub, recorder, logger, isReady: () => !stop.aborted },
    noteRefusal: noteRefusals(logger, Date.now),
    takers: { app, queue, checks, replies, threads, recovery },
    page: settings.hasStatusPage
      ? () => ({
          ...{ version, startedAt, gitHubUrl, workers: settings.workers, isDraining: stop.aborted },
          engine: settings.redisUrl === null ? 'embedded' : 'Redis',
        })
      : null,
  }
  const work = reviewWork({
    ...{ ...reviewAs, recorder, checks, replies, logger },
    ...{ observe, serverUrl: gitHubUrl },
  })
  return { routes: routesOf(routeOptions), recorder, queue, work, checks, replies, threads, recovery }
}

function queueOf({ redisUrl }: ServerSettings, logger: JsonLogger): ReviewQueue {
  return redisUrl === null ? new EmbeddedQueue(logger) : new RedisQueue({ url: redisUrl, logger })
}

/** GitHub's pages are where its API is, but for github.com. */
function pagesOf(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' ? 'https://github.com' : origin
}
