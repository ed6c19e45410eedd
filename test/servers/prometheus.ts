import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { ask } from './ask.ts'
import { startProcess } from './server-process.ts'
import { type Labels, readNumber } from './text-format.ts'

export type PrometheusOptions = {
  /** Addresses to scrape; `/metrics` is added where there is no path. */
  readonly scrape: readonly string[]
  /** Instead of `scrape`: scrape configurations in Prometheus' own form. */
  readonly scrapeConfigs?: readonly object[]
  /** Rule files. */
  readonly rules?: readonly string[]
  /** Of scrapes and of rules; a second unless told. */
  readonly scrapeInterval?: string
}

export type Value = { readonly labels: Labels; readonly value: number }
export type Series = { readonly labels: Labels; readonly values: readonly (readonly [at: number, number])[] }

export type Prometheus = AsyncDisposable & {
  readonly url: string
  /** At a Unix time in seconds, or now. A scalar is one value without labels. */
  query(expr: string, at?: number): Promise<readonly Value[]>
  queryRange(expr: string, range: { start: number; end: number; step: number }): Promise<readonly Series[]>
  /** Labels of every series ever seen that one of the selectors matches. */
  series(...selectors: readonly string[]): Promise<readonly Labels[]>
  /** Asks again until the answer is accepted. */
  waitUntil(expr: string, accept: (values: readonly Value[]) => boolean): Promise<readonly Value[]>
  /** `data` of any other address below `/api/v1/`. */
  get(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>
  stderr(): string
}

const readyMs = 30_000
const waitMs = 60_000
const pollMs = 100

/** The real Prometheus on a free port of loopback, once it has scraped everything; to be held with `await using`. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'patchpilot-prometheus-'))
  const config = join(folder.path, 'prometheus.yml')
  await writeFile(config, JSON.stringify(configuration(options)))
  const server = await startProcess('prometheus', '127.0.0.1:0', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder.path, 'data')}`,
  ]).catch(async (error) => {
    await folder.remove()
    throw error
  })
  async function stop() {
    await server.stop()
    await folder.remove()
  }
  const url = `http://${server.address}`

  async function get(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const { status, body } = await ask(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    if (status !== 200) throw new Error(`Prometheus answered ${status}: ${body}`)
    return v.parse(v.object({ data: v.unknown() }), JSON.parse(body.toString('utf8'))).data
  }
  const query = async (expr: string, at?: number) =>
    readValues(await get('query', { query: expr, ...(at === undefined ? {} : { time: String(at) }) }))

  async function waitUntil(expr: string, accept: (values: readonly Value[]) => boolean) {
    const deadline = performance.now() + waitMs
    for (;;) {
      const values = await query(expr)
      if (accept(values)) return values
      if (performance.now() > deadline) throw new Error(`${expr} is still ${JSON.stringify(values)}`)
      await sleep(pollMs)
    }
  }

  try {
    await untilReady(url)
    // It takes Prometheus some 5 s to find what it was told to scrape.
    const targets = options.scrape.length
    if (targets > 0) await waitUntil('count(up)', ([count]) => count?.value === targets)
  } catch (error) {
    await stop()
    throw new Error(`Prometheus did not start: ${server.output()}`, { cause: error })
  }
  return {
    url,
    get,
    query,
    async queryRange(expr, { start, end, step }) {
      const range = { start: String(start), end: String(end), step: String(step) }
      return readMatrix(await get('query_range', { query: expr, ...range }))
    },
    async series(...selectors) {
      const search = new URLSearchParams(selectors.map((selector): [string, string] => ['match[]', selector]))
      const { body } = await ask(`${url}/api/v1/series?${search}`)
      return v.parse(seriesAnswer, JSON.parse(body.toString('utf8'))).data
    },
    waitUntil,
    stderr: () => server.output(),
    [Symbol.asyncDispose]: stop,
  }
}

function configuration({
  scrape,
  scrapeConfigs = scrape.map(scrapeConfiguration),
  rules = [],
  scrapeInterval = '1s',
}: PrometheusOptions): object {
  return {
    global: {
      scrape_interval: scrapeInterval,
      scrape_timeout: scrapeInterval,
      evaluation_interval: scrapeInterval,
    },
    rule_files: rules,
    scrape_configs: scrapeConfigs,
  }
}

function scrapeConfiguration(address: string, index: number): object {
  const { host, pathname } = new URL(address)
  return {
    job_name: `target-${index}`,
    // The labels of what was pushed count, not those of the gateway.
    honor_labels: true,
    metrics_path: pathname === '/' ? '/metrics' : pathname,
    static_configs: [{ targets: [host] }],
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + readyMs
  while ((await ask(`${url}/-/ready`)).status !== 200) {
    if (performance.now() > deadline) throw new Error(`Prometheus is not ready after ${readyMs} ms`)
    await sleep(20)
  }
}

const metric = v.record(v.string(), v.string())
const point = v.tuple([v.number(), v.string()])
const seriesAnswer = v.object({ data: v.array(metric) })
const values = v.variant('resultType', [
  v.object({ resultType: v.literal('vector'), result: v.array(v.object({ metric, value: point })) }),
  v.object({ resultType: v.literal('scalar'), result: point }),
])
const matrix = v.object({ result: v.array(v.object({ metric, values: v.array(point) })) })

function readValues(data: unknown): readonly Value[] {
  const answer = v.parse(values, data)
  if (answer.resultType === 'scalar') return [{ labels: {}, value: readNumber(answer.result[1]) }]
  return answer.result.map(({ metric, value }) => ({ labels: metric, value: readNumber(value[1]) }))
}

function readMatrix(data: unknown): readonly Series[] {
  return v.parse(matrix, data).result.map(({ metric, values }) => ({
    labels: metric,
    values: values.map(([at, value]) => [at, readNumber(value)] as const),
  }))
}
