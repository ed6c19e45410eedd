import {
  type Attempt,
  type AttemptEnd,
  type ReviewJob,
  type StopReason,
  stopReasonOf,
} from '../../src/ports/review-queue.ts'

export const done: AttemptEnd = { kind: 'done', review: { verdict: 'passed', url: null, durationMs: 1 } }
export const later: AttemptEnd = { kind: 'retry', reason: 'busy', waitMs: 5 }

/** A review of one of the pull requests of `octo/shop` at one of its heads. */
export function job(number: number, head = 'a', installationId = 1): ReviewJob {
  const pullRequest = { owner: 'octo', repo: 'shop', number }
  const request = {
    pullRequest,
    headSha: head.repeat(40),
    trigger: 'pull_request',
    full: false,
    asOf: null,
    before: null,
    askedBy: null,
  }
  return { request, installationId, deliveryId: `${number}-${head}`, again: false }
}

export function limits(atOnce: number, attemptMs = 60_000) {
  return { atOnce, attemptMs }
}

type Begun = {
  readonly name: string
  readonly attempt: Attempt
  end(end: AttemptEnd): void
  stopped: StopReason | null
}

/** Work that waits until it is told how it ended, and leaves at once when it is stopped. */
export function handWork() {
  const begun: Begun[] = []
  const arrivals: (() => void)[] = []
  const work = (job: ReviewJob, attempt: Attempt, signal: AbortSignal): Promise<AttemptEnd> => {
    const { promise, resolve } = Promise.withResolvers<AttemptEnd>()
    const entry: Begun = { name: job.deliveryId, attempt, end: resolve, stopped: null }
    signal.addEventListener('abort', () => {
      entry.stopped = stopReasonOf(signal)
      resolve({ kind: 'retry', reason: 'stopped', waitMs: null })
    })
    begun.push(entry)
    for (const arrived of arrivals.splice(0)) arrived()
    return promise
  }
  /** Until so many attempts have begun in all. */
  const begins = async (count: number) => {
    while (begun.length < count) await new Promise<void>((resolve) => arrivals.push(resolve))
    const last = begun[count - 1]
    if (last === undefined) throw new Error('never')
    return last
  }
  return { work, begun, begins, names: () => begun.map(({ name }) => name) }
}
