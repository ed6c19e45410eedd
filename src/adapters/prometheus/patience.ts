/**
 * How long a push may go on. A gateway that does not answer gets `allowanceMs` in all; while it answers and other runs are
 * ahead of us, the allowance starts again, for `longestMs` at most.
 */
export class Patience {
  readonly #now: () => number
  readonly #allowanceMs: number
  readonly #latest: number
  #until: number

  constructor(allowanceMs: number, longestMs: number, now: () => number = () => performance.now()) {
    this.#now = now
    this.#allowanceMs = allowanceMs
    this.#until = now() + allowanceMs
    this.#latest = now() + longestMs
  }

  restMs(): number {
    return this.#until - this.#now()
  }

  /** Others are ahead, which is not the gateway's fault. False when they have been for too long. */
  extend(): boolean {
    if (this.#now() >= this.#latest) return false
    this.#until = this.#now() + this.#allowanceMs
    return true
  }
}
