import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  endedSamples,
  httpSamples,
  observationSamples,
  outcomeSamples,
  queueSamples,
} from '../../src/metrics/samples.ts'
import { type MetricDefinition, metrics, openValues } from '../../src/metrics/table.ts'
import { metricNames, zeroLabels } from '../../src/metrics/zeros.ts'
import { type Observation, type RequestStatus, retryReasons, targets } from '../../src/ports/observer.ts'
import { withoutReview } from '../../src/review/outcome.ts'
import { reported } from '../action/reported.ts'

const ofName = (samples: ReturnType<typeof observationSamples>, name: string) =>
  samples.filter(({ metric }) => metric === name).map(({ labels, value }) => ({ ...labels, value }))

describe('a model request', () => {
  const request = { kind: 'model-request', number: 3, model: 'm', status: 200, durationMs: 1500 } as const
  const usage = { promptTokens: 100, completionTokens: 7, cachedTokens: 40 }

  it('counts once, with its status, its seconds and its tokens', () => {
    const samples = observationSamples({ ...request, usage })
    expect(ofName(samples, 'patchpilot_llm_requests_total')).toEqual([
      { model: 'm', status: '200', value: 1 },
    ])
    expect(ofName(samples, 'patchpilot_llm_request_duration_seconds')).toEqual([{ model: 'm', value: 1.5 }])
    expect(ofName(samples, 'patchpilot_llm_tokens_total')).toEqual([
      { model: 'm', kind: 'prompt', value: 100 },
      { model: 'm', kind: 'cached', value: 40 },
      { model: 'm', kind: 'completion', value: 7 },
    ])
  })

  it('adds no tokens where the server did not count them', () => {
    expect(ofName(observationSamples({ ...request, usage: null }), 'patchpilot_llm_tokens_total')).toEqual([])
  })
})

describe('an outcome', () => {
  const outcome = {
    ...withoutReview('skipped', '', 'octo/demo#7'),
    verdict: 'findings',
    ending: 'succeeded',
  } as const

  it('is one review and each of its findings', () => {
    const findings = [reported(), reported(), reported({ placement: 'folded', severity: 'low' })]
    const samples = outcomeSamples({ ...outcome, findings }, 'pull_request', 1_800_000_000)
    const review = { verdict: 'findings', trigger: 'pull_request', value: 1 }
    expect(ofName(samples, 'patchpilot_reviews_total')).toEqual([review])
    const inline = { severity: 'high', category: 'bug', placement: 'inline', value: 1 }
    expect(ofName(samples, 'patchpilot_findings_total')).toEqual([
      inline,
      inline,
      { severity: 'low', category: 'bug', placement: 'folded', value: 1 },
    ])
  })

  it.each([
    ['passed', [{ value: 1_800_000_000 }]],
    ['findings', [{ value: 1_800_000_000 }]],
    ['inconclusive', []],
    ['skipped', []],
  ] as const)('%s tells when a review last succeeded, or leaves that alone', (verdict, expected) => {
    const samples = outcomeSamples({ ...outcome, verdict }, 'pull_request', 1_800_000_000)
    expect(ofName(samples, 'patchpilot_last_review_timestamp_seconds')).toEqual(expected)
  })
})

describe('what a host has to tell', () => {
  it('is a task that ended, and how long it took', () => {
    const samples = endedSamples('timed_out', 2500)
    const labels = { name: 'review_pull_request', status: 'timed_out' }
    expect(ofName(samples, 'patchpilot_tasks_total')).toEqual([{ ...labels, value: 1 }])
    expect(ofName(samples, 'patchpilot_task_duration_seconds')).toEqual([{ ...labels, value: 2.5 }])
  })

  it('is its queue by state, and the age of what has waited longest', () => {
    const samples = queueSamples({ waiting: 2, delayed: 1, running: 4, failed: 0, oldestWaitingMs: 1500 })
    expect(ofName(samples, 'patchpilot_queue_jobs')).toEqual([
      { state: 'waiting', value: 2 },
      { state: 'delayed', value: 1 },
      { state: 'running', value: 4 },
      { state: 'failed', value: 0 },
    ])
    expect(ofName(samples, 'patchpilot_queue_oldest_job_age_seconds')).toEqual([{ value: 1.5 }])
  })
})

describe('labels', () => {
  const status: fc.Arbitrary<RequestStatus> = fc.oneof(
    fc.integer({ min: 100, max: 999 }),
    fc.constantFrom<RequestStatus>('timeout', 'network_error', 'cancelled', 'unusable'),
  )
  const durationMs = fc.nat(1_000_000)
  const strange = fc.string({ unit: 'binary', maxLength: 300 })
  const observation: fc.Arbitrary<Observation> = fc.oneof(
    fc.record({
      ...{ kind: fc.constant('model-request' as const), number: fc.nat(), model: strange },
      ...{ status, durationMs, usage: fc.constant(null) },
    }),
    fc.record({
      kind: fc.constantFrom('github-request' as const, 'pushgateway-request' as const),
      ...{ method: strange, path: strange, status, durationMs },
    }),
    fc.record({
      ...{ kind: fc.constant('retry' as const), target: fc.constantFrom(...targets) },
      ...{ what: strange, reason: fc.constantFrom(...retryReasons), waitMs: durationMs },
    }),
  )

  it('have no value that the table does not list, whatever strangers send', () => {
    fc.assert(
      fc.property(observation, strange, (seen, trigger) => {
        const outcome = withoutReview('failed', 'why', '')
        for (const { metric, labels } of [
          ...observationSamples(seen),
          ...outcomeSamples(outcome, trigger, 1),
          ...httpSamples(trigger, trigger, 200, 1),
        ]) {
          const { labels: allowed }: MetricDefinition = metrics[metric]
          expect(Object.keys(labels)).toEqual(Object.keys(allowed))
          for (const [label, value] of Object.entries(labels)) {
            const values = allowed[label]
            if (values === openValues) expect(value.length).toBeLessThanOrEqual(100)
            else expect(values).toContain(value)
          }
        }
      }),
    )
  })

  it('have at most 50 values each, where the table lists them', () => {
    const lists = metricNames().flatMap((name) =>
      Object.values<unknown>(metrics[name].labels).filter(Array.isArray),
    )
    expect(lists.length).toBeGreaterThan(0)
    expect(Math.max(...lists.map((list) => list.length))).toBeLessThanOrEqual(50)
  })
})

describe('what exists from the start', () => {
  const zeros = zeroLabels({ model: ['a', 'b'], trigger: ['pull_request'] })
  const of = (name: string) => zeros.filter(({ metric }) => metric === name).map(({ labels }) => labels)

  it('is every combination, with the models and the event of this run', () => {
    expect(of('patchpilot_reviews_total')).toEqual(
      ['passed', 'findings', 'inconclusive', 'skipped'].map((verdict) => ({
        verdict,
        trigger: 'pull_request',
      })),
    )
    expect(of('patchpilot_llm_tokens_total')).toHaveLength(6)
    expect(of('patchpilot_findings_total')).toHaveLength(4 * 8 * 6)
  })

  it('is nothing for models that nobody names', () => {
    expect(zeroLabels({ trigger: ['push'] }).filter(({ labels }) => 'model' in labels)).toEqual([])
  })

  it('counts an event that GitHub does not have as other', () => {
    expect(zeroLabels({ trigger: ['pull_request\nx 1'] }).map(({ labels }) => labels.trigger)).toContain(
      'other',
    )
  })
})
