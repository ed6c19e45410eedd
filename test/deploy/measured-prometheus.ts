import { PrometheusRecorder } from '../../src/adapters/prometheus/recorder.ts'
import { type Prometheus, startPrometheus, type Value } from '../servers/prometheus.ts'
import { type Pushgateway, startPushgateway } from '../servers/pushgateway.ts'
import { defaultModel } from '../simulators/model/index.ts'
import type { Prices } from './facts.ts'
import { deployPath } from './files.ts'
import { interpolate } from './promql.ts'
import { owner, type Run, runAll } from './runs.ts'
import { scrapeConfigs } from './scrape-configs.ts'
import { startStandInServer } from './stand-in-server.ts'

export type Measured = AsyncDisposable & {
  readonly prometheus: Prometheus
  readonly runs: readonly Run[]
  /** When the gateway was last scraped, in Unix seconds. */
  readonly at: number
  /** When the group in which nothing happened was pushed. */
  readonly quietSince: number
  /** A query of the dashboard or of a rule, over the hour in which everything happened. */
  ask(expr: string, repository?: string): Promise<readonly Value[]>
}

export const prices: Prices = { prompt: 100, cached: 10, completion: 1000 }
/** Repositories in which nothing happened, and in which the last push was refused. */
export const quiet = `${owner}/quiet`
export const refused = `${owner}/legacy`

const daySeconds = 86_400
const ofServer = /patchpilot_(queue|http|request|pushes)/

/** Prometheus, with our configuration and rules, after it scraped a Pushgateway during and after real runs. */
export async function startMeasured(): Promise<Measured> {
  await using starting = new AsyncDisposableStack()
  const gateway = starting.use(await startPushgateway())
  const server = starting.use(await startStandInServer())
  const targets = { pushgateway: new URL(gateway.url).host, patchpilot_server: server.address }
  const prometheus = starting.use(
    await startPrometheus({
      scrape: [],
      scrapeConfigs: scrapeConfigs(targets),
      rules: [deployPath('prometheus/alerts.yml')],
    }),
  )
  await pushQuietGroups(gateway)
  const quietSince = Date.now() / 1000
  await prometheus.waitUntil('patchpilot_queue_oldest_job_age_seconds', (values) => values.length === 1)
  server.count()
  const runs = await runAll(gateway.url, prometheus)
  await pushClash(gateway)

  const last = async (metric: string) => (await prometheus.query(`timestamp(${metric})`))[0]?.value ?? 0
  await prometheus.waitUntil('push_failure_time_seconds > 0', (values) => values.length === 1)
  // At the moment of a scrape `increase` has nothing to estimate.
  const at = await last(`push_time_seconds{repository="${quiet}"}`)
  const serverAt = await last('patchpilot_queue_oldest_job_age_seconds')

  const servers = starting.move()
  return {
    ...{ prometheus, runs, at, quietSince },
    ask(expr, repository = '.*') {
      const asked = interpolate(expr, {
        ...{ repository, model: '.*', __range: '1h', __rate_interval: '1h' },
        price_prompt: String(prices.prompt),
        price_cached: String(prices.cached),
        price_completion: String(prices.completion),
      })
      const time = ofServer.test(expr) ? serverAt : at
      return prometheus.query(asked, expr.includes('offset -1d') ? time - daySeconds : time)
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}

/** What a run leaves that counted nothing, and a lock that stands while Prometheus scrapes. */
async function pushQuietGroups(gateway: Pushgateway): Promise<void> {
  const known = { trigger: ['pull_request'], model: [defaultModel] }
  const zeros = await new PrometheusRecorder({ server: false, known }).text()
  await gateway.push({ job: 'patchpilot', repository: quiet }, zeros)
  const lock = '# TYPE patchpilot_lock_ticket gauge\npatchpilot_lock_ticket 1\n'
  await gateway.push({ job: 'patchpilot_lock', repository: quiet }, lock)
}

/** A metric with another type than everywhere else, which is what gateways refuse. */
async function pushClash(gateway: Pushgateway): Promise<void> {
  const clash = '# TYPE patchpilot_reviews_total gauge\npatchpilot_reviews_total 1\n'
  const refusal = await gateway.push({ job: 'patchpilot', repository: refused }, clash).catch(String)
  if (!refusal?.includes('400')) throw new Error(`the gateway took a clash of types: ${refusal}`)
}
