import { afterEach, expect, test, vi } from 'vitest'
import { type ModelServer, type RateLimit, startModelServer } from './index.ts'

let server: ModelServer
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

/** A server whose answers wait until they are let go. */
async function start(rateLimit: RateLimit) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  server = await startModelServer({
    rateLimit,
    answer: async () => {
      await released
      return { content: { ok: true } }
    },
  })
  return release
}

async function ask() {
  const { status, headers } = await fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt-5.4-mini', messages: [{ role: 'user', content: 'Hi' }] }),
  })
  return { status, after: headers.get('retry-after'), afterMs: headers.get('retry-after-ms') }
}

const taken = { status: 200, after: null, afterMs: null }
const refused = { status: 429, after: null, afterMs: null }

test('so many requests at once are taken, and further ones as soon as those are answered', async () => {
  const release = await start({ inFlight: 2 })
  const first = [ask(), ask()]
  await expect.poll(() => server.requests.length).toBe(2)
  expect([await ask(), await ask()]).toEqual([refused, refused])
  release()
  expect(await Promise.all(first)).toEqual([taken, taken])
  expect(await ask()).toEqual(taken)
  expect(server.rateLimited).toBe(2)
  expect(server.requests.map(({ status }) => status)).toEqual([200, 200, 429, 429, 200])
})

test('so many requests within a window are taken, refused ones not counted', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
  const release = await start({ perWindow: { requests: 2, windowMs: 60_000 }, tells: 'retry-after' })
  release()
  expect(await ask()).toEqual(taken)
  vi.setSystemTime(20_000)
  expect(await ask()).toEqual(taken)
  vi.setSystemTime(20_500)
  expect(await ask()).toEqual({ ...refused, after: '40' })
  vi.setSystemTime(59_999)
  expect(await ask()).toEqual({ ...refused, after: '1' })
  vi.setSystemTime(60_000)
  expect(await ask()).toEqual(taken)
  expect(await ask()).toEqual({ ...refused, after: '20' })
  expect(server.rateLimited).toBe(3)
})

test.each([
  [
    { tells: 'retry-after-ms', waitMs: 70 },
    { ...refused, afterMs: '70' },
  ],
  [
    { tells: 'retry-after', waitMs: 1_100 },
    { ...refused, after: '2' },
  ],
  [{ waitMs: 70 }, refused],
] as const)('%j is what a refusal says', async (advice, expected) => {
  await start({ inFlight: 0, ...advice })
  expect(await ask()).toEqual(expected)
})
