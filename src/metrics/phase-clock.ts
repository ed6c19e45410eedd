import type { Observer, Phase } from '../ports/observer.ts'
import type { ReviewPorts } from '../review/review-pull-request.ts'

/** Times the phases of one review by when its ports are used, so that the story needs no clock. */
export class PhaseClock {
  readonly #now: () => number
  readonly #observe: Observer
  #phase: Phase | null = 'start'
  #since: number
  #lastAnswerAt: number | null = null

  /** `now` is in milliseconds, on a clock that never goes back; the phase `start` began at `begunAt` of it. */
  constructor(now: () => number, observe: Observer, begunAt: number = now()) {
    this.#now = now
    this.#since = begunAt
    this.#observe = observe
  }

  /** The same ports, watched. */
  watch({ pullRequests, languageModel, publisher, logger }: ReviewPorts): ReviewPorts {
    return {
      logger,
      pullRequests: {
        snapshot: async (...request) => {
          this.#enter('read')
          const snapshot = await pullRequests.snapshot(...request)
          this.#enter('plan')
          return snapshot
        },
      },
      languageModel: {
        complete: async (...request) => {
          this.#enter('ask')
          const completion = await languageModel.complete(...request)
          this.#lastAnswerAt = this.#now()
          return completion
        },
        get requestCount() {
          return languageModel.requestCount
        },
      },
      publisher: {
        publish: (...request) => {
          this.#enter('decide', this.#lastAnswerAt ?? this.#now())
          this.#enter('publish')
          return publisher.publish(...request)
        },
      },
    }
  }

  /** The review is over. */
  end(): void {
    this.#leave(this.#now())
    this.#phase = null
  }

  #enter(phase: Phase, at = this.#now()): void {
    if (phase === this.#phase || this.#phase === null) return
    this.#leave(at)
    this.#phase = phase
  }

  #leave(at: number): void {
    if (this.#phase !== null)
      this.#observe({ kind: 'phase', phase: this.#phase, durationMs: Math.max(0, at - this.#since) })
    this.#since = at
  }
}
