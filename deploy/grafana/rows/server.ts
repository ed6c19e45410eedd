import { bars, lines } from '../graphs.ts'
import { grown, latest, quantile, some } from '../promql.ts'

const anyRepository = true

/** Whatever repositories are chosen. Stays empty where reviews run in the action only. */
export const server = [
  lines({
    title: 'Queue',
    description: 'Jobs by state. Waiting ones that keep growing need more workers.',
    unit: 'short',
    width: 8,
    queries: [['{{state}}', latest('patchpilot_queue_jobs', { by: ['state'] })]],
  }),
  lines({
    title: 'Oldest waiting job',
    description: 'How long the next review has been waiting for its turn.',
    unit: 's',
    width: 8,
    queries: [['age', latest('patchpilot_queue_oldest_job_age_seconds')]],
  }),
  bars({
    title: 'Tasks by status',
    description: 'Started and retried ones, and what became of them; runs of the action included.',
    unit: 'short',
    width: 8,
    queries: [['{{status}}', grown('patchpilot_tasks_total', 'step', { by: ['status'], anyRepository })]],
  }),
  bars({
    title: 'HTTP requests',
    description: 'What the App server answered, by route and status.',
    unit: 'short',
    width: 8,
    queries: [
      [
        '{{endpoint}} {{status}}',
        some(grown('patchpilot_http_requests_total', 'step', { by: ['endpoint', 'status'], anyRepository })),
      ],
    ],
  }),
  lines({
    title: 'HTTP response time, p95',
    description: 'GitHub gives a webhook 10 seconds.',
    unit: 's',
    width: 8,
    queries: [
      [
        '{{endpoint}}',
        quantile(0.95, 'patchpilot_request_latency_seconds', 'step', { by: ['endpoint'], anyRepository }),
      ],
    ],
  }),
  bars({
    title: 'Pushes',
    description: 'Pushes of metrics that the App server made, by what became of them.',
    unit: 'short',
    width: 8,
    colours: { succeeded: 'green', failed: 'red' },
    queries: [['{{status}}', grown('patchpilot_pushes_total', 'step', { by: ['status'] })]],
  }),
]
