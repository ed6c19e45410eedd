import type { Pusher } from '../adapters/prometheus/pusher.ts'
import type { PushgatewayConfig } from '../config/schema.ts'
import { messageOf } from '../errors.ts'
import type { MetricsRecorder } from '../metrics/recorder.ts'
import { observationSamples, type Sample } from '../metrics/samples.ts'
import type { KnownValues } from '../metrics/zeros.ts'
import type { Logger } from '../ports/logger.ts'
import type { Observer } from '../ports/observer.ts'

/** What one run counts, from its beginning to the push at its end. */
export class RunMetrics implements MetricsRecorder {
  readonly #logger: Logger
  readonly #samples: Sample[] = []
  /** Null where nothing is pushed. */
  #pusher: Promise<Pusher> | null = null

  constructor(logger: Logger) {
    this.#logger = logger
  }

  readonly observe: Observer = (observation) => this.record(observationSamples(observation))

  record(samples: readonly Sample[]): void {
    this.#samples.push(...samples)
  }

  /** Begins to make the series of this repository exist, in the background. `observe` is told of requests and waits. */
  prepare(gateway: PushgatewayConfig, repository: string, known: KnownValues, observe: Observer): void {
    this.#pusher = load().then(({ Pusher }) => {
      const pusher = new Pusher({ ...gateway, repository, known }, observe, this.#logger)
      pusher.prepare()
      return pusher
    })
    this.#pusher.catch(() => {}) // told at the push
  }

  /**
   * Does nothing where nothing was prepared. A failure is a warning: it says nothing about the review. On an abort of `hurry`
   * the process will be killed soon.
   */
  async push(hurry: AbortSignal, observe: Observer): Promise<void> {
    if (this.#pusher === null) return
    const pushed = await this.#pusher
      .then((pusher) => pusher.push(() => this.#samples, hurry))
      .catch((error: unknown) => ({ kind: 'not-pushed', reason: messageOf(error) }) as const)
    observe({ kind: 'push', status: pushed.kind === 'pushed' ? 'succeeded' : 'failed' })
    if (pushed.kind === 'pushed') return
    const were = pushed.kind === 'in-doubt' ? 'may not have been' : 'were not'
    this.#logger.warning(`the metrics of this run ${were} pushed to the Pushgateway: ${pushed.reason}`)
  }
}

function load(): Promise<typeof import('./metrics/index.ts')> {
  return import(/* webpackIgnore: true */ './metrics/index.ts')
}
