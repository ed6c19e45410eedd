import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { startRedis } from '../servers/redis.ts'
import { limitAnswers } from '../simulators/github/index.ts'
import {
  change,
  eventually,
  fine,
  idle,
  jobsOf,
  messages,
  reviewed,
  slowModel,
  statusOf,
} from './server-hands.ts'
import { deliverTo, installApp, type ServerScene, startServerScene } from './server-setup.ts'
import { refusals } from './setup.ts'

const minute = 60_000
const oneWorker = { WORKERS: '1' }

/** A pull request of another account that has the App. */
async function another({ github, server }: Pick<ServerScene, 'github' | 'server'>) {
  const repository = await github.createRepository({ owner: 'acme', name: 'web' })
  const pull = await repository.openPullRequest(change('another'))
  const { installationId } = installApp(github, [repository.fullName])
  const event = { ...pull.event('opened'), installation: { id: installationId } }
  return { pull, deliver: () => deliverTo(server.url, 'pull_request', event) }
}

const tokenRequests = ({ github }: Pick<ServerScene, 'github'>) =>
  github.requests.filter(({ path }) => path.endsWith('/access_tokens'))

describe.concurrent('an installation', () => {
  test.each(['deleted', 'suspend'] as const)('that is gone (%s) has its reviews stopped', async (action) => {
    const model = slowModel()
    await using scene = await startServerScene({ model, env: oneWorker })
    const { installation, pull, server } = scene
    const waiting = await scene.repository.openPullRequest(change('waiting'))
    await scene.deliver('pull_request', pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await scene.deliver('pull_request', waiting.event('opened'))
    if (action === 'deleted') installation.uninstall()
    else installation.suspend()
    await scene.deliver('installation', { action })
    await server.logged(/^stopped: the App may not review here any more/)
    model.release()
    await idle(server)

    // GitHub does not tell in order.
    await scene.deliver('pull_request', waiting.event('opened'))
    await server.logged(/given up after 1 attempts/)
    expect(await jobsOf(server)).toEqual({ waiting: 0, delayed: 0, running: 0, failed: 1 })
    for (const one of [pull, waiting]) {
      expect(one.reviews()).toEqual([])
      expect(one.pendingReviews()).toEqual([])
    }
    expect(scene.model.requests).toHaveLength(1)
    const other = await another(scene)
    await other.deliver()
    await reviewed(other.pull)
  })

  test('whose token expires in the middle of a review gets another one, and one review', async () => {
    const model = slowModel()
    let ahead = 0
    await using scene = await startServerScene({
      model,
      github: { now: () => new Date(Date.now() + ahead) },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    expect(tokenRequests(scene)).toHaveLength(1)
    ahead = 61 * minute
    model.release()
    await reviewed(scene.pull)
    await idle(scene.server)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.pull.pendingReviews()).toEqual([])
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.pull.checkRuns()).toMatchObject([{ conclusion: 'success' }])
    const tokens = tokenRequests(scene).filter(({ status }) => status === 201)
    expect(tokens.length).toBeGreaterThan(1)
  })

  test('whose token is revoked while a review is written gets another one, and one review', async () => {
    await using scene = await startServerScene()
    const behaviour = { status: 401, body: { message: 'Bad credentials' } }
    scene.github.faults.add({ method: 'POST', path: /\/pulls\/1\/reviews$/, behaviour })
    scene.github.faults.add({ method: 'POST', path: /\/reviews\/\d+\/events$/, behaviour })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    await idle(scene.server)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(1)
    expect(refusals(scene.github)).toHaveLength(2)
  })

  test.each([-5, 5, 15])('is reviewed also where clocks differ by %i minutes', async (minutes) => {
    await using scene = await startServerScene({
      model: { answer: () => fine },
      env: { PATCHPILOT_RECOVERY_SECONDS: '1', PATCHPILOT_LOG_LEVEL: 'debug' },
      github: { now: () => new Date(Date.now() + minutes * minute) },
    })
    await scene.server.logged(/^looked for lost reviews/)
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    const lost = await scene.repository.openPullRequest(change('lost'))
    scene.installation.recordDelivery({
      event: 'pull_request',
      payload: lost.event('opened'),
      statusCode: 503,
    })
    await reviewed(lost)
    await idle(scene.server)
    expect(scene.github.violations).toEqual([])
    expect(messages(scene.server, 'warning')).toEqual([])
  })
})

describe.concurrent('a rate limit of one installation', () => {
  const limited = /\/repos\/octo\/demo\/pulls\/1\b/
  const limits = [
    ['primary', () => limitAnswers.primary({ resetsAt: new Date(Date.now() + 20 * minute) }), 20 * 60],
    ['secondary', () => limitAnswers.secondary({ retryAfter: 90 }), 90],
    ['secondary, in other words', () => limitAnswers.secondary({ status: 429, retryAfter: 90 }), 90],
  ] as const

  test.each(limits)('does not keep another waiting: %s', async (_, limit, seconds) => {
    await using scene = await startServerScene({ env: oneWorker, model: { answer: () => fine } })
    scene.github.faults.add({ path: limited, behaviour: limit(), times: 1 })
    scene.github.faults.add({ path: /^\/graphql$/, graphql: /./, behaviour: limit(), times: 1 })
    const other = await another(scene)
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await other.deliver()
    await reviewed(other.pull)
    const { server } = scene
    await eventually(async () =>
      expect(await jobsOf(server)).toMatchObject({ delayed: 1, running: 0, waiting: 0 }),
    )
    const told = messages(server).flatMap((text) => /attempt 2 in (\d+) s/.exec(text)?.[1] ?? [])
    expect(told).toHaveLength(1)
    expect(Number(told[0])).toBeGreaterThan(seconds - 10)
    expect(Number(told[0])).toBeLessThanOrEqual(seconds + 2)
    expect(scene.pull.reviews()).toEqual([])
  })

  test.skipIf(isMissing('redis-server'))('nor with Redis', async () => {
    await using redis = await startRedis({ appendonly: true })
    const env = { ...oneWorker, REDIS_URL: redis.url }
    await using scene = await startServerScene({ env, model: { answer: () => fine } })
    const { server } = scene
    await eventually(async () => expect(await statusOf(server, '/readyz')).toBe(200))
    const limit = limitAnswers.secondary({ retryAfter: 90 })
    scene.github.faults.add({ path: limited, behaviour: limit })
    const other = await another(scene)
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await other.deliver()
    await reviewed(other.pull)
    await eventually(async () => expect(await jobsOf(server)).toMatchObject({ delayed: 1, running: 0 }))
    const client = new Redis(redis.url)
    const [, score] = await client.zrange('patchpilot:reviews:delayed', 0, 0, 'WITHSCORES')
    client.disconnect()
    // BullMQ keeps the time in all but the lowest twelve bits.
    const seconds = (Number(score) / 0x1000 - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(60)
    expect(seconds).toBeLessThanOrEqual(90)
  })

  test('is waited for where that is short, or where an answer of the model would be lost', async () => {
    await using scene = await startServerScene()
    const behaviour = limitAnswers.secondary({ retryAfter: 1 })
    scene.github.faults.add({ path: limited, behaviour })
    scene.github.faults.add({ method: 'POST', path: /\/pulls\/1\/reviews$/, behaviour })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    await idle(scene.server)
    expect(scene.model.requests).toHaveLength(1)
    expect(messages(scene.server).filter((text) => /attempt 2/.test(text))).toEqual([])
    expect(scene.pull.reviews()).toHaveLength(1)
  })
})
