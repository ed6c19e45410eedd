import { FixableError } from '../../errors.ts'
import type { Sample } from '../../metrics/samples.ts'
import { type KnownValues, metricNames } from '../../metrics/zeros.ts'
import { metrics } from '../../metrics/table.ts'
import { type Gateway, InDoubtError, UnansweredError } from './gateway.ts'
import { groupPath } from './groups.ts'
import { PrometheusRecorder } from './recorder.ts'

/**
 * Sends what one run counted to a gateway that adds what it is sent. Tried again only where it cannot have been counted:
 * such a gateway has no way to tell a repetition. It would add gauges up as well, so it gets none.
 */
export async function sendDelta(
  gateway: Gateway,
  repository: string,
  known: KnownValues,
  samples: readonly Sample[],
): Promise<void> {
  const recorder = new PrometheusRecorder({ server: false, known })
  recorder.record(samples)
  const { registry } = recorder
  const gauges = metricNames().filter((name) => metrics[name].type === 'gauge')
  for (const name of gauges) registry.removeSingleMetric(name)
  registry.setDefaultLabels({ repository })
  const path = groupPath({ job: 'patchpilot' })
  const { status, text } = await gateway
    .send('POST', path, await registry.metrics(), 'unprocessed')
    .catch((error: unknown) => {
      throw error instanceof UnansweredError ? new InDoubtError(error.message, { cause: error }) : error
    })
  if (status === 400) throw new FixableError(`it refused the metrics (400: ${gateway.quote(text)})`)
}
