import { describe, expect, test } from 'vitest'
import { type MetricDefinition, metrics } from '../../src/metrics/table.ts'
import { isMissing } from '../servers/installed.ts'
import { type Pushgateway, startPushgateway } from '../servers/pushgateway.ts'
import { startRelay } from '../servers/relay.ts'
import { defaultModel } from '../simulators/model/index.ts'
import {
  countedBy,
  expectedCounts,
  expectExactly,
  isGroupWrite,
  groupAt,
  groupOf,
  pushingTo,
  locks,
  pushWarnings,
  withoutPushRetries,
  runOnNew,
  seriesName,
} from './metrics-setup.ts'
import { type Scene, startScene } from './setup.ts'

/** What others keep in the gateway: every type and every oddity that the format has. */
const foreign = String.raw`# HELP deploys_total Of all\nkinds, with a \\ in it.
# TYPE deploys_total counter
deploys_total{path="C:\\temp\n",quote="\"",unicode="größe ✓"} 1.23456789012e+11
deploys_total{path="",quote="x",unicode="{,}="} 0.1
# TYPE deploy_seconds histogram
deploy_seconds_bucket{le="0.1"} 1
deploy_seconds_bucket{le="2.5"} 2
deploy_seconds_bucket{le="+Inf"} 4
deploy_seconds_sum 1e+99
deploy_seconds_count 4
# TYPE deploy_size summary
deploy_size{quantile="0.5"} NaN
deploy_size{quantile="0.99"} 7
deploy_size_sum 12
deploy_size_count 3
# TYPE deploy_state gauge
deploy_state +Inf
deploy_untyped -3.5
# TYPE patchpilot_future_total counter
patchpilot_future_total{of="a later version"} 5
`

