import type { ReviewJob } from '../../ports/review-queue.ts'

export type Waiting = {
  readonly job: ReviewJob
  /** Of the next attempt, counted from 1. */
  readonly attempt: number
  /** When it was added, in milliseconds since the epoch. */
  readonly since: number
}

/** Jobs that may begin, one for each pull request. Installations take turns, whatever each has to do. */
export class FairLine {
  /** Installations in the order of their turns; of each, its jobs in the order of their coming. */
  readonly #turns = new Map<number, Map<string, Waiting>>()
  readonly #installations = new Map<string, number>()

  get size(): number {
    return this.#installations.size
  }

  get(pullRequest: string): Waiting | undefined {
    const installation = this.#installations.get(pullRequest)
    return installation === undefined ? undefined : this.#turns.get(installation)?.get(pullRequest)
  }

  /** What takes the place of another has its turn, too. */
  add(pullRequest: string, waiting: Waiting): void {
    const { installationId } = waiting.job
    if (this.#installations.get(pullRequest) !== installationId) this.delete(pullRequest)
    const jobs = this.#turns.get(installationId) ?? new Map<string, Waiting>()
    jobs.set(pullRequest, waiting)
    this.#turns.set(installationId, jobs)
    this.#installations.set(pullRequest, installationId)
  }

  delete(pullRequest: string): void {
    const installation = this.#installations.get(pullRequest)
    if (installation === undefined) return
    this.#installations.delete(pullRequest)
    const jobs = this.#turns.get(installation)
    jobs?.delete(pullRequest)
    if (jobs?.size === 0) this.#turns.delete(installation)
  }

  /** Takes out the next one that may begin; null when there is none. */
  take(mayBegin: (pullRequest: string) => boolean): [pullRequest: string, next: Waiting] | null {
    for (const [installation, jobs] of this.#turns) {
      for (const [pullRequest, waiting] of jobs) {
        if (!mayBegin(pullRequest)) continue
        this.delete(pullRequest)
        if (this.#turns.delete(installation)) this.#turns.set(installation, jobs)
        return [pullRequest, waiting]
      }
    }
    return null
  }

  *[Symbol.iterator](): Iterator<[pullRequest: string, waiting: Waiting]> {
    for (const jobs of this.#turns.values()) yield* jobs
  }
}
