/**
 * How long a push goes on. A gateway that does not answer gets `allowanceMs`; each answer starts that again, and so other
 * runs are waited for, until `longestMs` are over.
 */
export class Patience {
  readonly #now: () => number
  readonly #allowanceMs: number
  /** When waiting for others ends, when everything does, and when it does without another answer. */
  #waitingUntil: number
  #latest: number
  #until: number

  constructor(allowanceMs: number, longestMs: number, now: () => number = () => performance.now()) {
    this.#now = now
    this.#allowanceMs = allowanceMs
    this.#until = now() + allowanceMs
    this.#waitingUntil = now() + longestMs
    this.#latest = this.#waitingUntil + allowanceMs
  }

  restMs(): number {
    return this.#until - this.#now()
  }

  answered(): void {
    this.#until = Math.min(this.#now() + this.#allowanceMs, this.#latest)
  }

  /** Whether others have been waited for long enough. */
  isOver(): boolean {
    return this.#now() >= this.#waitingUntil
  }

  /** From now on there is no more than this. */
  cutTo(ms: number): void {
    this.#latest = Math.min(this.#latest, this.#now() + ms)
    this.#until = Math.min(this.#until, this.#latest)
    this.#waitingUntil = Math.min(this.#waitingUntil, this.#latest)
  }
}
