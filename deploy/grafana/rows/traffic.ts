import { bars, lines } from '../graphs.ts'
import { grown, quantile, share, some } from '../promql.ts'
import { modelErrors, modelRequests } from './selections.ts'

const requests = 'patchpilot_llm_requests_total'
const requestTime = 'patchpilot_llm_request_duration_seconds'

/** What we ask of the model and of GitHub, and how they take it. */
export const traffic = [
  bars({
    title: 'Model requests by status',
    description:
      'Retries included. 429: lower concurrency. 401 or 404: the key or the model is wrong. Unusable: a 200 that was no answer.',
    unit: 'short',
    width: 8,
    colours: { '200': 'green', '429': 'orange', '500': 'red', timeout: 'purple' },
    queries: [['{{status}}', some(grown(requests, 'step', { by: ['status'] }))]],
  }),
  lines({
    title: 'Model errors',
    description:
      'Share of the requests that got no usable answer. 400 and 422 do not count: with those servers refuse a form of asking, which is then simplified.',
    unit: 'percentunit',
    width: 8,
    queries: [
      [
        '{{model}}',
        share(
          grown(requests, 'step', { ...modelErrors, by: ['model'] }),
          grown(requests, 'step', { ...modelRequests, by: ['model'] }),
        ),
      ],
    ],
  }),
  lines({
    title: 'Model response time',
    description: 'Time until the model server had answered a request, or failed to.',
    unit: 's',
    width: 8,
    queries: [
      ['p50 {{model}}', quantile(0.5, requestTime, 'step', { by: ['model'] })],
      ['p95 {{model}}', quantile(0.95, requestTime, 'step', { by: ['model'] })],
    ],
  }),
  bars({
    title: 'Retries',
    description: 'Requests that were sent again, by whom they were for and why.',
    unit: 'short',
    width: 12,
    queries: [
      [
        '{{target}}: {{reason}}',
        some(grown('patchpilot_retries_total', 'step', { by: ['target', 'reason'] })),
      ],
    ],
  }),
  bars({
    title: 'Time spent waiting',
    description: 'For a retry, for a rate limit, or at the Pushgateway for other runs.',
    unit: 's',
    width: 12,
    queries: [['{{target}}', grown('patchpilot_wait_seconds_total', 'step', { by: ['target'] })]],
  }),
  bars({
    title: 'GitHub requests by status',
    description: 'Retries included. 403 and 429 are limits or missing permissions.',
    unit: 'short',
    width: 12,
    colours: { '200': 'green', '403': 'orange', '429': 'orange', '500': 'red', '502': 'red' },
    queries: [['{{status}}', some(grown('patchpilot_github_requests_total', 'step', { by: ['status'] }))]],
  }),
  lines({
    title: 'GitHub response time, p95',
    description: 'Time until GitHub had answered a request, or failed to.',
    unit: 's',
    width: 12,
    queries: [
      [
        '{{method}}',
        quantile(0.95, 'patchpilot_github_request_duration_seconds', 'step', { by: ['method'] }),
      ],
    ],
  }),
]
