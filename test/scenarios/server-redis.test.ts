import { Redis } from 'ioredis'
import { describe, expect, test, vi } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { type RedisServer, startRedis } from '../servers/redis.ts'
import {
  eventually,
  fine,
  idle,
  jobsOf,
  kill,
  messages,
  reviewed,
  slowModel,
  startAnother,
} from './server-hands.ts'
import {
  deliverTo,
  type RunningServer,
  type ServerScene,
  type ServerSceneOptions,
  startServerScene,
} from './server-setup.ts'
import { expectCleanTraffic, type Scene } from './setup.ts'

vi.setConfig({ testTimeout: 60_000 })

const change = (name: string) => ({ files: { [`src/${name}.ts`]: `export const ${name} = 1\n` } })

/** One at a time, so that others wait. */
const oneWorker = { WORKERS: '1' }

async function statusOf({ url }: Pick<RunningServer, 'url'>, path: string): Promise<number> {
  return (await fetch(`${url}${path}`)).status
}

/** A server that has its connection to Redis. */
async function ready<Server extends Pick<RunningServer, 'url'>>(server: Server): Promise<Server> {
  await eventually(async () => expect(await statusOf(server, '/readyz')).toBe(200))
  return server
}

async function startSharing(redis: RedisServer, options: ServerSceneOptions = {}): Promise<ServerScene> {
  const scene = await startServerScene({ ...options, env: { REDIS_URL: redis.url, ...options.env } })
  await ready(scene.server)
  return scene
}

/** A delivery to one of several servers. */
function deliver(scene: ServerScene, to: RunningServer, event: string, payload: object, id?: string) {
  const body = { ...payload, installation: { id: scene.installationId } }
  return deliverTo(to.url, event, body, id === undefined ? {} : { id })
}

function expectReviewedOnce(...pulls: readonly Scene['pull'][]): void {
  for (const pull of pulls) {
    expect(pull.reviews()).toHaveLength(1)
    expect(pull.pendingReviews()).toEqual([])
    expect(pull.checkRuns().filter(({ status }) => status !== 'completed')).toEqual([])
    expect(pull.checkRuns().at(-1)).toMatchObject({ conclusion: 'success' })
  }
}

/** The first delivery runs and gets no answer from the model, the second waits for it. */
async function oneRunsAnotherWaits(scene: ServerScene): Promise<Scene['pull']> {
  const waiting = await scene.repository.openPullRequest(change('waiting'))
  expect((await scene.deliver('pull_request', scene.pull.event('opened'))).status).toBe(202)
  await eventually(() => expect(scene.model.requests).toHaveLength(1))
  expect((await scene.deliver('pull_request', waiting.event('opened'))).status).toBe(202)
  return waiting
}

