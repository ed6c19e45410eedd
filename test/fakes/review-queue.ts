import { EmbeddedQueue } from '../../src/adapters/queue/embedded.ts'
import type { Added, ReviewJob } from '../../src/ports/review-queue.ts'
import { silentLogger } from './silent-logger.ts'

/** The embedded queue, which nobody works for unless told to, and all else that an engine may say. */
export class FakeReviewQueue extends EmbeddedQueue {
  /** Jobs that were taken, in order. */
  readonly added: ReviewJob[] = []
  /** Names of what was claimed, in order. */
  readonly claims: string[] = []
  /** Said to every job, which is not taken then. */
  answer: Exclude<Added, 'queued'> | null = null
  reachable = true
  /** False: somebody else who shares the queue has claimed everything already. */
  granted = true
  /** It has lost what it knew; told once. */
  forgot = false

  constructor() {
    super(silentLogger)
  }

  override async add(job: ReviewJob): Promise<Added> {
    const answer = this.answer ?? (await super.add(job))
    if (answer === 'queued') this.added.push(job)
    return answer
  }

  override async isReachable(): Promise<boolean> {
    return this.reachable
  }

  override async claim(task = ''): Promise<boolean> {
    this.claims.push(task)
    return this.granted
  }

  override async hasForgotten(): Promise<boolean> {
    const { forgot } = this
    this.forgot = false
    return forgot
  }
}
