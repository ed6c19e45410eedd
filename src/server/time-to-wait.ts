import type { Observation } from '../ports/observer.ts'

/** What one attempt was told about when to come back. */
export class TimeToWait {
  /** From then on an attempt that is given up loses answers that were paid for. */
  modelWasAsked = false
  readonly #startedAt: number
  #until: number | null = null

  /** In milliseconds since the epoch. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  observe(observation: Observation): void {
    if (observation.kind === 'model-request') this.modelWasAsked = true
    if (observation.kind === 'told-to-wait')
      this.#until = Math.max(this.#until ?? this.#startedAt, Date.now() + observation.waitMs)
  }

  /** From now on; null where nobody said. */
  waitMs(): number | null {
    return this.#until === null ? null : Math.max(0, this.#until - Date.now())
  }
}
