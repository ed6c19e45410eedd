import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { startRedis } from '../servers/redis.ts'
import { eventually, fine, jobsOf, reviewed, slowModel, startAnother, statusOf } from './server-hands.ts'
import { type RunningServer, type ServerScene, startServerScene } from './server-setup.ts'

/** The most memory that the process ever held, in megabytes. */
async function peakMemory({ pid }: RunningServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

/** Sends all of them, so many at once. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  send: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const rest = items.entries()
  const results: Result[] = []
  const turn = async () => {
    for (const [index, item] of rest) results[index] = await send(item)
  }
  await Promise.all(Array.from({ length: atOnce }, turn))
  return results
}

/** What all of them answered, and how often. */
function counts(statuses: readonly (number | string)[]): Readonly<Record<string, number>> {
  const groups = Object.groupBy(statuses, String)
  return Object.fromEntries(Object.entries(groups).map(([status, all]) => [status, all?.length ?? 0]))
}

/** The event of one pull request, as if it were about others. */
function deliverMany({ deliver, pull }: ServerScene, count: number): Promise<number[]> {
  const { pull_request: about, ...event } = JSON.parse(JSON.stringify(pull.event('opened')))
  const numbers = Array.from({ length: count }, (_, index) => index + 1_000)
  return inTurns(numbers, 50, async (number) => {
    const answer = await deliver('pull_request', { ...event, number, pull_request: { ...about, number } })
    await answer.arrayBuffer()
    return answer.status
  })
}

const burst = 2_000

describe.each([
  ['the embedded queue', false],
  ['Redis', true],
])('with %s', (_, hasRedis) => {
  test.skipIf(hasRedis && isMissing('redis-server'))(
    'a burst is taken in, and what is under way is finished before the end',
    async () => {
      await using redis = hasRedis ? await startRedis({ appendonly: true }) : null
      const model = slowModel()
      await using scene = await startServerScene({
        model,
        env: {
          WORKERS: '1',
          PATCHPILOT_DRAIN_SECONDS: '20',
          ...(redis === null ? {} : { REDIS_URL: redis.url }),
        },
        permissions: { checks: 'read' },
      })
      const { server } = scene
      await eventually(async () => expect(await statusOf(server, '/readyz')).toBe(200))
      await scene.deliver('pull_request', scene.pull.event('opened'))
      await eventually(() => expect(scene.model.requests).toHaveLength(1))
      const before = await peakMemory(server)
      expect(counts(await deliverMany(scene, burst))).toEqual({ 202: burst })
      expect(await jobsOf(server)).toEqual({ waiting: burst, delayed: 0, running: 1, failed: 0 })
      expect(await statusOf(server, '/healthz')).toBe(200)
      expect(await peakMemory(server)).toBeLessThan(before + 120)

      server.signal('SIGTERM')
      await eventually(async () => expect(await statusOf(server, '/readyz')).toBe(503))
      expect((await scene.deliver('pull_request', scene.pull.event('reopened'))).status).toBe(503)
      expect(await statusOf(server, '/healthz')).toBe(200)
      expect(scene.pull.reviews()).toEqual([])
      model.release()
      expect(await server.ended).toBe(0)
      expect(scene.pull.reviews()).toHaveLength(1)
      expect(scene.model.requests).toHaveLength(1)
      if (redis === null) return
      await using other = await startAnother(scene.env)
      await eventually(async () => {
        const { waiting, running, failed } = await jobsOf(other)
        expect(waiting + running + failed).toBe(burst)
      })
    },
  )
})

/** Sockets to the server that have sent this and then nothing. */
async function sendOnly({ url }: RunningServer, text: string, count: number) {
  const { hostname, port } = new URL(url)
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(text)
      return socket
    }),
  )
  return {
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const megabyte = Buffer.alloc(1024 * 1024, 'x')

/** Sends so many megabytes as fast as they are taken. The status, or how the connection ended. */
function sendLarge(
  { url }: RunningServer,
  megabytes: number,
  headers: Readonly<Record<string, string>>,
): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(`${url}/webhook/`, { method: 'POST', agent: false, headers })
    sent.once('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
    const body = Readable.from(Array.from({ length: megabytes }, () => megabyte))
    pipeline(body, sent).catch((error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

const forged = {
  'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
  'x-github-event': 'push',
  'x-github-delivery': 'x',
}

describe.concurrent('clients that misbehave', () => {
  test('by never finishing what they say do not keep others waiting, nor the server from its end', async () => {
    await using scene = await startServerScene({ model: { answer: () => fine } })
    const { server } = scene
    const head = 'POST /webhook/ HTTP/1.1\r\nhost: patchpilot\r\n'
    const signature = `x-hub-signature-256: sha256=${'0'.repeat(64)}\r\n`
    using _headers = await sendOnly(server, head, 200)
    using _bodies = await sendOnly(server, `${head}${signature}content-length: 1000\r\n\r\n{`, 200)
    const startedAt = Date.now()
    expect((await scene.deliver('pull_request', scene.pull.event('opened'))).status).toBe(202)
    expect(Date.now() - startedAt).toBeLessThan(5_000)
    await reviewed(scene.pull)
    server.signal('SIGTERM')
    expect(await server.ended).toBe(0)
  })

  test('by sending more than GitHub ever does are told so, whether they say how much or not', async () => {
    await using scene = await startServerScene()
    const { server } = scene
    const length = { 'content-length': String(26 * megabyte.length) }
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(await sendLarge(server, 26, { ...forged, ...length }))
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(await sendLarge(server, 26, forged))
    const refused = /^patchpilot_http_requests_total\{method="POST",endpoint="\/webhook\/",status="413"\} 2$/m
    await eventually(async () => expect(await scene.metrics()).toMatch(refused))
  })

  test.each([
    ['unsigned', {}, 40, 150],
    ['forged', forged, 25, 700],
  ])('by sending much at once do not take the memory of the server: %s', async (_, headers, atOnce, most) => {
    await using scene = await startServerScene({ model: { answer: () => fine } })
    const { server } = scene
    const before = await peakMemory(server)
    const large = Array.from({ length: atOnce }, () => sendLarge(server, 20, headers))
    const answers = await Promise.all(large)
    expect(await peakMemory(server)).toBeLessThan(before + most)
    expect(counts(answers)[202]).toBeUndefined()
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
  })
})
