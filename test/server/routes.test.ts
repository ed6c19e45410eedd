import { once } from 'node:events'
import { sign } from '@octokit/webhooks-methods'
import { afterEach, describe, expect, it } from 'vitest'
import { PrometheusRecorder } from '../../src/adapters/prometheus/recorder.ts'
import { GitHubHealth } from '../../src/server/github-health.ts'
import { createHttpServer } from '../../src/server/http.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { type RouteOptions, routesOf } from '../../src/server/routes.ts'
import { version } from '../../src/version.ts'
import { job } from './given-reporter.ts'
import { givenTakers } from './given-takers.ts'
import { server as serverView } from './page-views.ts'

let close = () => {}
afterEach(() => close())

const secrets = ['new-secret', 'old-secret']

/** A server of all routes, on a queue that nobody works for. */
async function serve(about: Partial<RouteOptions> = {}) {
  const { takers, queue } = givenTakers()
  const lines: Record<string, unknown>[] = []
  const logger = jsonLogger(
    (line) => lines.push(JSON.parse(line)),
    () => new Date(0),
    false,
  )
  const routes = routesOf({
    ...{ webhookSecrets: secrets, queue, takers, logger, page: null, isReady: () => true },
    gitHub: new GitHubHealth(Date.now),
    recorder: new PrometheusRecorder({ server: true, known: { model: [], trigger: [] } }),
    noteRefusal: (reason) => logger.warning(reason),
    ...about,
  })
  const failures: unknown[] = []
  const server = createHttpServer(
    routes,
    () => {},
    (error) => failures.push(error),
  )
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : ''}`
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers })
  const deliver = async (event: string, payload: object, headers: Record<string, string> = {}) => {
    const body = JSON.stringify(payload)
    return fetch(`${url}/webhook`, {
      method: 'POST',
      body,
      headers: {
        ...{ 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': 'd-1' },
        'x-hub-signature-256': await sign('old-secret', body),
        ...headers,
      },
    })
  }
  return { get, deliver, queue, lines, failures }
}

const opened = {
  action: 'opened',
  pull_request: { number: 7, state: 'open', draft: false, head: { sha: 'a'.repeat(40) } },
  repository: { name: 'shop', owner: { login: 'octo' } },
  installation: { id: 1 },
}

describe('a delivery', () => {
  it('is answered with what becomes of it, and noted in the log', async () => {
    const { deliver, queue, lines } = await serve()
    const answer = await deliver('pull_request', opened)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ result: 'queued', reason: '', pullRequest: 'octo/shop#7' })
    expect(queue.added).toMatchObject([{ deliveryId: 'd-1', installationId: 1 }])
    expect(lines).toEqual([
      {
        ...{ time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'delivery queued' },
        ...{ delivery: 'd-1', event: 'pull_request', pullRequest: 'octo/shop#7' },
      },
    ])
  })

  it('that is ignored is so with the reason', async () => {
    const { deliver, lines } = await serve()
    const answer = await deliver('push', { installation: { id: 1 } })
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({
      ...{ result: 'ignored', reason: expect.stringContaining('"push"'), pullRequest: '' },
    })
    expect(lines).toMatchObject([
      { level: 'info', message: expect.stringMatching(/^delivery ignored: .*"push"/) },
    ])
    expect(lines[0]).not.toHaveProperty('pullRequest')
  })

  it('that the queue does not take is refused, so that GitHub records it as failed', async () => {
    const { deliver, queue } = await serve()
    queue.answer = 'unreachable'
    expect((await deliver('pull_request', opened)).status).toBe(503)
  })

  it.each([
    ['by nobody', { 'x-hub-signature-256': '' }, 401, /no signature/],
    [
      'by somebody else',
      { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
      401,
      /not of a webhook secret/,
    ],
    ['as of no type', { 'content-type': 'text/plain' }, 400, /content type/],
  ])('that is signed %s is refused, and nothing of it is believed', async (_, headers, status, reason) => {
    const { deliver, queue, lines } = await serve()
    const answer = await deliver('pull_request', opened, headers)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ result: 'refused', reason: expect.stringMatching(reason) })
    expect(queue.added).toEqual([])
    expect(lines).toMatchObject([{ level: 'warning', message: expect.stringMatching(reason) }])
    expect(JSON.stringify(lines)).not.toMatch(/octo|secret-/)
  })
})

describe('the metrics', () => {
  it('have the state of the queue', async () => {
    const { get, queue } = await serve()
    await queue.add(job(1))
    await queue.add(job(2))
    const answer = await get('/metrics')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await answer.text()
    expect(text).toContain('patchpilot_queue_jobs{state="waiting"} 2\n')
    expect(text).toContain('patchpilot_queue_jobs{state="running"} 0\n')
  })

  it('are told also while the queue does not answer', async () => {
    const { get, queue, failures } = await serve()
    queue.state = () => Promise.reject(new Error('Connection is closed.'))
    const answer = await get('/metrics')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(`patchpilot_build_info{version="${version}"} 1\n`)
    expect(failures).toEqual([])
  })
})

describe('health', () => {
  async function ask(about: Partial<RouteOptions>, reachable: boolean) {
    const { get, queue } = await serve(about)
    queue.reachable = reachable
    expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' })
    const ready = await get('/readyz')
    return [ready.status, await ready.json()]
  }

  it.each<readonly [string, Partial<RouteOptions>, boolean, number, RegExp]>([
    ['ready when deliveries can be taken', {}, true, 200, /^ready$/],
    ['not ready without its queue', {}, false, 503, /queue/],
    ['not ready while it is being stopped', { isReady: () => false }, true, 503, /stopped/],
  ])('is %s', async (_, about, reachable, code, status) => {
    expect(await ask(about, reachable)).toEqual([code, { status: expect.stringMatching(status) }])
  })
})

describe('the index', () => {
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  it.each([{}, html])('says what there is, to %j, where no page is wanted', async (headers) => {
    const { get } = await serve()
    const answer = await get('/', headers)
    expect(await answer.json()).toEqual({
      ...{ name: 'PatchPilot', version },
      routes: ['POST /webhook/', 'GET /metrics', 'GET /healthz', 'GET /readyz', 'GET /'],
    })
  })

  it('is a page to a browser where one is wanted, and no cache takes one for the other', async () => {
    const { get, queue } = await serve({ page: () => serverView })
    await queue.add(job(7))
    const page = await get('/', html)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).toContain('octo/shop')
    const index = await get('/', { accept: '*/*' })
    expect(await index.json()).toMatchObject({ name: 'PatchPilot' })
    for (const { headers } of [page, index]) expect(headers.get('vary')).toMatch(/accept/i)
  })
})
