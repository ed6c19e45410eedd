import { createServer } from 'node:http'
import type { Numbers } from './numbers.ts'

/** An App server's address for Prometheus, whose numbers are written here by hand: all 0 at first, then these. */
export type StandInServer = AsyncDisposable & { readonly address: string; count(): void }

/** What queries about it must return. */
export const expectedOfServer: Readonly<Record<string, Numbers>> = {
  'Queue / {{state}}': { waiting: 7, running: 4 },
  'Oldest waiting job / age': { '': 95 },
  'HTTP requests / {{endpoint}} {{status}}': { '/webhook/ 202': 12, '/webhook/ 401': 3 },
  // The 14.25th of 15 answers; 12 took up to 0.01 s, and the others up to 0.025 s.
  'HTTP response time, p95 / {{endpoint}}': { '/webhook/': 0.01 + (0.015 * 2.25) / 3 },
  'Pushes / {{status}}': { succeeded: 9, failed: 1 },
}

export async function startStandInServer(): Promise<StandInServer> {
  let counted = false
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
    response.end(exposition((value) => (counted ? value : 0)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    address: `127.0.0.1:${address.port}`,
    count: () => {
      counted = true
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function exposition(now: (value: number) => number): string {
  return `# TYPE patchpilot_queue_jobs gauge
patchpilot_queue_jobs{state="waiting"} ${now(7)}
patchpilot_queue_jobs{state="running"} ${now(4)}
# TYPE patchpilot_queue_oldest_job_age_seconds gauge
patchpilot_queue_oldest_job_age_seconds ${now(95)}
# TYPE patchpilot_http_requests_total counter
patchpilot_http_requests_total{method="POST",endpoint="/webhook/",status="202"} ${now(12)}
patchpilot_http_requests_total{method="POST",endpoint="/webhook/",status="401"} ${now(3)}
# TYPE patchpilot_request_latency_seconds histogram
patchpilot_request_latency_seconds_bucket{endpoint="/webhook/",le="0.005"} ${now(9)}
patchpilot_request_latency_seconds_bucket{endpoint="/webhook/",le="0.01"} ${now(12)}
patchpilot_request_latency_seconds_bucket{endpoint="/webhook/",le="0.025"} ${now(15)}
patchpilot_request_latency_seconds_bucket{endpoint="/webhook/",le="+Inf"} ${now(15)}
patchpilot_request_latency_seconds_sum{endpoint="/webhook/"} ${now(0.1)}
patchpilot_request_latency_seconds_count{endpoint="/webhook/"} ${now(15)}
# TYPE patchpilot_pushes_total counter
patchpilot_pushes_total{status="succeeded"} ${now(9)}
patchpilot_pushes_total{status="failed"} ${now(1)}
`
}
