import type { Observation, Observer } from '../ports/observer.ts'
import { addToSums, noSums, type TraceSums } from './trace-sums.ts'

/** What was observed, and when, in milliseconds since the start of the run. Requests and waits are observed at their end. */
export type TraceEntry = Observation & { readonly atMs: number }

/** All that is known of how one run went. */
export type RunTrace = {
  readonly durationMs: number
  /** In the order of their coming. */
  readonly entries: readonly TraceEntry[]
  /** How many more there were; the sums have them as well. */
  readonly omitted: number
  readonly sums: TraceSums
}

/** A review of a hundred requests makes a few hundred entries; the report should stay readable and small. */
const mostEntries = 2_000

/** Keeps what adapters and hosts observe. `now` is in milliseconds, on a clock that never goes back. */
export class Trace {
  readonly #now: () => number
  readonly #startedAt: number
  readonly #entries: TraceEntry[] = []
  #omitted = 0
  #sums = noSums

  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
  }

  readonly observe: Observer = (observation) => {
    this.#sums = addToSums(this.#sums, observation)
    if (this.#entries.length < mostEntries) this.#entries.push({ ...observation, atMs: this.#elapsedMs() })
    else this.#omitted++
  }

  soFar(): RunTrace {
    return {
      durationMs: this.#elapsedMs(),
      entries: [...this.#entries],
      omitted: this.#omitted,
      sums: this.#sums,
    }
  }

  #elapsedMs(): number {
    return this.#now() - this.#startedAt
  }
}
