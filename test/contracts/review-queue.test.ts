import { describe, expect, it } from 'vitest'
import { EmbeddedQueue } from '../../src/adapters/queue/embedded.ts'
import type { AttemptEnd, ReviewJob, ReviewQueue } from '../../src/ports/review-queue.ts'
import { silentLogger } from '../fakes/silent-logger.ts'

const done: AttemptEnd = { kind: 'done' }
const later: AttemptEnd = { kind: 'retry', reason: 'busy', waitMs: 5 }

/** A review of one of the pull requests of `octo/shop` at one of its heads. */
function job(number: number, head = 'a', installationId = 1): ReviewJob {
  const pullRequest = { owner: 'octo', repo: 'shop', number }
  const request = { pullRequest, headSha: head.repeat(40), trigger: 'pull_request' }
  return { request, installationId, deliveryId: `${number}-${head}` }
}

/** Work that waits until it is told how it ended, and leaves at once when it is stopped. */
function handWork() {
  const begun: {
    readonly name: string
    readonly attempt: number
    end(end: AttemptEnd): void
    stopped: boolean
  }[] = []
  const arrivals: (() => void)[] = []
  const work = (job: ReviewJob, attempt: number, signal: AbortSignal): Promise<AttemptEnd> => {
    const { promise, resolve } = Promise.withResolvers<AttemptEnd>()
    const entry = { name: job.deliveryId, attempt, end: resolve, stopped: false }
    signal.addEventListener('abort', () => {
      entry.stopped = true
      resolve(done)
    })
    begun.push(entry)
    for (const arrived of arrivals.splice(0)) arrived()
    return promise
  }
  /** Until so many attempts have begun in all. */
  const begins = async (count: number) => {
    while (begun.length < count) await new Promise<void>((resolve) => arrivals.push(resolve))
    const last = begun[count - 1]
    if (last === undefined) throw new Error('never')
    return last
  }
  return { work, begun, begins, names: () => begun.map(({ name }) => name) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

const engines: readonly (readonly [string, () => ReviewQueue])[] = [
  ['the embedded one', () => new EmbeddedQueue(silentLogger, () => 5)],
]

describe.each(engines)('a queue of reviews: %s', (_, create) => {
  it('does every job, so many at once', async () => {
    const queue = create()
    const hands = handWork()
    for (const number of [1, 2, 3]) expect(await queue.add(job(number))).toBe('queued')
    queue.start(hands.work, 2)
    await hands.begins(2)
    await settled()
    expect(hands.names()).toEqual(['1-a', '2-a'])
    expect(await queue.state()).toMatchObject({ waiting: 1, running: 2, delayed: 0, failed: 0 })
    hands.begun[0]?.end(done)
    await hands.begins(3)
    hands.begun[1]?.end(done)
    hands.begun[2]?.end(done)
    await queue.drain(1000)
    expect(hands.names()).toEqual(['1-a', '2-a', '3-a'])
  })

  it('does a head once, whether it waits, runs or is done', async () => {
    const queue = create()
    const hands = handWork()
    await queue.add(job(1))
    expect(await queue.add(job(1))).toBe('duplicate')
    queue.start(hands.work, 1)
    const first = await hands.begins(1)
    expect(await queue.add(job(1))).toBe('duplicate')
    first.end(done)
    await settled()
    expect(await queue.add(job(1))).toBe('duplicate')
    await queue.drain(1000)
    expect(hands.names()).toEqual(['1-a'])
  })

  it('replaces a head that waits by a newer one', async () => {
    const queue = create()
    const hands = handWork()
    await queue.add(job(1, 'a'))
    await queue.add(job(1, 'b'))
    queue.start(hands.work, 1)
    ;(await hands.begins(1)).end(done)
    await queue.drain(1000)
    expect(hands.names()).toEqual(['1-b'])
  })

  it('stops a head that runs for a newer one, which follows when the first has left', async () => {
    const queue = create()
    const hands = handWork()
    queue.start(hands.work, 4)
    await queue.add(job(1, 'a'))
    const first = await hands.begins(1)
    await queue.add(job(1, 'b'))
    expect(first.stopped).toBe(true)
    ;(await hands.begins(2)).end(done)
    await queue.drain(1000)
    expect(hands.names()).toEqual(['1-a', '1-b'])
  })

  it('tries again what may succeed later, and takes up the count', async () => {
    const queue = create()
    const hands = handWork()
    queue.start(hands.work, 1)
    await queue.add(job(1))
    ;(await hands.begins(1)).end(later)
    ;(await hands.begins(2)).end(later)
    const third = await hands.begins(3)
    expect(third.attempt).toBe(3)
    third.end(done)
    await queue.drain(1000)
    expect(await queue.state()).toMatchObject({ failed: 0 })
  })

  it('gives up after some attempts, keeps the job as failed, and takes it again when asked', async () => {
    const queue = create()
    const hands = handWork()
    queue.start(hands.work, 1)
    await queue.add(job(1))
    for (let attempt = 1; attempt <= 5; attempt++) (await hands.begins(attempt)).end(later)
    await settled()
    expect(await queue.state()).toMatchObject({ waiting: 0, delayed: 0, running: 0, failed: 1 })
    expect(await queue.add(job(1))).toBe('queued')
    ;(await hands.begins(6)).end({ kind: 'failed', reason: 'no' })
    await settled()
    expect(await queue.state()).toMatchObject({ failed: 1 })
    await queue.drain(1000)
  })

  it('takes work that throws for one that may succeed later', async () => {
    const queue = create()
    const attempts: number[] = []
    const { promise: twice, resolve } = Promise.withResolvers<void>()
    queue.start(async (_, attempt) => {
      attempts.push(attempt)
      if (attempt === 1) return Promise.reject(new Error('a bug'))
      resolve()
      return done
    }, 1)
    await queue.add(job(1))
    await twice
    await queue.drain(1000)
    expect(attempts).toEqual([1, 2])
  })

  it('gives every installation its turn, however much one of them has to do', async () => {
    const queue = create()
    const hands = handWork()
    for (const number of [1, 2, 3, 4]) await queue.add(job(number, 'a', 1))
    await queue.add(job(5, 'a', 2))
    queue.start(hands.work, 1)
    for (let count = 1; count <= 5; count++) (await hands.begins(count)).end(done)
    await queue.drain(1000)
    expect(hands.names().indexOf('5-a')).toBe(1)
  })

  it('lets what runs finish when it is drained, and takes nothing new', async () => {
    const queue = create()
    const hands = handWork()
    queue.start(hands.work, 1)
    await queue.add(job(1))
    const first = await hands.begins(1)
    const drained = queue.drain(5000)
    expect(await queue.add(job(2))).toBe('closed')
    first.end(done)
    await drained
    expect(first.stopped).toBe(false)
    expect(await queue.state()).toMatchObject({ running: 0 })
  })

  it('stops what runs when the time for draining is over', async () => {
    const queue = create()
    const hands = handWork()
    queue.start(hands.work, 1)
    await queue.add(job(1))
    const first = await hands.begins(1)
    await queue.drain(10)
    expect(first.stopped).toBe(true)
  })

  it('is full at some point, but always takes a newer head of what waits', async () => {
    const queue = create()
    let number = 0
    let added = await queue.add(job(++number))
    while (added === 'queued' && number < 100_000) added = await queue.add(job(++number))
    expect(added).toBe('full')
    expect(await queue.add(job(1, 'b'))).toBe('queued')
    await queue.drain(10)
  })
})
