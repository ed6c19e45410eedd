import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { clientsOf } from '../adapters/github/server-client.ts'
import { tokenCache } from '../adapters/github/token-cache.ts'
import { PrometheusRecorder } from '../adapters/prometheus/recorder.ts'
import { EmbeddedQueue } from '../adapters/queue/embedded.ts'
import { modelsToAsk } from '../config/schema.ts'
import { httpSamples } from '../metrics/samples.ts'
import { createHttpServer } from './http.ts'
import type { JsonLogger } from './json-logger.ts'
import { reviewWork } from './review-work.ts'
import { routesOf } from './routes.ts'
import type { ServerSettings } from './settings.ts'

/** Serves until the signal is aborted, then finishes what is under way. */
export async function serve(settings: ServerSettings, logger: JsonLogger, stop: AbortSignal): Promise<void> {
  const { review, webhookSecrets } = settings
  const known = { model: modelsToAsk(review), trigger: ['pull_request'] }
  const recorder = new PrometheusRecorder({ server: true, known })
  const queue = new EmbeddedQueue(logger)
  const routes = routesOf({ webhookSecrets, queue, recorder, logger, isReady: () => !stop.aborted })
  const server = createHttpServer(routes, (...answered) => recorder.record(httpSamples(...answered)))
  const work = reviewWork({
    ...{ config: review, recorder, logger },
    createOctokit: clientsOf(settings.apiUrl),
    app: { ...settings.app, tokens: tokenCache() },
    serverUrl: pagesOf(settings.apiUrl),
  })
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  queue.start(work, settings.workers)
  logger.info(`listening on ${addressOf(server.address())}, ${settings.workers} reviews at once`)
  if (!stop.aborted) await once(stop, 'abort')
  logger.info(`stopping: what is under way has ${settings.drainMs / 1000} s to finish`)
  server.close()
  await queue.drain(settings.drainMs)
  server.closeAllConnections()
  logger.info('stopped')
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
