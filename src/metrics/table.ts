import { phases, pushStatuses, retryReasons, targets } from '../ports/observer.ts'
import { queueStates } from '../ports/review-queue.ts'
import { coverages } from '../review/coverage.ts'
import { endings, placements, settlements, verdicts } from '../review/outcome.ts'
import { categories, severities } from '../severity.ts'

/** Values of a label that is not ours to list: cut, and so many of them at most; the rest counts as `other`. */
export const openValues = 'open'

export type MetricDefinition = {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Every label with the values it may have; any other value is recorded as `other`. */
  readonly labels: Readonly<Record<string, readonly string[] | typeof openValues>>
  /** Upper bounds, for histograms. */
  readonly buckets?: readonly number[]
  /** Label values that exist from the start, at 0, where those are not all. */
  readonly zeros?: Readonly<Record<string, readonly string[]>>
  /** The App server alone has it; a pushed group does not. */
  readonly serverOnly?: true
}

/** The last one takes whatever the others do not name. */
export const other = 'other'

const statuses = [
  ...['200', '201', '202', '204', '301', '304', '307'],
  ...['400', '401', '402', '403', '404', '408', '409', '413', '422', '429'],
  ...['500', '502', '503', '504', 'timeout', 'network_error', 'cancelled', 'unusable', other],
] as const

/** Events that start workflows: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
export const triggers = [
  ...['branch_protection_rule', 'check_run', 'check_suite', 'create', 'delete', 'deployment'],
  ...['deployment_status', 'discussion', 'discussion_comment', 'fork', 'gollum', 'issue_comment', 'issues'],
  ...['label', 'merge_group', 'milestone', 'page_build', 'public', 'pull_request', 'pull_request_review'],
  ...['pull_request_review_comment', 'pull_request_target', 'push', 'registry_package', 'release'],
  ...['repository_dispatch', 'schedule', 'status', 'watch', 'workflow_call', 'workflow_dispatch'],
  ...['workflow_run', 'cli', other],
] as const

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', other] as const
const endpoints = ['/webhook/', '/metrics', '/healthz', '/readyz', '/', other] as const
const tasks = ['review_pull_request', other] as const

const webhook = { method: ['POST'], endpoint: ['/webhook/'], status: ['202'] } as const

/** All metrics: what they are called, count and may be labelled with. docs/metrics.md is made from it. */
export const metrics = {
  patchpilot_http_requests_total: {
    type: 'counter',
    help: 'HTTP requests that the App server answered, by route template.',
    labels: { method: methods, endpoint: endpoints, status: statuses },
    zeros: webhook,
  },
  patchpilot_request_latency_seconds: {
    type: 'histogram',
    help: 'Time the App server took to answer an HTTP request, by route template.',
    labels: { endpoint: endpoints },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    zeros: { endpoint: webhook.endpoint },
  },
  patchpilot_tasks_total: {
    type: 'counter',
    help: 'Tasks by what became of them. The action counts a task as started when it ends, the App server when it starts.',
    labels: { name: tasks, status: ['started', 'retried', ...endings] },
    zeros: { name: ['review_pull_request'] },
  },
  patchpilot_task_duration_seconds: {
    type: 'histogram',
    help: 'Time from the start of a task to its end.',
    labels: { name: tasks, status: endings },
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1200],
    zeros: { name: ['review_pull_request'] },
  },
  patchpilot_reviews_total: {
    type: 'counter',
    help: 'Reviews by verdict and by the event that asked for them.',
    labels: { verdict: verdicts, trigger: triggers },
  },
  patchpilot_findings_total: {
    type: 'counter',
    help: 'Findings by severity, category and where they went.',
    labels: { severity: severities, category: categories, placement: placements },
  },
  patchpilot_finding_outcomes_total: {
    type: 'counter',
    help: 'Findings by what became of them: proved to be mended, dismissed by people, or outdated: their code changed.',
    labels: { outcome: settlements },
  },
  patchpilot_files_total: {
    type: 'counter',
    help: 'Changed files by how they were covered: a file is as covered as its worst hunk.',
    labels: { coverage: coverages },
  },
  patchpilot_llm_requests_total: {
    type: 'counter',
    help: 'Requests to the model server, retries included, by HTTP status or by why there was no usable answer.',
    labels: { model: openValues, status: statuses },
  },
  patchpilot_llm_request_duration_seconds: {
    type: 'histogram',
    help: 'Time until the model server had answered a request, or failed to.',
    labels: { model: openValues },
    buckets: [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600],
  },
  patchpilot_llm_tokens_total: {
    type: 'counter',
    help: 'Tokens as the model server counted them. Those of kind cached are part of those of kind prompt.',
    labels: { model: openValues, kind: ['prompt', 'cached', 'completion'] },
  },
  patchpilot_github_requests_total: {
    type: 'counter',
    help: 'Requests to GitHub, retries included, by HTTP status or by why there was no answer.',
    labels: { method: methods, status: statuses },
    zeros: { method: ['GET', 'POST', 'DELETE'] },
  },
  patchpilot_github_request_duration_seconds: {
    type: 'histogram',
    help: 'Time until GitHub had answered a request, or failed to.',
    labels: { method: methods },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    zeros: { method: ['GET', 'POST', 'DELETE'] },
  },
  patchpilot_phase_duration_seconds: {
    type: 'histogram',
    help: 'Time a review spent in each of its phases.',
    labels: { phase: phases },
    buckets: [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600],
  },
  patchpilot_wait_seconds_total: {
    type: 'counter',
    help: 'Time spent waiting for a retry, a rate limit or other runs.',
    labels: { target: targets },
  },
  patchpilot_pushes_total: {
    type: 'counter',
    help: 'Pushes of metrics by what became of them.',
    labels: { status: pushStatuses },
    serverOnly: true,
  },
  patchpilot_retries_total: {
    type: 'counter',
    help: 'Requests that were sent again, by why.',
    labels: { target: targets, reason: retryReasons },
  },
  patchpilot_queue_jobs: {
    type: 'gauge',
    help: 'Jobs in the queue.',
    labels: { state: queueStates },
    serverOnly: true,
  },
  patchpilot_queue_oldest_job_age_seconds: {
    type: 'gauge',
    help: 'Age of the job that has waited longest; 0 when none waits.',
    labels: {},
    serverOnly: true,
  },
  patchpilot_last_review_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time when a review last ended with the verdict passed or findings; 0 before the first.',
    labels: {},
  },
  patchpilot_build_info: {
    type: 'gauge',
    help: 'Always 1; the label says which version of PatchPilot this is.',
    labels: { version: openValues },
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

export type MetricName = keyof typeof metrics
