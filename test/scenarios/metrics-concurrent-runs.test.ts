import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMissing } from '../servers/installed.ts'
import { type Pushgateway, startPushgateway } from '../servers/pushgateway.ts'
import type { PushedGroup } from '../servers/pushed-groups.ts'
import { type Behave, pass, type RelayedRequest, startRelay } from '../servers/relay.ts'
import {
  expectExactly,
  isGroupWrite,
  locks,
  pushingTo,
  pushWarnings,
  runOnNew,
  seriesName,
} from './metrics-setup.ts'
import { type Scene, startScene } from './setup.ts'

describe.skipIf(isMissing('prometheus-pushgateway'))('runs that push at the same moment', () => {
  test('ten through one plain Pushgateway: every number is the sum, and no lock is left', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const results = await runOnNew(scene, 10, pushingTo(gateway))
    expect(results.map(({ outputs }) => outputs.verdict)).toEqual(Array(10).fill('findings'))
    expect(results.flatMap(pushWarnings)).toEqual([])
    await expectExactly(gateway, scene, results)
  })

  test('five where the gateway answers before it has written', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway({ flags: ['--push.disable-consistency-check'] })
    const results = await runOnNew(scene, 5, pushingTo(gateway))
    expect(results.flatMap(pushWarnings)).toEqual([])
    await expectExactly(gateway, scene, results)
  })

  test('of two repositories keep to their own groups', async () => {
    await using one = await startScene({ repository: { name: 'one' } })
    await using two = await startScene({ repository: { name: 'two' } })
    await using gateway = await startPushgateway()
    const [ofOne, ofTwo] = await Promise.all([
      runOnNew(one, 2, pushingTo(gateway)),
      runOnNew(two, 3, pushingTo(gateway)),
    ])
    await expectExactly(gateway, one, ofOne)
    await expectExactly(gateway, two, ofTwo)
  })

  test('wait for one whose write takes long', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    let writes = 0
    await using relay = await startRelay(gateway.url, (request) =>
      isGroupWrite(request) && writes++ % 2 === 0 ? { kind: 'pass', afterMs: 900 } : pass,
    )
    const results = await runOnNew(scene, 2, pushingTo(relay))
    expect(results.flatMap(pushWarnings)).toEqual([])
    await expectExactly(gateway, scene, results)
  })

  test('leave no lock behind a write that was begun when their review ended', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    let locks = 0
    await using relay = await startRelay(gateway.url, ({ method }) =>
      method === 'PUT' && ++locks === 2 ? { kind: 'pass', afterMs: 1_000 } : pass,
    )
    const result = await scene.run(pushingTo(relay))
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, scene, [result])
  })
})

/** A run was killed at a request of its push, by default when it wrote: the lock it left, and nothing counted. */
async function leaveLock(
  scene: Scene,
  gateway: Pushgateway,
  isFatal: (request: RelayedRequest) => boolean = isGroupWrite,
): Promise<PushedGroup> {
  let pid = 0
  await using relay = await startRelay(gateway.url, (request) => {
    if (!isFatal(request)) return pass
    process.kill(pid, 'SIGKILL')
    return { kind: 'reset' }
  })
  const killed = await scene.run(
    pushingTo(relay, {
      onStart: (started) => {
        pid = started.pid
      },
    }),
  )
  expect(killed.signal).toBe('SIGKILL')
  const lock = (await gateway.groups()).find(({ labels }) => labels.job === 'patchpilot_lock')
  if (lock === undefined) throw new Error('no lock was left')
  return lock
}

/** Pushes the same again, as its owner would. */
async function renew(gateway: Pushgateway, { labels, types, samples }: PushedGroup): Promise<void> {
  const lines = Object.entries(types).flatMap(([name, type]) => {
    const own = samples.filter((sample) => sample.name === name)
    return [`# TYPE ${name} ${type}\n`, ...own.map(({ value }) => `${name} ${value}\n`)]
  })
  await gateway.push(labels, lines.join(''), 'PUT')
}

/** The gateway as it would look had this lock been written so many seconds earlier. */
function aged(lock: PushedGroup, seconds: number): Behave {
  const isOld = (labels: PushedGroup['labels']) => seriesName('', labels) === seriesName('', lock.labels)
  const rewrite = (body: string) => {
    const answer = JSON.parse(body)
    for (const group of answer.data) {
      if (!isOld(group.labels)) continue
      for (const metric of group.push_time_seconds.metrics)
        metric.value = String(Number(metric.value) - seconds)
    }
    return JSON.stringify(answer)
  }
  return ({ method, path }) =>
    method === 'GET' && path === '/api/v1/metrics' ? { kind: 'pass', rewrite } : pass
}

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a lock that stays', () => {
  test('is removed when its run is dead for more than 30 s', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const lock = await leaveLock(scene, gateway)
    const before = scene.github.requests.length
    await using relay = await startRelay(gateway.url, aged(lock, 31))
    const [result] = await runOnNew(scene, 1, pushingTo(relay))
    if (result === undefined) throw new Error('no run')
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, { ...scene, github: since(scene, before) }, [result])
    expect(result.durationMs).toBeLessThan(15_000)
  })

  test('is waited for no longer than 10 s when its run died before it wrote', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    let written = 0
    // It dies in the queue, at a read after its second write of a lock.
    await leaveLock(scene, gateway, ({ method }) => {
      if (method === 'PUT') written++
      return method === 'GET' && written >= 2
    })
    const results = await runOnNew(scene, 2, pushingTo(gateway))
    expect(results.flatMap(pushWarnings)).toEqual([])
    for (const { durationMs } of results) expect(durationMs).toBeLessThan(20_000)
    expect(await locks(gateway)).toEqual([])
  })

  test('is waited for while its run is alive', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const lock = await leaveLock(scene, gateway)
    const before = scene.github.requests.length
    await using relay = await startRelay(gateway.url, aged(lock, 15))
    const running = runOnNew(scene, 1, pushingTo(relay))
    // It has asked again and again: it waits.
    for (let renewed = 0; renewed < 300 && relay.requests.length < 15; renewed++) {
      await sleep(100)
      await renew(gateway, lock)
    }
    expect(relay.requests.filter(isGroupWrite)).toEqual([])
    await gateway.delete(lock.labels)
    const [result] = await running
    if (result === undefined) throw new Error('no run')
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, { ...scene, github: since(scene, before) }, [result])
    const waited = await gateway.sample('patchpilot_wait_seconds_total', { target: 'pushgateway' })
    expect(waited).toBeGreaterThan(0.1)
  })

  test('is not waited for longer than 20 s, and stays its owner’s', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const lock = await leaveLock(scene, gateway)
    let isOver = false
    const running = runOnNew(scene, 1, pushingTo(gateway)).finally(() => {
      isOver = true
    })
    while (!isOver) {
      await renew(gateway, lock)
      await Promise.race([running, sleep(1_000)])
    }
    const [result] = await running
    if (result === undefined) throw new Error('no run')
    expect(result.outputs.verdict).toBe('findings')
    expect(result.exitCode).toBe(0)
    expect(result.durationMs).toBeGreaterThan(15_000)
    expect(result.durationMs).toBeLessThan(35_000)
    expect(pushWarnings(result)).toMatchObject([expect.stringMatching(/metrics.*1 other run/)])
    expect(await locks(gateway)).toEqual([lock.labels])
  })
})

/** What GitHub was asked from then on. */
function since({ github }: Scene, index: number): Scene['github'] {
  return { ...github, requests: github.requests.slice(index) }
}
