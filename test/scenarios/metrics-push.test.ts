import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MetricDefinition, metrics, openValues } from '../../src/metrics/table.ts'
import { isMissing } from '../servers/installed.ts'
import { startPushgateway } from '../servers/pushgateway.ts'
import { startRelay } from '../servers/relay.ts'
import { defaultModel, faults } from '../simulators/model/index.ts'
import {
  countedBy,
  expectExactly,
  groupAt,
  groupOf,
  isGroupWrite,
  pushingTo,
  pushWarnings,
  runOnNew,
  seriesName,
} from './metrics-setup.ts'
import { small, startScene } from './setup.ts'

const pushed = Object.entries<MetricDefinition>(metrics).filter(([, { serverOnly }]) => !serverOnly)

/** Every label set of the table that must be there at 0 before the model has answered. */
function zeroSeries({ labels, zeros }: MetricDefinition): Record<string, string>[] {
  const known: Readonly<Record<string, readonly string[]>> = {
    model: [defaultModel],
    trigger: ['pull_request'],
  }
  let sets: Record<string, string>[] = [{}]
  for (const [label, all] of Object.entries(labels)) {
    const values = known[label] ?? zeros?.[label] ?? (all === openValues ? [] : all)
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })))
  }
  return sets
}

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('metrics in a Pushgateway', () => {
  test('are one group of the repository, with every metric of the table, and nothing else', async () => {
    await using scene = await startScene({ repository: { owner: 'octo', name: 'my.demo' } })
    await using gateway = await startPushgateway()
    await using relay = await startRelay(gateway.url)
    const before = Date.now() / 1000
    const result = await scene.run(pushingTo(relay))
    expect(pushWarnings(result)).toEqual([])

    const groups = await gateway.groups()
    expect(groups.map(({ labels }) => labels)).toEqual([{ job: 'patchpilot', repository: 'octo/my.demo' }])
    expect(groups[0]?.types).toEqual(Object.fromEntries(pushed.map(([name, { type }]) => [name, type])))
    await expectExactly(gateway, scene, [result])
    const last = await gateway.sample('patchpilot_last_review_timestamp_seconds')
    expect(last).toBeGreaterThanOrEqual(Math.floor(before))
    expect(last).toBeLessThanOrEqual(Date.now() / 1000)
    expect(await gateway.sample('patchpilot_build_info')).toBe(1)

    const path = `/metrics/job/patchpilot/repository@base64/${Buffer.from('octo/my.demo').toString('base64url')}`
    const writes = relay.requests.filter(isGroupWrite)
    expect(new Set(writes.map((request) => request.path))).toEqual(new Set([path]))
    expect(writes).not.toEqual([])
    for (const { headers } of writes) expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    // A read that makes the series ready is broken off when the review is over before.
    const answers = relay.requests.filter(({ method, answered }) => method !== 'GET' || answered !== null)
    expect(new Set(answers.map(({ answered }) => answered))).toEqual(new Set([200, 202]))
  })

  test('are there at 0 while the model still thinks', async () => {
    await using gateway = await startPushgateway()
    let seen: readonly string[] = []
    const answer = async () => {
      // What Prometheus would scrape meanwhile.
      const deadline = Date.now() + 30_000
      while ((await gateway.samples('patchpilot_reviews_total')).length === 0 && Date.now() < deadline)
        await sleep(20)
      const samples = (await gateway.groups()).flatMap((group) => group.samples)
      seen = samples.filter(({ value }) => value === 0).map(({ name, labels }) => seriesName(name, labels))
      return { content: { summary: 'Prices.', findings: small.findings }, latencyMs: 100 }
    }
    await using scene = await startScene({ model: { answer } })
    const result = await scene.run(pushingTo(gateway))
    expect(result.outputs.verdict).toBe('findings')
    const group = groupOf(scene)
    const expected = pushed
      .filter(([, { type, labels }]) => type !== 'gauge' && Object.keys(labels).length > 0)
      .flatMap(([name, definition]) =>
        zeroSeries(definition).map((labels) =>
          seriesName(definition.type === 'histogram' ? `${name}_count` : name, { ...labels, ...group }),
        ),
      )
    expect(expected.length).toBeGreaterThan(300)
    expect(expected.filter((series) => !seen.includes(series))).toEqual([])
    expect(seen).toContain(seriesName('patchpilot_last_review_timestamp_seconds', group))
    await expectExactly(gateway, scene, [result])
  })

  test('of five runs, one after the other, are the sums of what they report', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const results = []
    for (let run = 0; run < 5; run++) {
      results.push(...(await runOnNew(scene, 1, pushingTo(gateway))))
      await expectExactly(gateway, scene, results)
    }
    expect(
      await gateway.sample('patchpilot_reviews_total', { verdict: 'findings', trigger: 'pull_request' }),
    ).toBe(5)
    expect(results.flatMap(pushWarnings)).toEqual([])
  })

  test('grow for what was not reviewed, too: skipped, failed, tried again', async () => {
    const answers = [faults.rateLimited(0), faults.serverError()]
    const answer = ({ index }: { index: number }) => {
      const fault = answers[index]
      return fault === undefined ? { content: { summary: 'Fine.', findings: [] } } : { fault }
    }
    await using scene = await startScene({ model: { answer } })
    await using gateway = await startPushgateway()
    const run = pushingTo(gateway)

    scene.pull.edit({ draft: true })
    const draft = await scene.run({
      ...run,
      event: { name: 'pull_request', payload: scene.pull.event('opened') },
    })
    expect(draft.outputs.verdict).toBe('skipped')
    scene.pull.edit({ draft: false })
    const passed = await scene.run(run)
    expect(passed.outputs.verdict).toBe('passed')
    const unreachable = { 'base-url': 'http://127.0.0.1:9/v1', timeout: '4' }
    const [failed] = await runOnNew(scene, 1, pushingTo(gateway, { inputs: unreachable }))
    expect(failed?.outputs.verdict).toBe('inconclusive')

    const group = groupOf(scene)
    const counted = await countedBy(gateway, group)
    const count = (metric: string, labels: Record<string, string>) =>
      counted[seriesName(`patchpilot_${metric}`, { ...labels, ...group })] ?? 0
    const trigger = 'pull_request'
    for (const verdict of ['skipped', 'passed', 'inconclusive'])
      expect(count('reviews_total', { verdict, trigger }), verdict).toBe(1)
    const name = 'review_pull_request'
    expect(count('tasks_total', { name, status: 'started' })).toBe(3)
    expect(count('tasks_total', { name, status: 'skipped' })).toBe(1)
    expect(count('tasks_total', { name, status: 'succeeded' })).toBe(1)
    const model = defaultModel
    expect(count('llm_requests_total', { model, status: '429' })).toBe(1)
    expect(count('llm_requests_total', { model, status: '500' })).toBe(1)
    expect(count('llm_requests_total', { model, status: '200' })).toBe(1)
    expect(count('llm_requests_total', { model, status: 'network_error' })).toBeGreaterThan(0)
    expect(count('retries_total', { target: 'llm', reason: 'rate_limit' })).toBe(1)
    expect(count('retries_total', { target: 'llm', reason: 'server_error' })).toBe(1)
    expect(await gateway.sample('patchpilot_wait_seconds_total', { target: 'llm' })).toBeGreaterThan(0.2)
    expect(count('files_total', { coverage: 'reviewed' })).toBe(1)
    const uncovered =
      count('files_total', { coverage: 'failed' }) + count('files_total', { coverage: 'deadline' })
    expect(uncovered).toBe(1)
  })

  test('hold histograms whose last bucket is their count', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await scene.run(pushingTo(gateway))
    await scene.run(pushingTo(gateway, { inputs: { scope: 'full' } }))
    const { samples, types } = await groupAt(gateway, groupOf(scene))
    const histograms = Object.keys(types).filter((name) => types[name] === 'histogram')
    expect(histograms.length).toBeGreaterThan(3)
    for (const name of histograms) {
      const counts = samples.filter((sample) => sample.name === `${name}_count`)
      for (const { labels, value } of counts) {
        const bucket = { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value }
        expect(samples).toContainEqual(bucket)
        const bounds = samples.filter(
          (sample) =>
            sample.name === bucket.name &&
            seriesName('', { ...sample.labels, le: '' }) === seriesName('', { ...labels, le: '' }),
        )
        const table: MetricDefinition | undefined = pushed.find(([known]) => known === name)?.[1]
        expect(bounds).toHaveLength((table?.buckets?.length ?? 0) + 1)
      }
    }
  })
})
