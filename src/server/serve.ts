import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { DryRunReviewChecks } from '../adapters/dry-run/review-checks.ts'
import { GitHubApp } from '../adapters/github/app.ts'
import { connectChecks } from '../adapters/github/connect-checks.ts'
import { clientsOf } from '../adapters/github/server-client.ts'
import { tokenCache } from '../adapters/github/token-cache.ts'
import { PrometheusRecorder } from '../adapters/prometheus/recorder.ts'
import { EmbeddedQueue } from '../adapters/queue/embedded.ts'
import { RedisQueue } from '../adapters/queue/redis/queue.ts'
import { modelsToAsk } from '../config/schema.ts'
import { httpSamples, observationSamples } from '../metrics/samples.ts'
import type { Observation } from '../ports/observer.ts'
import type { Dropped, ReviewQueue } from '../ports/review-queue.ts'
import { version } from '../version.ts'
import { CheckReporter } from './check-reporter.ts'
import { GitHubHealth } from './github-health.ts'
import { createHttpServer } from './http.ts'
import type { JsonLogger } from './json-logger.ts'
import { noteRefusals } from './note-refusals.ts'
import { Recovery } from './recovery.ts'
import { cancelledCheck, givenUpCheck } from '../review/describe-check.ts'
import { reviewWork, stopTexts } from './review-work.ts'
import { type RouteOptions, routesOf } from './routes.ts'
import type { ServerSettings } from './settings.ts'

/** An attempt has its own time limit; this is for one that does not keep it. */
const attemptGraceMs = 60_000
/** Of the time for draining, for check runs to be ended after the last review has. */
const checksShare = 0.05

/** Serves until the signal is aborted, then finishes what is under way. */
export async function serve(settings: ServerSettings, logger: JsonLogger, stop: AbortSignal): Promise<void> {
  const { review, workers, drainMs } = settings
  const { routes, recorder, queue, work, checks, recovery } = assemble(settings, logger, stop)
  const server = createHttpServer(
    routes,
    (...answered) => recorder.record(httpSamples(...answered)),
    (error) => logger.error(`a request failed: ${error instanceof Error ? error.stack : error}`),
  )
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  const limits = { atOnce: workers, attemptMs: review.timeoutMs + attemptGraceMs }
  queue.start(work, limits, tellDropped(checks))
  logger.info(`listening on ${addressOf(server.address())}, ${workers} reviews at once`)
  const recovered = recovery.run(stop)
  if (!stop.aborted) await once(stop, 'abort')
  logger.info(`stopping: what is under way has ${drainMs / 1000} s to finish`)
  // Who asks meanwhile is told so.
  await queue.drain(drainMs * (1 - checksShare))
  await checks.drained(drainMs * checksShare)
  await recovered
  server.close()
  server.closeAllConnections()
  logger.info('stopped')
}

/** Everything that a server is made of. */
function assemble(settings: ServerSettings, logger: JsonLogger, stop: AbortSignal) {
  const { review, webhookSecrets } = settings
  const triggers = ['pull_request', 'check_run', 'check_suite']
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
  const recovery = new Recovery({ app, queue, checks, logger, everyMs: settings.recoverEveryMs })
  const gitHubUrl = pagesOf(settings.apiUrl)
  const startedAt = Date.now()
  const routeOptions: RouteOptions = {
    ...{ webhookSecrets, queue, gitHub, recorder, logger, isReady: () => !stop.aborted },
    noteRefusal: noteRefusals(logger, Date.now),
    takers: { app, queue, checks, recovery },
    page: settings.hasStatusPage
      ? () => ({
          ...{ version, startedAt, gitHubUrl, workers: settings.workers, isDraining: stop.aborted },
          engine: settings.redisUrl === null ? 'embedded' : 'Redis',
        })
      : null,
  }
  const work = reviewWork({
    ...{ config: review, createOctokit, identity, app, recorder, checks, logger },
    ...{ observe: gitHub.observe, serverUrl: gitHubUrl },
  })
  return { routes: routesOf(routeOptions), recorder, queue, work, checks, recovery }
}

/** Check runs of those that wait when the server stops, as many as can be ended in that time; the next start has them all. */
const mostStopped = 50

/** Nobody will begin these jobs: their check runs must not stay open. */
function tellDropped(checks: CheckReporter): Dropped {
  let stopped = 0
  return (job, reason) => {
    if (reason === 'lost') checks.ended(job, givenUpCheck(stopTexts.lost))
    else if (reason === 'superseded' || (reason === 'stopping' && ++stopped <= mostStopped))
      checks.ended(job, cancelledCheck(stopTexts[reason]))
  }
}

function queueOf({ redisUrl }: ServerSettings, logger: JsonLogger): ReviewQueue {
  return redisUrl === null ? new EmbeddedQueue(logger) : new RedisQueue({ url: redisUrl, logger })
}

/** GitHub's pages are where its API is, but for github.com. */
function pagesOf(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' ? 'https://github.com' : origin
}

function addressOf(address: string | AddressInfo | null): string {
  return address === null || typeof address === 'string'
    ? String(address)
    : `${address.address}:${address.port}`
}
