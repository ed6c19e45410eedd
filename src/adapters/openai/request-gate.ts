/** In each of the places that are open: so often a limit is met again for every one that it grants. */
const successesForOneMore = 2

/** Lets requests through as they come while the server keeps up, and fewer at once after it said that they are too many. */
export class RequestGate {
  #most = Number.POSITIVE_INFINITY
  #inFlight = 0
  #waiting: (() => void)[] = []

  get isFull(): boolean {
    return this.#inFlight >= Math.floor(this.#most)
  }

  /** Waits for room; comes back at once when the signal is aborted. Every `enter` is followed by one `leave`. */
  async enter(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) await this.#nextChange(signal)
    this.#inFlight++
  }

  leave(answer: 'accepted' | 'too-many' | 'other'): void {
    // those that were sent before it was narrowed say nothing of how wide it is now
    const isNews = this.#inFlight <= this.#most
    if (answer === 'too-many' && isNews) this.#most = Math.max(1, Math.floor(this.#inFlight / 2))
    if (answer === 'accepted') this.#most += 1 / (successesForOneMore * Math.max(1, Math.floor(this.#most)))
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
