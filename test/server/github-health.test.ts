import { describe, expect, test } from 'vitest'
import type { Observation, RequestStatus } from '../../src/ports/observer.ts'
import { GitHubHealth } from '../../src/server/github-health.ts'

/** After these observations, one a second from the first second on. */
function healthAfter(...observations: readonly Observation[]) {
  let now = 0
  const health = new GitHubHealth(() => now)
  for (const observation of observations) {
    now += 1_000
    health.observe(observation)
  }
  return {
    now: () => health.state(),
    later: (ms: number) => {
      now += ms
      return health.state()
    },
  }
}

function answered(status: RequestStatus): Observation {
  return { kind: 'github-request', method: 'GET', path: '/app', status, durationMs: 100 }
}

const minute = 60_000

describe('what is known of GitHub', () => {
  test('is nothing before it was asked', () => {
    expect(healthAfter().now()).toEqual({
      ...{ condition: 'unknown', answeredAt: null, failure: null, limitWait: null, limitedUntil: null },
    })
  })

  test.each([200, 201, 304, 404, 422])('is that it answers, after a %i', (status) => {
    const state = healthAfter(answered(502), answered(status)).now()
    expect(state).toMatchObject({ condition: 'answering', answeredAt: 2_000 })
    expect(state.failure).toEqual({ status: 502, at: 1_000 })
  })

  test.each([500, 503, 401, 'timeout', 'network_error', 'unusable'] as const)(
    'is that it fails, after %s',
    (status) => {
      const state = healthAfter(answered(200), answered(status)).now()
      expect(state).toMatchObject({ condition: 'failing', answeredAt: 1_000, failure: { status, at: 2_000 } })
    },
  )

  test('is that it limits us, after a 429, until it answers or no limit can last any more', () => {
    const limited = healthAfter(answered(200), answered(429))
    expect(limited.now().condition).toBe('limiting')
    expect(limited.later(59 * minute).condition).toBe('limiting')
    expect(limited.later(minute).condition).toBe('refusing')
    expect(healthAfter(answered(429), answered(200)).now().condition).toBe('answering')
  })

  test('is that it refused something, after a 403, which may be a limit or a permission', () => {
    const state = healthAfter(answered(200), answered(403)).now()
    expect(state).toMatchObject({ condition: 'refusing', failure: { status: 403, at: 2_000 } })
  })

  test('is until when it limits an installation, while it answers others', () => {
    const told = { kind: 'told-to-wait', target: 'github', waitMs: 10 * minute } as const
    const limited = healthAfter(answered(403), told, answered(200))
    expect(limited.now()).toMatchObject({ condition: 'limiting', limitedUntil: 2_000 + 10 * minute })
    expect(limited.later(10 * minute)).toMatchObject({ condition: 'answering', limitedUntil: null })
  })

  test('is how long a limit was waited for', () => {
    const retry = { kind: 'retry', target: 'github', what: 'GET /app', waitMs: 48_000 } as const
    const state = healthAfter({ ...retry, reason: 'rate_limit' }, { ...retry, reason: 'timeout' }).now()
    expect(state.limitWait).toEqual({ waitMs: 48_000, at: 1_000 })
  })

  test('is not changed by requests that we gave up, nor by other servers', () => {
    const others: readonly Observation[] = [
      answered('cancelled'),
      { kind: 'told-to-wait', target: 'llm', waitMs: minute },
      { kind: 'retry', target: 'llm', what: 'model request 1', reason: 'rate_limit', waitMs: 1_000 },
      { kind: 'wait', target: 'github', durationMs: 1_000 },
    ]
    const state = healthAfter(answered(200), ...others).now()
    expect(state).toEqual({ ...healthAfter(answered(200)).now() })
  })
})
