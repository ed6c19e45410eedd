import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { QueueListing, QueueState, ReviewQueue } from '../../src/ports/review-queue.ts'
import { GitHubHealth } from '../../src/server/github-health.ts'
import { readView } from '../../src/server/page/read-view.ts'
import { listed, nothing, server } from './page-views.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const state: QueueState = { waiting: 0, delayed: 0, running: 1, failed: 0, oldestWaitingMs: 0 }
const listing: QueueListing = { ...nothing, running: [listed('o/r#1', 1_000)] }

type Readable = Pick<ReviewQueue, 'isReachable' | 'state' | 'list'>

const healthy: Readable = {
  isReachable: async () => true,
  state: async () => state,
  list: async () => listing,
}

function read(queue: Partial<Readable>) {
  const clock = () => 5_000
  return readView({ ...healthy, ...queue }, new GitHubHealth(clock), server, clock)
}

const never = () => new Promise<never>(() => {})
const gone = () => Promise.reject(new Error('Connection is closed.'))

test('the view has the state of the queue and of GitHub, and its time', async () => {
  const gitHub = { condition: 'unknown', answeredAt: null }
  expect(await read({})).toMatchObject({
    now: 5_000,
    server,
    gitHub,
    queue: { kind: 'reachable', state, listing },
  })
})

test.each<[string, Partial<Readable>]>([
  ['says so', { isReachable: async () => false, state: never, list: never }],
  ['breaks off', { state: gone }],
  ['breaks off later', { list: gone }],
  ['does not answer', { isReachable: never }],
  ['stops answering', { list: never }],
])('a queue that %s cannot be reached, and the view is there within two seconds', async (_, queue) => {
  const view = read(queue)
  await vi.advanceTimersByTimeAsync(2_000)
  expect((await view).queue).toEqual({ kind: 'unreachable' })
})
