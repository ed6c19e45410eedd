import type { Observer, Phase } from '../ports/observer.ts'
import type { ReviewPorts } from '../review/review-pull-request.ts'

/** Times the phases of one review by when its ports are used, so that the story needs no clock. */
export class PhaseClock {
  readonly #now: () => number
  readonly #observe: Observer
  #phase: Phase | null = 'start'
  #since: number
  #lastAnswerAt: number | null = null
  #lastReadAt: number | null = null

  /** `now` is in milliseconds, on a clock that never goes back; the phase `start` began at `begunAt` of it. */
  constructor(now: () => number, observe: Observer, begunAt: number = now()) {
    this.#now = now
    this.#since = begunAt
    this.#observe = observe
  }

  /** The same ports, watched. */
  watch({ pullRequests, sources, languageModel, publisher, ...others }: ReviewPorts): ReviewPorts {
    return {
      ...others,
      pullRequests: {
        snapshot: (...request) => this.#reading(() => pullRequests.snapshot(...request)),
        state: (...request) => this.#reading(() => pullRequests.state(...request)),
        headSha: (...request) => pullRequests.headSha(...request),
      },
      sources: {
        read: (...request) => this.#reading(() => sources.read(...request)),
        readWhole: (...request) => this.#reading(() => sources.readWhole(...request)),
        mergeBase: (...request) => this.#reading(() => sources.mergeBase(...request)),
        readTree: (...request) => this.#reading(() => sources.readTree(...request)),
      },
      languageModel: {
        complete: async (...request) => {
          this.#enterPlan()
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
          this.#enterPlan()
          this.#enter('decide', this.#lastAnswerAt ?? this.#now())
          this.#enter('publish')
          return publisher.publish(...request)
        },
      },
    }
  }

  /** Which read is the last shows only when something else begins. */
  async #reading<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    // what is read while the model is asked takes no time of its own
    if (this.#phase === 'ask') return read()
    this.#enter('read')
    try {
      return await read()
    } finally {
      this.#lastReadAt = this.#now()
    }
  }

  /** Planning is all that happens between the last read and what comes next. */
  #enterPlan(): void {
    if (this.#phase === 'read' && this.#lastReadAt !== null) this.#enter('plan', this.#lastReadAt)
  }

  /** The review is over. */
  end(): void {
    this.#enterPlan()
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
