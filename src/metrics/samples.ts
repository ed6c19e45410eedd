import type { Observation } from '../ports/observer.ts'
import type { QueueState } from '../ports/review-queue.ts'
import type { Ending, ReviewOutcome } from '../review/outcome.ts'
import { type MetricDefinition, type MetricName, metrics, openValues, other } from './table.ts'

/** One number for one metric: what a counter grows by, what a histogram observes, what a gauge becomes. */
export type Sample = {
  readonly metric: MetricName
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

type LabelsOf<Name extends MetricName> = Readonly<Record<keyof (typeof metrics)[Name]['labels'], string>>

function sample<Name extends MetricName>(metric: Name, labels: LabelsOf<Name>, value: number): Sample {
  return { metric, labels: boundLabels(metric, labels), value }
}

/** Longest value of a label that is not ours to list. */
const longestValue = 100

/** Labels with nothing but values that the table allows, so that no stranger's word becomes a time series. */
export function boundLabels(
  metric: MetricName,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const definition: MetricDefinition = metrics[metric]
  return Object.fromEntries(
    Object.entries(definition.labels).map(([label, values]) => {
      const value = labels[label] ?? other
      if (values === openValues) return [label, value.toWellFormed().slice(0, longestValue).toWellFormed()]
      return [label, values.includes(value) ? value : other]
    }),
  )
}

/** What one observation adds. */
export function observationSamples(observation: Observation): readonly Sample[] {
  switch (observation.kind) {
    case 'model-request': {
      const { model, status, usage } = observation
      const tokens = (kind: string, count: number) =>
        sample('patchpilot_llm_tokens_total', { model, kind }, count)
      return [
        sample('patchpilot_llm_requests_total', { model, status: String(status) }, 1),
        sample('patchpilot_llm_request_duration_seconds', { model }, seconds(observation)),
        ...(usage === null
          ? []
          : [
              tokens('prompt', usage.promptTokens),
              tokens('cached', usage.cachedTokens),
              tokens('completion', usage.completionTokens),
            ]),
      ]
    }
    case 'github-request': {
      const { method, status } = observation
      return [
        sample('patchpilot_github_requests_total', { method, status: String(status) }, 1),
        sample('patchpilot_github_request_duration_seconds', { method }, seconds(observation)),
      ]
    }
    case 'pushgateway-request':
    case 'told-to-wait':
      return []
    case 'push':
      return [sample('patchpilot_pushes_total', { status: observation.status }, 1)]
    case 'retry':
      return [
        sample('patchpilot_retries_total', { target: observation.target, reason: observation.reason }, 1),
      ]
    case 'wait':
      return [sample('patchpilot_wait_seconds_total', { target: observation.target }, seconds(observation))]
    case 'phase':
      return [sample('patchpilot_phase_duration_seconds', { phase: observation.phase }, seconds(observation))]
  }
}

const reviewTask = 'review_pull_request'

/** What the outcome of a review adds. `endedAt` is Unix time in seconds. */
export function outcomeSamples(outcome: ReviewOutcome, trigger: string, endedAt: number): readonly Sample[] {
  const { verdict } = outcome
  return [
    sample('patchpilot_reviews_total', { verdict, trigger }, 1),
    ...outcome.settled.map(({ outcome: settled }) =>
      sample('patchpilot_finding_outcomes_total', { outcome: settled }, 1),
    ),
    ...outcome.findings.map(({ severity, category, placement }) =>
      sample('patchpilot_findings_total', { severity, category, placement }, 1),
    ),
    ...outcome.files.map(({ coverage }) => sample('patchpilot_files_total', { coverage }, 1)),
    ...(verdict === 'passed' || verdict === 'findings'
      ? [sample('patchpilot_last_review_timestamp_seconds', {}, endedAt)]
      : []),
  ]
}

export function taskSample(status: 'started' | 'retried' | Ending): Sample {
  return sample('patchpilot_tasks_total', { name: reviewTask, status }, 1)
}

/** A task that ends. One that was stopped from outside ends as `failed`, and has no verdict. */
export function endedSamples(status: Ending, durationMs: number): readonly Sample[] {
  const labels = { name: reviewTask, status }
  return [taskSample(status), sample('patchpilot_task_duration_seconds', labels, durationMs / 1000)]
}

/** An HTTP request that the App server answered; `endpoint` is the template of its route. */
export function httpSamples(
  method: string,
  endpoint: string,
  status: number,
  durationMs: number,
): readonly Sample[] {
  return [
    sample('patchpilot_http_requests_total', { method, endpoint, status: String(status) }, 1),
    sample('patchpilot_request_latency_seconds', { endpoint }, durationMs / 1000),
  ]
}

export function queueSamples({ oldestWaitingMs, ...states }: QueueState): readonly Sample[] {
  return [
    ...Object.entries(states).map(([state, jobs]) => sample('patchpilot_queue_jobs', { state }, jobs)),
    sample('patchpilot_queue_oldest_job_age_seconds', {}, oldestWaitingMs / 1000),
  ]
}

function seconds({ durationMs }: { readonly durationMs: number }): number {
  return durationMs / 1000
}
