import type { PrometheusRecorder } from '../adapters/prometheus/recorder.ts'
import { queueSamples } from '../metrics/samples.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import { version } from '../version.ts'
import { readDelivery } from './deliveries.ts'
import { type Answer, json, type Request, type Route } from './http.ts'
import type { JsonLogger } from './json-logger.ts'
import { takeDelivery } from './take-delivery.ts'

export type RouteOptions = {
  readonly webhookSecrets: readonly string[]
  readonly queue: ReviewQueue
  readonly recorder: PrometheusRecorder
  readonly logger: JsonLogger
  /** False once the server is being stopped. */
  readonly isReady: () => boolean
}

export function routesOf(options: RouteOptions): readonly Route[] {
  const { queue, recorder, isReady } = options
  const routes: readonly Route[] = [
    {
      method: 'POST',
      paths: ['/webhook/', '/webhook'],
      answer: (request) => answerWebhook(request, options),
    },
    {
      method: 'GET',
      paths: ['/metrics'],
      answer: async () => {
        recorder.record(queueSamples(await queue.state()))
        return { status: 200, body: await recorder.text(), contentType: recorder.registry.contentType }
      },
    },
    { method: 'GET', paths: ['/healthz'], answer: async () => json(200, { status: 'alive' }) },
    {
      method: 'GET',
      paths: ['/readyz'],
      answer: async () =>
        isReady() ? json(200, { status: 'ready' }) : json(503, { status: 'the server is being stopped' }),
    },
    { method: 'GET', paths: ['/'], answer: async () => index(routes) },
  ]
  return routes
}

async function answerWebhook(request: Request, options: RouteOptions): Promise<Answer> {
  const delivery = await readDelivery(request.headers, request.body, options.webhookSecrets)
  if ('status' in delivery) {
    options.logger.warning(`a delivery was refused: ${delivery.reason}`)
    return json(delivery.status, { result: 'refused', reason: delivery.reason })
  }
  const { status, ...taken } = await takeDelivery(delivery, options.queue)
  const about = taken.pullRequest === '' ? {} : { pullRequest: taken.pullRequest }
  const reason = taken.reason === '' ? '' : `: ${taken.reason}`
  options.logger
    .with({ delivery: delivery.id, event: delivery.event, ...about })
    .info(`delivery ${taken.result}${reason}`)
  return json(status, taken)
}

function index(routes: readonly Route[]): Answer {
  const list = routes.map(({ method, paths }) => `${method} ${paths[0]}`)
  return json(200, { name: 'PatchPilot', version, routes: list })
}
