import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Observation } from '../../src/ports/observer.ts'
import { TimeToWait } from '../../src/server/time-to-wait.ts'

const start = Date.parse('2026-11-22T10:00:00Z')
beforeEach(() => {
  vi.useFakeTimers({ now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

const toldToWait = (waitMs: number, target: 'github' | 'llm' = 'github'): Observation => ({
  ...{ kind: 'told-to-wait', target, waitMs },
})
const asked: Observation = {
  ...{ kind: 'model-request', number: 1, model: 'm', status: 500, durationMs: 10, usage: null },
}

describe('the time to wait', () => {
  it('is nobody to tell where nobody said', () => {
    const told = new TimeToWait(start)
    told.observe({ kind: 'wait', target: 'github', durationMs: 9_000 })
    told.observe({ kind: 'retry', target: 'llm', what: 'x', reason: 'rate_limit', waitMs: 9_000 })
    expect(told.waitMs()).toBe(null)
  })

  it('is counted from when it was said, and is over at some point', () => {
    const told = new TimeToWait(start)
    vi.advanceTimersByTime(20_000)
    told.observe(toldToWait(60_000))
    vi.advanceTimersByTime(45_000)
    expect(told.waitMs()).toBe(15_000)
    vi.advanceTimersByTime(60_000)
    expect(told.waitMs()).toBe(0)
  })

  it('is the longest of all that were said, by whomever', () => {
    const told = new TimeToWait(start)
    told.observe(toldToWait(10_000))
    told.observe(toldToWait(60_000, 'llm'))
    vi.advanceTimersByTime(1_000)
    told.observe(toldToWait(30_000))
    expect(told.waitMs()).toBe(59_000)
  })
})

it('answers may be lost only once the model was asked', () => {
  const told = new TimeToWait(start)
  told.observe({ kind: 'github-request', method: 'GET', path: '/app', status: 200, durationMs: 1 })
  told.observe(toldToWait(1_000))
  expect(told.modelWasAsked).toBe(false)
  told.observe(asked)
  expect(told.modelWasAsked).toBe(true)
})
