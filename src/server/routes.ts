import type { PrometheusRecorder } from '../adapters/prometheus/recorder.ts'
import { queueSamples } from '../metrics/samples.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import { version } from '../version.ts'
import { type Refusal, readDelivery, refuseUnsigned } from './deliveries.ts'
import { type Answer, json, type Request, type Route } from './http.ts'
import type { JsonLogger } from './json-logger.ts'
import type { GitHubHealth } from './github-health.ts'
import { answerStatusPage } from './page/page.ts'
import { readView } from './page/read-view.ts'
import type { ServerView } from './page/view.ts'
import { wantsPage } from './page/wants-page.ts'
import { type Takers, takeDelivery } from './take-delivery.ts'

export type RouteOptions = {
  readonly webhookSecrets: readonly string[]
  readonly queue: ReviewQueue
  readonly takers: Takers
  readonly gitHub: GitHubHealth
  /** Null where the page for people is not wanted. */
  readonly page: (() => ServerView) | null
  readonly recorder: PrometheusRecorder
  readonly logger: JsonLogger
  /** Anybody can be refused: told so often that no log is flooded. */
  readonly noteRefusal: (reason: string) => void
  /** False once the server is being stopped. */
  readonly isReady: () => boolean
}

export function routesOf(options: RouteOptions): readonly Route[] {
  const { queue, recorder } = options
  const routes: readonly Route[] = [
    {
      method: 'POST',
      paths: ['/webhook/', '/webhook'],
      refuse: (headers) => {
        const refusal = refuseUnsigned(headers)
        return refusal === null ? null : answerRefusal(refusal, options)
      },
      answer: (request) => answerWebhook(request, options),
    },
    {
      method: 'GET',
      paths: ['/metrics'],
      answer: async () => {
        // Without its queue the server still has other numbers to tell.
        const state = await queue.state().catch(() => null)
        if (state !== null) recorder.record(queueSamples(state))
        return { status: 200, body: await recorder.text(), contentType: recorder.registry.contentType }
      },
    },
    { method: 'GET', paths: ['/healthz'], answer: async () => json(200, { status: 'alive' }) },
    {
      method: 'GET',
      paths: ['/readyz'],
      answer: () => answerReadiness(options),
    },
    {
      method: 'GET',
      paths: ['/'],
      answer: async ({ headers }) =>
        options.page !== null && wantsPage(headers.accept)
          ? answerStatusPage(await readView(queue, options.gitHub, options.page(), Date.now))
          : index(routes),
    },
  ]
  return routes
}

async function answerWebhook(request: Request, options: RouteOptions): Promise<Answer> {
  const delivery = await readDelivery(request.headers, request.body, options.webhookSecrets)
  if ('status' in delivery) return answerRefusal(delivery, options)
  const { status, ...taken } = await takeDelivery(delivery, options.takers)
  const about = taken.pullRequest === '' ? {} : { pullRequest: taken.pullRequest }
  const reason = taken.reason === '' ? '' : `: ${taken.reason}`
  options.logger
    .with({ delivery: delivery.id, event: delivery.event, ...about })
    .info(`delivery ${taken.result}${reason}`)
  return json(status, taken)
}

function answerRefusal({ status, reason }: Refusal, { noteRefusal }: RouteOptions): Answer {
  noteRefusal(reason)
  return json(status, { result: 'refused', reason })
}

async function answerReadiness({ queue, isReady }: RouteOptions): Promise<Answer> {
  if (!isReady()) return json(503, { status: 'the server is being stopped' })
  if (!(await queue.isReachable())) return json(503, { status: 'the queue cannot be reached' })
  return json(200, { status: 'ready' })
}

function index(routes: readonly Route[]): Answer {
  const list = routes.map(({ method, paths }) => `${method} ${paths[0]}`)
  return { ...json(200, { name: 'PatchPilot', version, routes: list }), headers: { vary: 'accept' } }
}
