import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { type RedisServer, startRedis } from '../servers/redis.ts'
import {
  change,
  eventually,
  statusOf,
  idle,
  messages,
  reviewed,
  slowModel,
  startAnother,
} from './server-hands.ts'
import {
  connected,
  deliver,
  expectReviewedOnce,
  oneRunsAnotherWaits,
  oneWorker,
  startSharing,
} from './server-redis-hands.ts'
import { startServerScene } from './server-setup.ts'

describe.skipIf(isMissing('redis-server')).concurrent('while Redis', () => {
  test('is away, deliveries are refused, and afterwards nothing is missing', async () => {
    const model = slowModel()
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: oneWorker })
    const { server, pull } = scene
    const waiting = await oneRunsAnotherWaits(scene)
    const before = pull.headSha
    await redis.kill()
    await eventually(async () => expect(await statusOf(server, '/readyz')).toBe(503))
    for (let count = 0; count < 20; count++) {
      const answer = await scene.deliver('pull_request', pull.event('reopened'), { id: `away-${count}` })
      expect(answer.status).toBe(503)
    }
    expect((await scene.deliver('installation', { action: 'suspend' })).status).toBe(503)
    expect(await statusOf(server, '/healthz')).toBe(200)
    expect(await statusOf(server, '/metrics')).toBe(200)
    expect(await scene.metrics()).toContain('endpoint="/webhook/",status="503"} 21\n')
    expect(messages(server, 'warning')).toEqual([expect.stringMatching(/^Redis cannot be reached/)])
    expect(messages(server, 'error')).toEqual([])

    await redis.restart()
    await connected(server)
    expect(messages(server)).toContain('Redis is back')
    await pull.push(change('more').files)
    expect((await scene.deliver('pull_request', pull.event('synchronize'))).status).toBe(202)
    await eventually(() => expect(pull.checkRuns(before)).toMatchObject([{ conclusion: 'cancelled' }]))
    model.release()
    await Promise.all([reviewed(pull), reviewed(waiting)])
    await idle(server)
    expectReviewedOnce(pull, waiting)
  })

  test('is slow, deliveries are refused in time', async () => {
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis)
    const { server } = scene
    redis.pause()
    const startedAt = Date.now()
    const [answer, readiness, metrics] = await Promise.all([
      scene.deliver('pull_request', scene.pull.event('opened')),
      statusOf(server, '/readyz'),
      statusOf(server, '/metrics'),
    ])
    expect([answer.status, readiness, metrics]).toEqual([503, 503, 200])
    // So long GitHub waits for an answer.
    expect(Date.now() - startedAt).toBeLessThan(10_000)
    redis.resume()
    await connected(server)
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    await idle(server)
    expectReviewedOnce(scene.pull)
  })

  test('forgets what is queued, it is found again on GitHub', async () => {
    const model = slowModel()
    await using redis = await startRedis()
    const env = { PATCHPILOT_RECOVERY_SECONDS: '1', ...oneWorker }
    await using scene = await startSharing(redis, { model, env })
    const waiting = await oneRunsAnotherWaits(scene)
    for (const pull of [scene.pull, waiting])
      scene.installation.recordDelivery({ event: 'pull_request', payload: pull.event('opened') })
    await redis.kill()
    await redis.restart()
    await scene.server.logged(/^Redis is back/)
    model.release()
    await Promise.all([reviewed(scene.pull), reviewed(waiting)])
    await idle(scene.server)
    await eventually(() => expectReviewedOnce(scene.pull, waiting))
  })

  test('is away, a server can be stopped all the same', async () => {
    await using redis = await startRedis({ appendonly: true })
    const env = { PATCHPILOT_DRAIN_SECONDS: '2' }
    await using scene = await startSharing(redis, { model: slowModel(), env })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await redis.kill()
    await eventually(async () => expect(await statusOf(scene.server, '/readyz')).toBe(503))
    const startedAt = Date.now()
    scene.server.signal('SIGTERM')
    expect(await scene.server.ended).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(15_000)
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})

describe.skipIf(isMissing('redis-server')).concurrent('at the start', () => {
  /** Waits until the server has asked for Redis' settings, and gives its warnings then. */
  async function warningsWith(redis: RedisServer, env: Readonly<Record<string, string>>): Promise<string[]> {
    await using server = await startAnother({ ...env, REDIS_URL: redis.url })
    const client = new Redis(redis.url)
    await eventually(async () => expect(await client.info('commandstats')).toMatch(/config\|get:calls=[2-9]/))
    await connected(server)
    client.disconnect()
    return messages(server, 'warning')
  }

  test('one warning says what Redis would lose, and none where it keeps everything', async () => {
    await using scene = await startServerScene()
    await using forgetful = await startRedis()
    await using durable = await startRedis({ appendonly: true })
    await using evicting = await startRedis({ appendonly: true })
    const client = new Redis(evicting.url)
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
    client.disconnect()
    expect(await warningsWith(forgetful, scene.env)).toEqual([expect.stringContaining('appendonly yes')])
    expect(await warningsWith(durable, scene.env)).toEqual([])
    expect(await warningsWith(evicting, scene.env)).toEqual([expect.stringContaining('allkeys-lru')])
  })

  test('a Redis with a password is used, and the password never told', async () => {
    const password = 'open sesame/§'
    await using redis = await startRedis({ appendonly: true, requirepass: password })
    await using scene = await startSharing(redis, { env: { PATCHPILOT_LOG_LEVEL: 'debug' } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    const wrong = `redis://:wrong-${encodeURIComponent(password)}@${new URL(redis.url).host}`
    await using refused = await startAnother({ ...scene.env, REDIS_URL: wrong })
    await refused.logged(/^Redis cannot be reached/)
    expect((await deliver(scene, refused, 'pull_request', scene.pull.event('reopened'))).status).toBe(503)
    await redis.kill()
    await scene.server.logged(/^Redis cannot be reached/)
    for (const server of [scene.server, refused])
      for (const secret of [password, encodeURIComponent(password)]) {
        expect(server.text()).not.toContain(secret)
        expect(server.text()).not.toContain(JSON.stringify(secret).slice(1, -1))
      }
    expect(messages(refused, 'warning')).toHaveLength(1)
  })
})
