import { describe, expect, it } from 'vitest'
import { Trace } from '../../src/metrics/trace.ts'
import { describeObservation } from '../../src/metrics/trace-lines.ts'
import { traceReport } from '../../src/metrics/trace-report.ts'
import { serverOf } from '../../src/metrics/trace-sums.ts'
import type { Observation } from '../../src/ports/observer.ts'
import { asked, failed, gitHub, pushed, retried, traceOf, usage, waited } from './observed.ts'

/** A run on a clock that starts anywhere, as monotonic clocks do; each observation comes at its time after the start. */
function run(...observed: readonly (readonly [atMs: number, Observation])[]) {
  let now = 5_000.25
  const trace = new Trace(() => now)
  for (const [atMs, observation] of observed) {
    now = 5_000.25 + atMs
    trace.observe(observation)
  }
  return trace.soFar()
}

describe('a line of the log', () => {
  it.each<[string, Observation]>([
    [
      'model request 3 (gpt-5.4-mini): 200 after 1.84 s, 9,120 prompt (4,000 cached) and 811 completion tokens',
      asked({ number: 3 }),
    ],
    [
      'model request 1 (gpt-5.4-mini): 200 after 62.3 s, 9,120 prompt and 811 completion tokens',
      asked({ durationMs: 62_345, usage: { ...usage, cachedTokens: 0 } }),
    ],
    ['model request 1 (gpt-5.4-mini): network error after 1.84 s', failed('network_error')],
    ['GitHub GET /repos/octo/shop/pulls/7: 404 after 0.12 s', gitHub(404)],
    ['Pushgateway PUT /metrics/job/patchpilot: timeout after 0.02 s', pushed('timeout')],
    ['asking the model server again after 1.00 s: rate limit (model request 1)', retried('rate_limit')],
    ['waited 12.0 s for GitHub', waited(12_000, 'github')],
    ['phase ask: 2.31 s', { kind: 'phase', phase: 'ask', durationMs: 2_310 }],
  ])('%s', (line, observation) => {
    expect(describeObservation(observation)).toBe(line)
  })
})

describe('the report', () => {
  it('has what was observed, on the clock of the run, requests by when they were sent', () => {
    const observed = run(
      [100.4, { kind: 'phase', phase: 'start', durationMs: 100.4 }],
      [2_400, failed(429, { number: 2, durationMs: 300 })],
      [2_400, retried('rate_limit')],
      [2_900, waited(500.2)],
      [3_840, asked()],
      [4_000, gitHub()],
      [4_100, pushed(202)],
    )
    const model = { target: 'llm', model: 'gpt-5.4-mini' }
    expect(traceReport(observed)).toEqual({
      durationMs: 4_100,
      phases: [{ phase: 'start', durationMs: 100 }],
      requests: [
        { ...model, number: 1, status: 200, atMs: 2_000, durationMs: 1_840, ...usage },
        { ...model, number: 2, status: 429, atMs: 2_100, durationMs: 300 },
        {
          ...{ target: 'github', method: 'GET', path: '/repos/octo/shop/pulls/7', status: 200 },
          ...{ atMs: 3_880, durationMs: 120 },
        },
        {
          ...{ target: 'pushgateway', method: 'PUT', path: '/metrics/job/patchpilot', status: 202 },
          ...{ atMs: 4_080, durationMs: 20 },
        },
      ],
      retries: [{ target: 'llm', what: 'model request 1', reason: 'rate_limit', atMs: 2_400, waitMs: 1_000 }],
      waits: [{ target: 'llm', durationMs: 500 }],
      omitted: 0,
    })
  })

  it('has the phases in their order, each once', () => {
    const trace = traceOf(
      { kind: 'phase', phase: 'publish', durationMs: 10 },
      { kind: 'phase', phase: 'read', durationMs: 20 },
      { kind: 'phase', phase: 'publish', durationMs: 5 },
    )
    expect(traceReport(trace).phases).toEqual([
      { phase: 'read', durationMs: 20 },
      { phase: 'publish', durationMs: 15 },
    ])
  })
})

describe('of a run of very many requests', () => {
  const many = Array.from({ length: 2_500 }, (_, at) => asked({ number: at + 1 }))

  it('the first 2,000 are told in full, and how many more there were', () => {
    const { requests, omitted } = traceReport(traceOf(...many))
    expect(requests).toHaveLength(2_000)
    expect(omitted).toBe(500)
  })

  it('none is missing in the sums, and neither is a phase that came late', () => {
    const trace = traceOf(...many, { kind: 'phase', phase: 'ask', durationMs: 7 })
    const model = trace.sums.models.get('gpt-5.4-mini')
    expect(model?.promptTokens).toBe(2_500 * usage.promptTokens)
    expect(serverOf(trace.sums, 'llm').statuses).toEqual(new Map([[200, 2_500]]))
    expect(traceReport(trace).phases).toEqual([{ phase: 'ask', durationMs: 7 }])
  })
})

it('what was taken of a trace does not change when the run goes on', () => {
  const trace = new Trace(() => 0)
  trace.observe(asked())
  const before = trace.soFar()
  trace.observe(gitHub())
  expect(traceReport(before).requests).toHaveLength(1)
  expect(serverOf(before.sums, 'github').statuses.size).toBe(0)
})
