import fc from 'fast-check'
import type { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { mostOpenValues, PrometheusRecorder } from '../../../src/adapters/prometheus/recorder.ts'
import { holds, sumUp } from '../../../src/adapters/prometheus/sums.ts'
import { observationSamples, type Sample } from '../../../src/metrics/samples.ts'
import { asGroup } from './as-group.ts'

const known = { model: ['m1'], trigger: ['pull_request'] }

/** Whole seconds and tokens: sums of these are exact in any order. */
const observed: fc.Arbitrary<readonly Sample[]> = fc
  .oneof(
    fc.record({
      kind: fc.constant('model-request' as const),
      number: fc.constant(1),
      model: fc.constantFrom('m1', 'm2', 'a "quoted"\\\nname'),
      status: fc.constantFrom(200, 429, 'timeout' as const),
      durationMs: fc.integer({ min: 0, max: 900 }).map((seconds) => seconds * 1000),
      usage: fc.record({
        promptTokens: fc.nat(100_000),
        completionTokens: fc.nat(100_000),
        cachedTokens: fc.nat(100),
      }),
    }),
    fc.record({
      kind: fc.constant('github-request' as const),
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constant('/'),
      status: fc.constantFrom(200, 404),
      durationMs: fc.integer({ min: 0, max: 20 }).map((seconds) => seconds * 1000),
    }),
  )
  .map(observationSamples)

const byName = async (registry: Registry) =>
  Object.fromEntries(
    (await registry.metrics())
      .split('\n')
      .sort()
      .map((line) => line.split(/ (?=\S+$)/)),
  )

describe('the sums of a group', () => {
  it('are what one recorder would have counted over all runs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(observed, { maxLength: 5 }), { maxLength: 4 }), async (runs) => {
        let sums = await sumUp(null, known, [])
        for (const run of runs) sums = await sumUp(await asGroup(sums), known, run.flat())
        const recorder = new PrometheusRecorder({ server: false, known })
        recorder.record(runs.flat(2))
        // Models of earlier runs get their zeros too, which one recorder has no reason for.
        expect(await byName(sums)).toMatchObject(await byName(recorder.registry))
        expect(await holds(await asGroup(sums), sums)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('keep label sets that this version does not write', async () => {
    const group = {
      patchpilot_reviews_total: {
        type: 'COUNTER',
        metrics: [{ labels: { job: 'patchpilot', repository: 'octo/demo', verdict: 'shrug' }, value: '3' }],
      },
    }
    const text = await (await sumUp(group, known, [])).metrics()
    expect(text).toContain('patchpilot_reviews_total{verdict="shrug"} 3')
  })

  it('have nothing of what the group counted under another type, or as no number', async () => {
    const labels = { job: 'patchpilot', repository: 'octo/demo' }
    const group = {
      patchpilot_wait_seconds_total: {
        type: 'GAUGE',
        metrics: [{ labels: { ...labels, target: 'llm' }, value: '17' }],
      },
      patchpilot_files_total: {
        type: 'COUNTER',
        metrics: [{ labels: { ...labels, coverage: 'failed' }, value: 'NaN' }],
      },
    }
    const text = await (await sumUp(group, known, [])).metrics()
    expect(text).toContain('patchpilot_wait_seconds_total{target="llm"} 0')
    expect(text).toContain('patchpilot_files_total{coverage="failed"} 0')
  })

  it('keep the time of the latest review, and only the version that ran last', async () => {
    const labels = { job: 'patchpilot', repository: 'octo/demo' }
    const group = {
      patchpilot_last_review_timestamp_seconds: { type: 'GAUGE', metrics: [{ labels, value: '1.8e+09' }] },
      patchpilot_build_info: {
        type: 'GAUGE',
        metrics: [{ labels: { ...labels, version: '0.1.0' }, value: '1' }],
      },
    }
    const text = await (await sumUp(group, known, [])).metrics()
    expect(text).toContain('patchpilot_last_review_timestamp_seconds 1800000000')
    expect(text).not.toContain('0.1.0')
    expect(text.match(/^patchpilot_build_info\{/gm)).toHaveLength(1)
  })

  it('bound the models that a group ever has', async () => {
    let sums = await sumUp(null, known, [])
    for (let index = 0; index < mostOpenValues + 20; index++) {
      sums = await sumUp(await asGroup(sums), { ...known, model: [`model ${index}`] }, [])
    }
    const models = new Set([...(await sums.metrics()).matchAll(/model="([^"]*)"/g)].map(([, name]) => name))
    expect(models.size).toBe(mostOpenValues + 1)
    expect(models).toContain('other')
  })
})

describe('a histogram with other buckets than ours', () => {
  const group = {
    patchpilot_github_request_duration_seconds: {
      type: 'HISTOGRAM',
      metrics: [
        {
          labels: { job: 'patchpilot', repository: 'octo/demo', method: 'GET' },
          buckets: { '0.07': '2', '0.5': '6', '3': '8', '60': '9', '+Inf': '10' },
          ...{ count: '10', sum: '321.5' },
        },
      ],
    },
  }

  it('keeps its count and sum, and no bucket claims what it may not have held', async () => {
    const text = await (await sumUp(group, known, [])).metrics()
    const name = 'patchpilot_github_request_duration_seconds'
    const bucket = (le: string) =>
      new RegExp(`^${name}_bucket\\{(?=[^}]*le="${le}")(?=[^}]*method="GET")[^}]*\\} (.*)$`, 'm').exec(
        text,
      )?.[1]
    expect(text).toContain(`${name}_count{method="GET"} 10`)
    expect(text).toContain(`${name}_sum{method="GET"} 321.5`)
    expect(['0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '15', '\\+Inf'].map(bucket)).toEqual([
      '0',
      '2',
      '2',
      '6',
      '6',
      '6',
      '8',
      '8',
      '8',
      '10',
    ])
  })
})