describe.skipIf(isMissing('redis-server')).concurrent('servers that share a Redis', () => {
  test('lose nothing when one is killed: others do what waited, and what was under way', async () => {
    const model = slowModel()
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: oneWorker })
    const waiting = await oneRunsAnotherWaits(scene)
    await kill(scene.server)
    model.release()
    await using other = await ready(await startAnother(scene.env))
    await reviewed(waiting)
    // A worker that is gone is noticed after a while.
    await reviewed(scene.pull)
    await idle(other)
    expectReviewedOnce(scene.pull, waiting)
    expect(scene.model.requests).toHaveLength(3)
    expectCleanTraffic(scene)
  })

  test('hand back what they cannot finish in time, and another one does it at once', async () => {
    const model = slowModel()
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: { PATCHPILOT_DRAIN_SECONDS: '6' } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await using other = await ready(await startAnother(scene.env))
    scene.server.signal('SIGTERM')
    expect(await scene.server.ended).toBe(0)
    model.release()
    await reviewed(scene.pull, 9_000)
    await idle(other)
    expectReviewedOnce(scene.pull)
    expectCleanTraffic(scene)
  })

  test('do a head once, also when each of them is told of it', async () => {
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis)
    await using other = await ready(await startAnother(scene.env))
    const opened = scene.pull.event('opened')
    const servers = [scene.server, other, scene.server, other]
    const ids = ['same', 'same', 'another', 'one-more']
    const answers = await Promise.all(
      servers.map((to, index) => deliver(scene, to, 'pull_request', opened, ids[index])),
    )
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
    await reviewed(scene.pull)
    await idle(other)
    const late = await deliver(scene, other, 'pull_request', opened, 'late')
    expect(await late.json()).toMatchObject({ result: 'ignored', reason: expect.stringContaining('done') })
    await idle(other)
    expectReviewedOnce(scene.pull)
    expect(scene.model.requests).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('leave a head for a newer one that another was told of', async () => {
    const model = slowModel()
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model })
    const { pull } = scene
    const before = pull.headSha
    await scene.deliver('pull_request', pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await using other = await ready(await startAnother(scene.env))
    await pull.push(change('more').files)
    await deliver(scene, other, 'pull_request', pull.event('synchronize'))
    await eventually(() => expect(pull.checkRuns(before)).toMatchObject([{ conclusion: 'cancelled' }]))
    model.release()
    await reviewed(pull)
    await idle(other)
    expectReviewedOnce(pull)
    expect(pull.reviews()[0]?.body).toContain(pull.headSha.slice(0, 7))
    expect(await scene.metrics()).toContain('status="superseded"} 1\n')
  })

  test('do what others were told of, and leave no check run open', async () => {
    const { answer: later, release } = slowModel()
    const model = { answer: ({ index }: { readonly index: number }) => (index === 0 ? later() : fine) }
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: oneWorker })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await using other = await ready(await startAnother({ ...scene.env, WORKERS: '4' }))
    const pulls = await Promise.all(
      Array.from({ length: 8 }, (_, index) => scene.repository.openPullRequest(change(`part${index}`))),
    )
    const answers = await Promise.all(
      pulls.map((pull) => scene.deliver('pull_request', pull.event('opened'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    await Promise.all(pulls.map((pull) => reviewed(pull)))
    release()
    await reviewed(scene.pull)
    await idle(other)
    await eventually(() => expectReviewedOnce(scene.pull, ...pulls))
    expectCleanTraffic(scene)
  })
})

describe.skipIf(isMissing('redis-server')).concurrent('news of a job', () => {
  test('that comes after its end, because another server was quicker, opens no check run', async () => {
    const { answer: later, release } = slowModel()
    const model = { answer: ({ index }: { readonly index: number }) => (index === 0 ? later() : fine) }
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: oneWorker })
    const { github } = scene
    const quick = await scene.repository.openPullRequest(change('quick'))
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    const tokenOf = () => github.requests.at(-1)?.headers.authorization
    const { authorization: busy } =
      github.requests.findLast(({ path }) => path.includes('/check-runs'))?.headers ?? {}
    let isLate = false
    const untilEnded = async () => {
      if (tokenOf() !== busy) return
      await eventually(() => expect(quick.checkRuns()).toMatchObject([{ status: 'completed' }]))
      isLate = true
    }
    github.faults.add({
      ...{
        method: 'GET',
        path: new RegExp(`/commits/${quick.headSha}/check-runs$`),
        times: Number.POSITIVE_INFINITY,
      },
      behaviour: { mutate: untilEnded },
    })
    await using other = await ready(await startAnother(scene.env))
    await scene.deliver('pull_request', quick.event('opened'))
    await reviewed(quick)
    await eventually(() => expect(isLate).toBe(true))
    release()
    await reviewed(scene.pull)
    await idle(other)
    expectReviewedOnce(scene.pull, quick)
    expect(quick.checkRuns()).toHaveLength(1)
  })
})

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
    await ready(server)
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
    expect(Date.now() - startedAt).toBeLessThan(6_000)
    redis.resume()
    await ready(server)
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
    expect(Date.now() - startedAt).toBeLessThan(8_000)
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})

describe.skipIf(isMissing('redis-server')).concurrent('at the start', () => {
  /** Waits until the server has asked for Redis' settings, and gives its warnings then. */
  async function warningsWith(redis: RedisServer, env: Readonly<Record<string, string>>): Promise<string[]> {
    await using server = await startAnother({ ...env, REDIS_URL: redis.url })
    const client = new Redis(redis.url)
    await eventually(async () => expect(await client.info('commandstats')).toMatch(/config\|get:calls=[2-9]/))
    await ready(server)
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
    expect(await jobsOf(refused)).toMatchObject({})
  })
})