/** Lines of the exposition about metrics that are not ours, or that are in groups that are not ours. */
async function foreignLines(gateway: Pushgateway): Promise<readonly string[]> {
  const lines = (await gateway.exposition()).split('\n')
  return lines.filter((line) => /^(# (HELP|TYPE) )?(deploy|patchpilot_future)|job="other"/.test(line))
}

async function runOnce(scene: Scene, gateway: { readonly url: string }) {
  const [result] = await runOnNew(scene, 1, pushingTo(gateway))
  if (result === undefined) throw new Error('no run')
  return result
}

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('what a run finds in the Pushgateway', () => {
  test('of others stays as it was, in the same group and in other groups', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await gateway.push(groupOf(scene), foreign)
    await gateway.push({ job: 'other', repository: 'octo/demo' }, foreign)
    await gateway.push({ job: 'other', instance: 'a/b' }, 'up_to_date 1\n')
    const before = await foreignLines(gateway)
    expect(before.length).toBeGreaterThan(30)
    const result = await runOnce(scene, gateway)
    expect(pushWarnings(result)).toEqual([])
    expect(await foreignLines(gateway)).toEqual(before)
    const future = seriesName('patchpilot_future_total', { of: 'a later version', ...groupOf(scene) })
    const { [future]: kept, ...counted } = await countedBy(gateway, groupOf(scene))
    expect(kept).toBe(5)
    expect(counted).toEqual(expectedCounts(scene, [result]))
  })

  test('under one of our names but of another type costs that metric alone, and is named', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await gateway.push({ job: 'other' }, '# TYPE patchpilot_files_total gauge\npatchpilot_files_total 7\n')
    const results = [await runOnce(scene, gateway), await runOnce(scene, gateway)]
    for (const result of results) {
      expect(result.exitCode).toBe(0)
      expect(pushWarnings(result)).toEqual([expect.stringContaining('patchpilot_files_total')])
      expect(pushWarnings(result)[0]).not.toContain('\n')
    }
    expect(await gateway.samples('patchpilot_files_total')).toEqual([expect.objectContaining({ value: 7 })])
    const trigger = 'pull_request'
    expect(await gateway.sample('patchpilot_reviews_total', { verdict: 'findings', trigger })).toBe(2)
    const { types } = await groupAt(gateway, groupOf(scene))
    expect(Object.keys(types)).toHaveLength(pushedNames.length - 1)
  })

  test('under one of our names but of another type in our own group is replaced', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await gateway.push(groupOf(scene), '# TYPE patchpilot_files_total gauge\npatchpilot_files_total 7\n')
    const result = await runOnce(scene, gateway)
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, scene, [result])
  })

  test('is nothing after a wipe between two runs: the second counts from 0', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await runOnce(scene, gateway)
    await gateway.wipe()
    const before = scene.github.requests.length
    const result = await runOnce(scene, gateway)
    expect(pushWarnings(result)).toEqual([])
    const github = { ...scene.github, requests: scene.github.requests.slice(before) }
    await expectExactly(gateway, { ...scene, github }, [result])
  })

  test.each(['wipe', 'restart'] as const)('is nothing after a %s in the middle of a run', async (forget) => {
    await using gateway = await startPushgateway()
    const answer = async () => {
      await gateway[forget]()
      return { content: { summary: 'Fine.', findings: [] }, latencyMs: 300 }
    }
    await using scene = await startScene({ model: { answer } })
    const result = await runOnce(scene, gateway)
    expect(pushWarnings(result)).toEqual([])
    const counted = withoutPushRetries(await countedBy(gateway, groupOf(scene)))
    expect(counted).toEqual(expectedCounts(scene, [result]))
    expect(await locks(gateway)).toEqual([])
  })

  test('from an older version keeps counting, with the new version’s name', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const reviews = 'patchpilot_reviews_total{trigger="pull_request",verdict="findings"} 41\n'
    const tokens = `patchpilot_llm_tokens_total{kind="prompt",model="${defaultModel}"} 1.23456789012e+11\n`
    await gateway.push(
      groupOf(scene),
      [
        '# TYPE patchpilot_build_info gauge\npatchpilot_build_info{version="0.0.1"} 1\n',
        `# TYPE patchpilot_reviews_total counter\n${reviews}`,
        `# TYPE patchpilot_llm_tokens_total counter\n${tokens}`,
        '# TYPE patchpilot_last_review_timestamp_seconds gauge\npatchpilot_last_review_timestamp_seconds 4102444800\n',
      ].join(''),
    )
    const result = await runOnce(scene, gateway)
    const builds = await gateway.samples('patchpilot_build_info')
    expect(builds.map(({ labels }) => labels.version)).toEqual([
      expect.stringMatching(/^(?!0\.0\.1$)\d+\.\d+\.\d+/),
    ])
    const trigger = 'pull_request'
    expect(await gateway.sample('patchpilot_reviews_total', { verdict: 'findings', trigger })).toBe(42)
    const prompt = await gateway.sample('patchpilot_llm_tokens_total', {
      kind: 'prompt',
      model: defaultModel,
    })
    expect(prompt).toBe(123_456_789_012 + Number(result.outputs['prompt-tokens']))
    // Of gauges the latest run's word counts.
    const last = await gateway.sample('patchpilot_last_review_timestamp_seconds')
    expect(Math.abs((last ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })

  test('in other buckets goes over into ours: counts and sums go on, and no bucket shrinks', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const name = 'patchpilot_llm_request_duration_seconds'
    const labels = `model="${defaultModel}"`
    const buckets = [
      ['0.7', 3],
      ['10', 5],
      ['45', 9],
      ['+Inf', 10],
    ].map(([le, count]) => `${name}_bucket{${labels},le="${le}"} ${count}\n`)
    const totals = `${name}_sum{${labels}} 123.5\n${name}_count{${labels}} 10\n`
    await gateway.push(groupOf(scene), `# TYPE ${name} histogram\n${buckets.join('')}${totals}`)
    await runOnce(scene, gateway)
    const { samples } = await groupAt(gateway, groupOf(scene))
    const bounds = samples
      .filter((sample) => sample.name === `${name}_bucket` && sample.labels.model === defaultModel)
      .map((sample) => ({ le: Number(sample.labels.le?.replace('+Inf', 'Infinity')), count: sample.value }))
      .sort((a, b) => a.le - b.le)
    expect(bounds.map(({ le }) => le)).toEqual([...metrics[name].buckets, Number.POSITIVE_INFINITY])
    expect(bounds.map(({ count }) => count)).toEqual(
      bounds.map(({ count }) => count).toSorted((a, b) => a - b),
    )
    expect(bounds.at(-1)?.count).toBe(11)
    expect(await gateway.sample(`${name}_count`, { model: defaultModel })).toBe(11)
    expect(await gateway.sample(`${name}_sum`, { model: defaultModel })).toBeGreaterThan(123.5)
    expect(bounds.find(({ le }) => le === 10)?.count).toBe(6)
  })

  test('that cannot be counted on becomes a number again', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    const reviews = 'patchpilot_reviews_total{trigger="pull_request",verdict="findings"} NaN\n'
    await gateway.push(groupOf(scene), `# TYPE patchpilot_reviews_total counter\n${reviews}`)
    const result = await runOnce(scene, gateway)
    await expectExactly(gateway, scene, [result])
  })

  test('is written as one group, never by parts', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    await using relay = await startRelay(gateway.url)
    await runOnce(scene, relay)
    const writes = relay.requests.filter(isGroupWrite)
    expect(writes).not.toEqual([])
    for (const { body } of writes)
      for (const name of pushedNames) expect(body, name).toContain(`# TYPE ${name} `)
  })
})

const pushedNames = Object.entries<MetricDefinition>(metrics)
  .filter(([, { serverOnly }]) => !serverOnly)
  .map(([name]) => name)
