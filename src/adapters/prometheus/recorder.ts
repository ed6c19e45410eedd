import { Registry } from 'prom-client'
import type { MetricsRecorder } from '../../metrics/recorder.ts'
import type { Sample } from '../../metrics/samples.ts'
import { type MetricDefinition, type MetricName, metrics, openValues, other } from '../../metrics/table.ts'
import { type KnownValues, metricNames, zeroLabels } from '../../metrics/zeros.ts'
import { version } from '../../version.ts'
import { createInstrument, type Instrument } from './instrument.ts'

export type RecorderOptions = {
  /** With the metrics that the App server alone has. */
  readonly server: boolean
  /** Label values that exist from the start; those without a list in the table count toward its bound. */
  readonly known: KnownValues
}

/** Values of a label without a list of its own; later ones are recorded as `other`. */
export const mostOpenValues = 40

/** Series found by their labels; strangers' values may come in any number. */
const mostKnown = 2_000

/** The metrics of the table, in a registry of their own. */
export class PrometheusRecorder implements MetricsRecorder {
  readonly registry = new Registry()
  readonly #instruments = new Map<MetricName, Instrument>()
  readonly #known = new Map<string, (value: number) => void>()
  /** By label. */
  readonly #openValues = new Map<string, Set<string>>()

  constructor({ server, known }: RecorderOptions) {
    for (const name of metricNames()) {
      const definition: MetricDefinition = metrics[name]
      if (definition.serverOnly === true && !server) continue
      this.#instruments.set(name, createInstrument(name, definition, this.registry))
    }
    for (const { metric, labels } of zeroLabels(known))
      this.#instruments.get(metric)?.zero(this.#withinBounds(metric, labels))
    this.record([{ metric: 'patchpilot_build_info', labels: { version }, value: 1 }])
  }

  record(samples: readonly Sample[]): void {
    for (const { metric, labels, value } of samples) this.#series(metric, labels)?.(value)
  }

  /** Found by its labels as they come: prom-client looks them through anew each time. */
  #series(metric: MetricName, labels: Sample['labels']): ((value: number) => void) | undefined {
    const key = `${metric}\n${Object.entries(labels).join('\n')}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const series = this.#instruments.get(metric)?.series(this.#withinBounds(metric, labels))
    if (series !== undefined && this.#known.size < mostKnown) this.#known.set(key, series)
    return series
  }

  /** As Prometheus scrapes it. */
  text(): Promise<string> {
    return this.registry.metrics()
  }

  #withinBounds(metric: MetricName, labels: Sample['labels']): Sample['labels'] {
    const definition: MetricDefinition = metrics[metric]
    const bounded = Object.entries(labels).map(([label, value]): [string, string] => {
      if (definition.labels[label] !== openValues) return [label, value]
      const seen = this.#openValues.get(label) ?? new Set()
      this.#openValues.set(label, seen)
      if (!seen.has(value) && seen.size >= mostOpenValues) return [label, other]
      seen.add(value)
      return [label, value]
    })
    return Object.fromEntries(bounded)
  }
}
