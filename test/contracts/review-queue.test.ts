import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EmbeddedQueue } from '../../src/adapters/queue/embedded.ts'
import { RedisQueue } from '../../src/adapters/queue/redis/queue.ts'
import type { QueueState, ReviewQueue } from '../../src/ports/review-queue.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { isMissing } from '../servers/installed.ts'
import { type RedisServer, startRedis } from '../servers/redis.ts'
import { done, handWork, job, later, limits } from './queue-hands.ts'

let redis: RedisServer | undefined
const noRedis = isMissing('redis-server')
beforeAll(async () => {
  if (!noRedis) redis = await startRedis()
})
afterAll(() => redis?.[Symbol.asyncDispose]())

const backoff = () => 5

function redisQueue(): ReviewQueue {
  return new RedisQueue({ url: redis?.url ?? '', logger: silentLogger, prefix: randomUUID(), backoff })
}

const engines: readonly (readonly [string, boolean, () => ReviewQueue])[] = [
  ['the embedded one', true, () => new EmbeddedQueue(silentLogger, backoff)],
  ['BullMQ on Redis', !noRedis, redisQueue],
]

describe.each(engines)('a queue of reviews: %s', (_, available, create) => {
  const test = it.skipIf(!available)

  /** A queue that is ready, and drained when the test ends. */
  async function open() {
    const queue = create()
    await expect.poll(() => queue.isReachable()).toBe(true)
    const becomes = (state: Partial<QueueState>) => expect.poll(() => queue.state()).toMatchObject(state)
    return { queue, becomes, hands: handWork(), [Symbol.asyncDispose]: () => queue.drain(0) }
  }

  test('does every job, so many at once', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    for (const number of [1, 2, 3]) expect(await queue.add(job(number))).toBe('queued')
    queue.start(hands.work, limits(2))
    await hands.begins(2)
    await becomes({ waiting: 1, running: 2, delayed: 0, failed: 0 })
    expect(hands.names().toSorted()).not.toContain('3-a')
    hands.begun[0]?.end(done)
    await hands.begins(3)
    hands.begun[1]?.end(done)
    hands.begun[2]?.end(done)
    await becomes({ waiting: 0, running: 0 })
    expect(hands.names().toSorted()).toEqual(['1-a', '2-a', '3-a'])
  })

  test('does a head once, whether it waits, runs or is done', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    await queue.add(job(1))
    expect(await queue.add(job(1))).toBe('duplicate')
    queue.start(hands.work, limits(1))
    const first = await hands.begins(1)
    expect(await queue.add(job(1))).toBe('duplicate')
    first.end(done)
    await becomes({ running: 0 })
    expect(await queue.add(job(1))).toBe('duplicate')
    expect(hands.names()).toEqual(['1-a'])
  })

  test('does a head again when somebody asks for it, once for each time', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end(done)
    await becomes({ running: 0 })
    const asked = { ...job(1), again: true, deliveryId: 'asked' }
    expect(await queue.add(asked)).toBe('queued')
    ;(await hands.begins(2)).end(done)
    await becomes({ running: 0 })
    expect(await queue.add(asked)).toBe('duplicate')
    expect(hands.names()).toEqual(['1-a', 'asked'])
  })

  test('does not stop a review because the same head is asked for again', async () => {
    await using given = await open()
    const { queue, hands } = given
    queue.start(hands.work, limits(2))
    await queue.add(job(1))
    const first = await hands.begins(1)
    await queue.add({ ...job(1), again: true, deliveryId: 'asked' })
    expect(hands.begun).toHaveLength(1)
    first.end(done)
    ;(await hands.begins(2)).end(done)
    expect(first.stopped).toBe(null)
  })

  test('replaces a head that waits by a newer one', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    const dropped: unknown[] = []
    queue.start(hands.work, limits(1), (...told) => dropped.push(told))
    await queue.add(job(2))
    const other = await hands.begins(1)
    await queue.add(job(1, 'a'))
    await queue.add(job(1, 'b'))
    other.end(done)
    ;(await hands.begins(2)).end(done)
    await becomes({ waiting: 0, running: 0 })
    expect(hands.names()).toEqual(['2-a', '1-b'])
    expect(dropped).toEqual([[job(1, 'a'), 'superseded']])
  })

  test('stops a head that runs for a newer one, which follows when the first has left', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(4))
    await queue.add(job(1, 'a'))
    const first = await hands.begins(1)
    await queue.add(job(1, 'b'))
    ;(await hands.begins(2)).end(done)
    expect(first.stopped).toBe('superseded')
    await becomes({ waiting: 0, running: 0, delayed: 0 })
    expect(hands.names()).toEqual(['1-a', '1-b'])
  })

  test('takes an older head again when it is the newest once more', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    await queue.add(job(1, 'a'))
    await queue.add(job(1, 'b'))
    expect(await queue.add(job(1, 'a'))).toBe('queued')
    queue.start(hands.work, limits(1))
    ;(await hands.begins(1)).end(done)
    await becomes({ waiting: 0, running: 0 })
    expect(hands.names()).toEqual(['1-a'])
  })

  test('remembers nothing of a head that was dropped', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end({ kind: 'dropped', reason: 'a draft' })
    await becomes({ running: 0 })
    expect(await queue.add(job(1))).toBe('queued')
    ;(await hands.begins(2)).end(done)
  })

  test('tries again what may succeed later, and takes up the count', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end(later)
    ;(await hands.begins(2)).end(later)
    const third = await hands.begins(3)
    expect(third.attempt).toEqual({ number: 3, retryInMs: 5 })
    third.end(done)
    await becomes({ running: 0, delayed: 0, failed: 0 })
  })

  test('waits as long as it was told to', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end({ kind: 'retry', reason: 'limited', waitMs: 60_000 })
    await becomes({ running: 0, delayed: 1 })
    expect((await queue.list(10)).waiting).toMatchObject([{ attempt: 2 }])
  })

  test('gives up after some attempts, keeps the job with its reason, and takes it again when asked', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    for (let number = 1; number <= 5; number++) {
      const begun = await hands.begins(number)
      expect(begun.attempt).toEqual({ number, retryInMs: number === 5 ? null : 5 })
      begun.end(later)
    }
    await becomes({ waiting: 0, delayed: 0, running: 0, failed: 1 })
    expect((await queue.list(10)).failed).toMatchObject([{ job: job(1), reason: 'busy' }])
    expect(await queue.add(job(1))).toBe('queued')
    const again = await hands.begins(6)
    expect(again.attempt.number).toBe(1)
    again.end({ kind: 'failed', reason: 'no' })
    await becomes({ failed: 1, delayed: 0 })
  })

  test('takes work that throws for one that may succeed later', async () => {
    await using given = await open()
    const attempts: number[] = []
    const { promise: twice, resolve } = Promise.withResolvers<void>()
    given.queue.start(async (_, attempt) => {
      attempts.push(attempt.number)
      if (attempt.number === 1) return Promise.reject(new Error('a bug'))
      resolve()
      return done
    }, limits(1))
    await given.queue.add(job(1))
    await twice
    expect(attempts).toEqual([1, 2])
  })

  test('stops an attempt that takes too long, and tries again', async () => {
    await using given = await open()
    const { queue, hands } = given
    queue.start(hands.work, limits(1, 50))
    await queue.add(job(1))
    ;(await hands.begins(2)).end(done)
    expect(hands.begun[0]?.stopped).toBe('too-long')
    expect(hands.begun[1]?.attempt.number).toBe(2)
  })

  test('gives every installation its turn, however much one of them has to do', async () => {
    await using given = await open()
    const { queue, hands } = given
    for (const number of [1, 2, 3, 4]) await queue.add(job(number, 'a', 1))
    await queue.add(job(5, 'a', 2))
    queue.start(hands.work, limits(1))
    for (let count = 1; count <= 5; count++) (await hands.begins(count)).end(done)
    expect(hands.names().indexOf('5-a')).toBe(1)
  })

  test('drops and stops what it has for an installation that is gone', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    const first = await hands.begins(1)
    await queue.add(job(2))
    await queue.add(job(3, 'a', 2))
    await queue.forget(1)
    const other = await hands.begins(2)
    expect(first.stopped).toBe('unwanted')
    expect(other.name).toBe('3-a')
    other.end(done)
    await becomes({ waiting: 0, running: 0, delayed: 0, failed: 0 })
  })

  test('lets nothing take the place of what somebody asks for at the same head', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    await queue.add(job(1))
    const asked = { ...job(1), again: true, deliveryId: 'asked' }
    expect(await queue.add(asked)).toBe('queued')
    expect(await queue.knows(job(1))).toBe(true)
    expect(await queue.add(job(1))).toBe('duplicate')
    queue.start(hands.work, limits(1))
    ;(await hands.begins(1)).end(done)
    await becomes({ waiting: 0, running: 0 })
    expect(await queue.add(job(1))).toBe('duplicate')
    expect(hands.names()).toEqual(['asked'])
  })

  test('does in one job all that was asked for at a head and waits, for the latest who asked', async () => {
    await using given = await open()
    const { queue } = given
    const ask = (deliveryId: string, about: object) =>
      queue.add({ ...job(1), again: true, deliveryId, request: { ...job(1).request, ...about } })
    const askedBy = { commentId: 99, at: '2026-11-22T10:00:00Z' }
    await ask('full', { full: true, askedBy: { ...askedBy, commentId: 98 } })
    await ask('not-full', { askedBy })
    await ask('re-run', {})
    const request = { full: true, askedBy }
    expect((await queue.list(9)).waiting).toMatchObject([{ job: { deliveryId: 're-run', request } }])
    await queue.add(job(1, 'b'))
    expect((await queue.list(9)).waiting).toMatchObject([
      { job: { request: { full: false, askedBy: null } } },
    ])
  })

  test('lets those who always have something more not wait for who has a lot', async () => {
    await using given = await open()
    const { queue, hands } = given
    for (let number = 1; number <= 20; number++) await queue.add(job(number, 'a', 1))
    await queue.add(job(101, 'a', 2))
    await queue.add(job(201, 'a', 3))
    queue.start(hands.work, limits(1))
    for (let count = 1; count <= 15; count++) {
      const begun = await hands.begins(count)
      const number = Number(begun.name.split('-')[0])
      if (number > 100) await queue.add(job(number + 1, 'a', Math.floor(number / 100) + 1))
      begun.end(done)
    }
    const ofTheFirst = hands.names().filter((name) => Number(name.split('-')[0]) < 100)
    expect(ofTheFirst.length).toBeGreaterThanOrEqual(4)
    expect(ofTheFirst.length).toBeLessThanOrEqual(6)
  })

  test('waits an hour at most, whatever it was told', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end({ kind: 'retry', reason: 'limited', waitMs: 30 * 24 * 60 * 60_000 })
    await becomes({ running: 0, delayed: 1 })
    expect(hands.begun).toHaveLength(1)
  })

  test('begins at once what failed and waits for another attempt, when it is asked for again', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end({ kind: 'retry', reason: 'busy', waitMs: 60_000 })
    await becomes({ running: 0, delayed: 1 })
    expect(await queue.add(job(1))).toBe('queued')
    const again = await hands.begins(2)
    expect(again.attempt.number).toBe(1)
    again.end(done)
    await becomes({ running: 0, delayed: 0 })
  })

  test('stops nothing for an older head that comes late', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    const at = (head: string, asOf: number) => {
      const { request, ...rest } = job(1, head)
      return { ...rest, request: { ...request, asOf } }
    }
    queue.start(hands.work, limits(1))
    await queue.add(at('b', 2_000))
    const newer = await hands.begins(1)
    expect(await queue.add(at('a', 1_000))).toBe('duplicate')
    newer.end(done)
    await becomes({ running: 0, waiting: 0 })
    expect(newer.stopped).toBe(null)
    expect(hands.names()).toEqual(['1-b'])
  })

  test('lists what runs, waits and is done', async () => {
    await using given = await open()
    const { queue, hands, becomes } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    ;(await hands.begins(1)).end(done)
    await becomes({ running: 0 })
    await queue.add(job(2))
    await hands.begins(2)
    await queue.add(job(3))
    expect(await queue.list(10)).toMatchObject({
      running: [{ job: job(2), attempt: 1 }],
      waiting: [{ job: job(3), attempt: 1 }],
      done: [{ job: job(1), attempt: 1, review: { verdict: 'passed', url: null, durationMs: 1 } }],
      failed: [],
    })
    expect((await queue.state()).oldestWaitingMs).toBeLessThan(10_000)
  })

  test('lets what runs finish when it is drained, and takes nothing new', async () => {
    await using given = await open()
    const { queue, hands } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    const first = await hands.begins(1)
    const drained = queue.drain(5000)
    expect(await queue.add(job(2))).toBe('closed')
    first.end(done)
    await drained
    expect(first.stopped).toBe(null)
  })

  test('stops what runs when the time for draining is over', async () => {
    await using given = await open()
    const { queue, hands } = given
    queue.start(hands.work, limits(1))
    await queue.add(job(1))
    const first = await hands.begins(1)
    await queue.drain(10)
    expect(first.stopped).toBe('stopping')
  })

  test('lets one of those who share it do what one is enough for', async () => {
    await using given = await open()
    const claims = await Promise.all([1, 2].map((): Promise<boolean> => given.queue.claim('look', 60_000)))
    expect(claims).toContain(true)
  })
})

