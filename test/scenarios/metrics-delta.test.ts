import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { type AggregatingGateway, startAggregatingGateway } from '../servers/aggregating-gateway.ts'
import { type Behaviour, pass, startRelay } from '../servers/relay.ts'
import { parseTextFormat } from '../servers/text-format.ts'
import { expectedCounts, pushingTo, pushWarnings, runOnNew, seriesName } from './metrics-setup.ts'
import { type Scene, startScene } from './setup.ts'

const delta = { inputs: { 'metrics-mode': 'delta' } } as const

/** Everything the gateway has added up, zeros and time left out. */
function added(gateway: AggregatingGateway): Record<string, number> {
  const families = parseTextFormat(gateway.exposition())
  const counts = families.flatMap(({ name, type, samples }) =>
    samples.filter((sample) => sample.name === (type === 'histogram' ? `${name}_count` : name)),
  )
  return Object.fromEntries(
    counts
      .filter(({ name, value }) => value !== 0 && name !== 'patchpilot_wait_seconds_total')
      .map(({ name, labels, value }) => [seriesName(name, labels), value]),
  )
}

function expectAdded(gateway: AggregatingGateway, scene: Scene, results: readonly ActionResult[]): void {
  expect(added(gateway)).toEqual(expectedCounts(scene, results))
}

describe.concurrent('delta mode', () => {
  test('sends what one run counted, once, at the end, and no gauges', async () => {
    await using scene = await startScene()
    await using gateway = await startAggregatingGateway()
    await using relay = await startRelay(gateway.url)
    const result = await scene.run(pushingTo(relay, delta))
    expect(pushWarnings(result)).toEqual([])
    expect(relay.requests.map(({ method, path, answered }) => `${method} ${path} ${answered}`)).toEqual([
      'POST /metrics/job/patchpilot 202',
    ])
    expect(relay.requests[0]?.at).toBeGreaterThanOrEqual(
      scene.github.requests.at(-1)?.at.getTime() ?? Number.NaN,
    )
    const families = parseTextFormat(relay.requests[0]?.body ?? '')
    expect(new Set(families.map(({ type }) => type))).toEqual(new Set(['counter', 'histogram']))
    expect(families.map(({ name }) => name)).toContain('patchpilot_finding_outcomes_total')
    const repositories = families.flatMap(({ samples }) => samples.map(({ labels }) => labels.repository))
    expect(new Set(repositories)).toEqual(new Set([scene.repository.fullName]))
    expectAdded(gateway, scene, [result])
  })

  test('lets a gateway add up many runs, one after the other or at once', async () => {
    await using scene = await startScene()
    await using gateway = await startAggregatingGateway()
    const one = await runOnNew(scene, 1, pushingTo(gateway, delta))
    const more = await runOnNew(scene, 4, pushingTo(gateway, delta))
    expectAdded(gateway, scene, [...one, ...more])
    expect(gateway.pushes).toHaveLength(5)
  })

  test.each<[string, Behaviour, RegExp]>([
    ['the answer is lost with the connection', { kind: 'reset', forward: true }, /metrics/],
    ['the answer breaks off', { kind: 'truncate' }, /metrics/],
    ['it answers 500 after it has added', { kind: 'answer', status: 500, forward: true }, /metrics.*500/],
    ['it never answers', { kind: 'hang', forward: true }, /metrics.*did not answer in time/],
  ])('never sends twice what may have been counted: %s', async (_, fault, warning) => {
    await using scene = await startScene()
    await using gateway = await startAggregatingGateway()
    await using relay = await startRelay(gateway.url, ({ index }) => (index === 0 ? fault : pass))
    const result = await scene.run(pushingTo(relay, delta))
    expect(result.exitCode).toBe(0)
    expect(pushWarnings(result)).toEqual([expect.stringMatching(warning)])
    expect(relay.requests).toHaveLength(1)
    expectAdded(gateway, scene, [result])
    expect(Date.now() - (scene.github.requests.at(-1)?.at.getTime() ?? 0)).toBeLessThan(8_000)
  })

  test.each<[string, Behaviour]>([
    ['busy', { kind: 'answer', status: 503 }],
    ['limiting its rate', { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }],
  ])('sends again what a gateway that is %s cannot have counted', async (_, fault) => {
    await using scene = await startScene()
    await using gateway = await startAggregatingGateway()
    await using relay = await startRelay(gateway.url, ({ index }) => (index === 0 ? fault : pass))
    const result = await scene.run(pushingTo(relay, delta))
    expect(pushWarnings(result)).toEqual([])
    expect(relay.requests).toHaveLength(2)
    expectAdded(gateway, scene, [result])
  })

  test('says so when there is no gateway', async () => {
    await using scene = await startScene()
    const gateway = await startAggregatingGateway()
    await gateway[Symbol.asyncDispose]()
    const result = await scene.run(pushingTo(gateway, delta))
    expect(result.exitCode).toBe(0)
    expect(pushWarnings(result)).toEqual([expect.stringMatching(/metrics.*ECONNREFUSED/)])
  })
})
