import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainTimes, runAttempt } from '../../../src/adapters/queue/run-attempt.ts'
import { type AttemptEnd, stopReasonOf, type Work } from '../../../src/ports/review-queue.ts'
import { done, handWork, job } from '../../contracts/queue-hands.ts'

beforeEach(() => {
  vi.useFakeTimers({ fakeNodeBuiltins: true })
})
afterEach(() => {
  vi.useRealTimers()
})

const minute = 60_000

/** Begins an attempt, and tells how it ended once it has. */
function begin(work: Work, attemptMs = minute) {
  const stop = new AbortController()
  const given: { stop: AbortController; end: AttemptEnd | null } = { stop, end: null }
  runAttempt(work, job(7), { number: 2, retryInMs: 5 }, stop, attemptMs).then((end) => {
    given.end = end
  })
  return given
}

const deaf: Work = () => new Promise(() => {})

describe('an attempt', () => {
  it('is told its job and number, and ends as its work does', async () => {
    const told: unknown[] = []
    const given = begin(async (...asked) => {
      told.push(...asked.slice(0, 2))
      return done
    })
    await vi.advanceTimersByTimeAsync(0)
    expect(given.end).toBe(done)
    expect(told).toEqual([job(7), { number: 2, retryInMs: 5 }])
  })

  it('leaves no alarm behind that would stop it later', async () => {
    const given = begin(async () => done)
    await vi.advanceTimersByTimeAsync(2 * minute)
    expect(given.stop.signal.aborted).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('socket hang up'))],
    [
      'throws before it even begins',
      () => {
        throw new Error('socket hang up')
      },
    ],
  ])('may succeed later when its work %s', async (_, work: Work) => {
    const given = begin(work)
    await vi.advanceTimersByTimeAsync(0)
    expect(given.end).toEqual({ kind: 'retry', reason: 'socket hang up', waitMs: null })
  })

  it('is stopped when its time is over, not before, and what its work says then counts', async () => {
    const hands = handWork()
    const given = begin(hands.work)
    await vi.advanceTimersByTimeAsync(minute - 1)
    expect(hands.begun).toMatchObject([{ stopped: null }])
    await vi.advanceTimersByTimeAsync(1)
    expect(hands.begun).toMatchObject([{ stopped: 'too-long' }])
    expect(given.end).toEqual({ kind: 'retry', reason: 'stopped', waitMs: null })
  })

  it('that is stopped for another reason keeps that reason', async () => {
    const given = begin(deaf)
    given.stop.abort('superseded')
    await vi.advanceTimersByTimeAsync(2 * minute)
    expect(stopReasonOf(given.stop.signal)).toBe('superseded')
  })

  it('goes on without its work when that does not heed its signal, after some time for it to leave', async () => {
    const given = begin(deaf)
    await vi.advanceTimersByTimeAsync(minute + 4_999)
    expect(given.end).toBe(null)
    await vi.advanceTimersByTimeAsync(1)
    expect(given.end).toMatchObject({ kind: 'retry', reason: expect.stringContaining('too-long') })
  })

  it('that was stopped before it began ends all the same', async () => {
    const stop = new AbortController()
    stop.abort('stopping')
    const ended = runAttempt(deaf, job(7), { number: 1, retryInMs: 5 }, stop, minute)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await ended).toMatchObject({ kind: 'retry', reason: expect.stringContaining('stopping') })
  })

  it('takes what its work says while it leaves', async () => {
    const given = begin(
      (_job, _attempt, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => setTimeout(() => resolve(done), 4_000)),
        ),
    )
    await vi.advanceTimersByTimeAsync(minute + 4_000)
    expect(given.end).toBe(done)
  })
})

it('draining keeps its time, and leaves some of it for what is stopped', () => {
  const withinMs = fc.double({ min: 0, max: 3_600_000, noNaN: true })
  fc.assert(
    fc.property(withinMs, (within) => {
      const { goOnMs, leaveMs } = drainTimes(within)
      expect(goOnMs + leaveMs).toBeCloseTo(within, 3)
      expect(goOnMs).toBeGreaterThanOrEqual(leaveMs)
      expect(leaveMs).toBeGreaterThanOrEqual(Math.min(within / 4, 3_000))
    }),
  )
  expect(drainTimes(25_000)).toEqual({ goOnMs: 22_000, leaveMs: 3_000 })
})
