import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { startRedis } from '../servers/redis.ts'
import { change, eventually, fine, idle, kill, reviewed, slowModel } from './server-hands.ts'
import {
  deliver,
  expectReviewedOnce,
  oneRunsAnotherWaits,
  oneWorker,
  startReplica,
  startSharing,
} from './server-redis-hands.ts'
import { expectCleanTraffic } from './setup.ts'

describe.skipIf(isMissing('redis-server')).concurrent('servers that share a Redis', () => {
  test('lose nothing when one is killed: others do what waited, and what was under way', async () => {
    const model = slowModel()
    await using redis = await startRedis({ appendonly: true })
    await using scene = await startSharing(redis, { model, env: oneWorker })
    const waiting = await oneRunsAnotherWaits(scene)
    await kill(scene.server)
    model.release()
    await using other = await startReplica(scene.env)
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
    await using other = await startReplica(scene.env)
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
    await using other = await startReplica(scene.env)
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
    await using other = await startReplica(scene.env)
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
    await using other = await startReplica({ ...scene.env, WORKERS: '4' })
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
    await using other = await startReplica(scene.env)
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
