/** Lets requests through as they come while the server keeps up, and fewer at once after it said that they are too many. */
export class RequestGate {
  #most = Number.POSITIVE_INFINITY
  #inFlight = 0
  #waiting: (() => void)[] = []

  get isFull(): boolean {
    return this.#inFlight >= this.#most
  }

  /** Waits for room; comes back at once when the signal is aborted. Every `enter` is followed by one `leave`. */
  async enter(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) await this.#nextChange(signal)
    this.#inFlight++
  }

  leave(answer: 'accepted' | 'too-many' | 'other'): void {
    if (answer === 'too-many') this.#most = Math.max(1, Math.floor(Math.min(this.#most, this.#inFlight) / 2))
    if (answer === 'accepted') this.#most++
    this.#inFlight--
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async #nextChange(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#waiting.push(wake)
    signal.addEventListener('abort', wake)
    await promise
    signal.removeEventListener('abort', wake)
  }
}
