import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Family, type Labels, parseTextFormat, type Sample } from './text-format.ts'

export type AggregatingGateway = AsyncDisposable & {
  /** To be used as `pushgateway-url`. */
  readonly url: string
  /** What was sent, refused or not, in the order of arrival. */
  readonly pushes: readonly { readonly path: string; readonly body: string; readonly status: number }[]
  /** The sum of all that was sent with that name and these labels, among others. */
  sum(name: string, labels?: Labels): number
  exposition(): string
}

type Total = { readonly type: string; readonly series: Map<string, Sample & { value: number }> }

/**
 * Adds up counters and histograms that are POSTed below `/metrics/job/JOB`, and takes nothing else. Modelled on
 * https://github.com/zapier/prom-aggregation-gateway, which would also add up gauges.
 */
export async function startAggregatingGateway(): Promise<AggregatingGateway> {
  const totals = new Map<string, Total>()
  const pushes: { path: string; body: string; status: number }[] = []

  function take(path: string, body: string): { status: number; text: string } {
    const job = /^\/metrics\/job\/([^/]+)$/.exec(path)?.[1]
    if (job === undefined) return { status: 404, text: `no route ${path}` }
    try {
      const families = parseTextFormat(body)
      for (const family of families) check(family, totals)
      for (const family of families) add(family, decodeURIComponent(job), totals)
      return { status: 202, text: '' }
    } catch (error) {
      return { status: 400, text: reasonOf(error) }
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse) {
    const { method = '', url: path = '' } = incoming
    let body = ''
    for await (const piece of incoming.setEncoding('utf8')) body += piece
    if (method === 'GET' && path === '/metrics') {
      response.end(render(totals))
      return
    }
    const { status, text } = method === 'POST' ? take(path, body) : { status: 405, text: `no ${method} here` }
    pushes.push({ path, body, status })
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy())
  })
  // Or it may close a connection just when a slow client sends on it.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The gateway has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    pushes,
    sum(name, labels = {}) {
      const all = [...totals.values()].flatMap(({ series }) => [...series.values()])
      const wanted = Object.entries(labels)
      return all
        .filter(
          (sample) =>
            sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
        )
        .reduce((sum, { value }) => sum + value, 0)
    },
    exposition: () => render(totals),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function check({ name, type, samples }: Family, totals: ReadonlyMap<string, Total>): void {
  if (type !== 'counter' && type !== 'histogram') throw new Error(`${name} is a ${type || 'nothing'}`)
  const known = totals.get(name)?.type
  if (known !== undefined && known !== type) throw new Error(`${name} was a ${known}`)
  for (const sample of samples) {
    if (sample.timestamp !== null) throw new Error(`${name} has a timestamp`)
    if (!(sample.value >= 0)) throw new Error(`${name} would shrink`)
  }
  if (type === 'histogram') checkHistogram(name, samples)
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const without = ({ le: _, ...labels }: Labels) => JSON.stringify(Object.entries(labels).sort())
  for (const [labels, own] of Map.groupBy(samples, (sample) => without(sample.labels))) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`)
    const counts = buckets.map(({ value }) => value)
    const shrinks = counts.some((count, index) => count < (counts[index - 1] ?? 0))
    if (shrinks) throw new Error(`${name} ${labels} has a bucket smaller than the one before`)
    const all = own.find((sample) => sample.name === `${name}_count`)?.value
    if (buckets.at(-1)?.labels.le !== '+Inf' || counts.at(-1) !== all)
      throw new Error(`${name} ${labels} has no last bucket that holds all`)
  }
}

function add({ name, type, samples }: Family, job: string, totals: Map<string, Total>): void {
  const total = totals.get(name) ?? { type, series: new Map() }
  totals.set(name, total)
  for (const sample of samples) {
    const labels = { ...sample.labels, job }
    const id = key(sample.name, labels)
    const value = sample.value + (total.series.get(id)?.value ?? 0)
    total.series.set(id, { ...sample, labels, value })
  }
}

function key(name: string, labels: Labels): string {
  return JSON.stringify([name, Object.entries(labels).sort()])
}

function render(totals: ReadonlyMap<string, Total>): string {
  return [...totals]
    .map(
      ([name, { type, series }]) =>
        `# TYPE ${name} ${type}\n${[...series.values()].map(renderSample).join('')}`,
    )
    .join('')
}

function renderSample({ name, labels, value }: Sample): string {
  // JSON escapes what the text format escapes; other control characters are not in our labels.
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`)
  return `${name}{${pairs.join(',')}} ${value === Number.POSITIVE_INFINITY ? '+Inf' : value}\n`
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