describe('the embedded queue', () => {
  it('is full at some point, but always takes a newer head of what waits', async () => {
    const queue = new EmbeddedQueue(silentLogger)
    let number = 0
    let added = await queue.add(job(++number))
    while (added === 'queued' && number < 100_000) added = await queue.add(job(++number))
    expect(added).toBe('full')
    expect(await queue.add(job(1, 'b'))).toBe('queued')
    await queue.drain(10)
  })
})

describe.skipIf(noRedis)('the queue in Redis, shared by two processes', () => {
  function openBoth() {
    const prefix = randomUUID()
    const open = () => new RedisQueue({ url: redis?.url ?? '', logger: silentLogger, prefix, backoff })
    const [one, other] = [open(), open()]
    const ready = () => Promise.all([one.isReachable(), other.isReachable()])
    return {
      one,
      other,
      ready: () => expect.poll(ready).toEqual([true, true]),
      [Symbol.asyncDispose]: () => Promise.all([one.drain(0), other.drain(0)]).then(() => {}),
    }
  }

  it('knows a head whichever of them it was told', async () => {
    await using both = openBoth()
    await both.ready()
    const hands = handWork()
    both.other.start(hands.work, limits(1))
    expect(await both.one.add(job(1))).toBe('queued')
    expect(await both.other.add(job(1))).toBe('duplicate')
    ;(await hands.begins(1)).end(done)
    await expect.poll(() => both.one.list(1)).toMatchObject({ done: [{ job: job(1) }] })
    expect(await both.one.add(job(1))).toBe('duplicate')
  })

  it('stops in one what the other has a newer head of', async () => {
    await using both = openBoth()
    await both.ready()
    const hands = handWork()
    both.other.start(hands.work, limits(2))
    await both.one.add(job(1, 'a'))
    const first = await hands.begins(1)
    await both.one.add(job(1, 'b'))
    ;(await hands.begins(2)).end(done)
    expect(first.stopped).toBe('superseded')
  })

  it('does so also where the word of it is lost', async () => {
    await using both = openBoth()
    await both.ready()
    const hands = handWork()
    both.other.start(hands.work, limits(1))
    await both.one.add(job(1, 'a'))
    const first = await hands.begins(1)
    const admin = new Redis(redis?.url ?? '')
    await admin.client('KILL', 'TYPE', 'PUBSUB')
    admin.disconnect()
    await both.one.add(job(1, 'b'))
    ;(await hands.begins(2)).end(done)
    expect(first.stopped).toBe('superseded')
  })

  it('hands back what did not finish, and the other one does it', async () => {
    await using both = openBoth()
    await both.ready()
    const hands = handWork()
    both.one.start(hands.work, limits(1))
    await both.one.add(job(1))
    const first = await hands.begins(1)
    await both.one.drain(10)
    expect(first.stopped).toBe('stopping')
    both.other.start(hands.work, limits(1))
    const second = await hands.begins(2)
    expect(second.attempt.number).toBe(1)
    second.end(done)
    await expect.poll(() => both.other.list(1)).toMatchObject({ done: [{ job: job(1) }] })
  })

  it('ends nothing for an attempt that was waiting while somebody asked for the same head', async () => {
    await using both = openBoth()
    await both.ready()
    const dropped: unknown[] = []
    const hands = handWork()
    both.one.start(hands.work, limits(2), (...told) => dropped.push(told))
    await both.one.add(job(1))
    ;(await hands.begins(1)).end({ kind: 'retry', reason: 'busy', waitMs: 2_000 })
    await expect.poll(() => both.one.state()).toMatchObject({ delayed: 1 })
    await both.other.add({ ...job(1), again: true, deliveryId: 'asked' })
    const again = await hands.begins(2)
    await expect.poll(() => both.one.state()).toMatchObject({ delayed: 0, waiting: 0 })
    again.end(done)
    await expect.poll(() => both.one.list(1)).toMatchObject({ done: [{ review: { verdict: 'passed' } }] })
    expect(dropped).toEqual([])
  })

  it('does not begin a second time what is still under way after an outage', async () => {
    await using server = await startRedis({ appendonly: true })
    const queue = new RedisQueue({ url: server.url, logger: silentLogger, prefix: randomUUID(), backoff })
    await expect.poll(() => queue.isReachable()).toBe(true)
    const hands = handWork()
    queue.start(hands.work, limits(4))
    await queue.add(job(1))
    const first = await hands.begins(1)
    await server.kill()
    await sleep(11_000) // longer than a worker's lock is good for
    await server.restart()
    await expect.poll(() => queue.isReachable()).toBe(true)
    await sleep(8_000) // long enough for others to see that nobody holds the job
    expect(hands.begun).toHaveLength(1)
    hands.begins(2).then((second) => second.end(done))
    first.end(done)
    await expect.poll(() => queue.list(1)).toMatchObject({ done: [{ job: job(1) }] })
    await queue.drain(1000)
  })

  it('notices that Redis has forgotten everything, once', async () => {
    await using both = openBoth()
    await both.ready()
    expect(await both.one.hasForgotten()).toBe(true)
    expect(await both.other.hasForgotten()).toBe(false)
    expect(await both.one.hasForgotten()).toBe(false)
  })

  it('leaves alone what others publish and store', async () => {
    const prefix = randomUUID()
    const queue = new RedisQueue({ url: redis?.url ?? '', logger: silentLogger, prefix, backoff })
    await expect.poll(() => queue.isReachable()).toBe(true)
    const foreign = new Queue('reviews', { connection: { url: redis?.url ?? '' }, prefix })
    const hands = handWork()
    queue.start(hands.work, limits(1))
    const publisher = new Redis(redis?.url ?? '')
    await publisher.publish(`${prefix}:stop`, 'no JSON')
    publisher.disconnect()
    await foreign.add('review', { of: 'another version' }, { jobId: 'octo/shop#1@x' })
    expect(await queue.add(job(1))).toBe('queued')
    ;(await hands.begins(1)).end(done)
    await expect.poll(() => queue.list(1)).toMatchObject({ done: [{ job: job(1) }] })
    await foreign.close()
    await queue.drain(1000)
  })

  it('lets one of them do what one is enough for', async () => {
    await using both = openBoth()
    await both.ready()
    const claims = await Promise.all([both.one.claim('look', 60_000), both.other.claim('look', 60_000)])
    expect(claims.toSorted()).toEqual([false, true])
    expect(await both.one.claim('another', 60_000)).toBe(true)
  })

  it('says that it cannot be reached, and takes jobs again when Redis is back', async () => {
    await using server = await startRedis({ appendonly: true })
    const queue = new RedisQueue({ url: server.url, logger: silentLogger, backoff })
    await expect.poll(() => queue.isReachable()).toBe(true)
    const hands = handWork()
    await queue.add(job(1))
    await server.kill()
    expect(await queue.add(job(2))).toBe('unreachable')
    expect(await queue.isReachable()).toBe(false)
    await server.restart()
    await expect.poll(() => queue.isReachable()).toBe(true)
    expect(await queue.add(job(2))).toBe('queued')
    queue.start(hands.work, limits(2))
    await hands.begins(2)
    for (const begun of hands.begun) begun.end(done)
    await queue.drain(1000)
    expect(hands.names().toSorted()).toEqual(['1-a', '2-a'])
  })

  it('may be there before Redis is', async () => {
    await using server = await startRedis()
    await server.kill()
    const queue = new RedisQueue({ url: server.url, logger: silentLogger, prefix: randomUUID(), backoff })
    const hands = handWork()
    queue.start(hands.work, limits(1))
    expect(await queue.isReachable()).toBe(false)
    expect(await queue.add(job(1))).toBe('unreachable')
    await expect(queue.state()).rejects.toThrow()
    await expect(queue.list(1)).rejects.toThrow()
    await server.restart()
    await expect.poll(() => queue.isReachable()).toBe(true)
    expect(await queue.add(job(1))).toBe('queued')
    ;(await hands.begins(1)).end(done)
    await expect.poll(() => queue.list(1)).toMatchObject({ done: [{ job: job(1) }] })
    await queue.drain(1000)
  })
})
