/**
 * How long a push goes on. A gateway that does not answer gets `silenceMs` in all, however often it answers in between; and
 * other runs are waited for until `longestMs` are over.
 */
export class Patience {
  readonly #now: () => number
  #silenceMs: number
  #waitingUntil: number

  constructor(silenceMs: number, longestMs: number, now: () => number = () => performance.now()) {
    this.#now = now
    this.#silenceMs = silenceMs
    this.#waitingUntil = now() + longestMs
  }

  /** How long the next answer may take. */
  restMs(): number {
    return this.#silenceMs
  }

  /** So long there was no answer, or nothing to do but wait for one. */
  silent(ms: number): void {
    this.#silenceMs = Math.max(0, this.#silenceMs - ms)
  }

  /** Whether others have been waited for long enough. */
  isOver(): boolean {
    return this.#now() >= this.#waitingUntil
  }

  /** From now on there is no more than this. */
  cutTo(ms: number): void {
    this.#silenceMs = Math.min(this.#silenceMs, ms)
    this.#waitingUntil = Math.min(this.#waitingUntil, this.#now() + ms)
  }
}
