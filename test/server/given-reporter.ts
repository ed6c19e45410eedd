import type { CheckProgress } from '../../src/ports/review-checks.ts'
import type { ReviewJob } from '../../src/ports/review-queue.ts'
import { CheckReporter, type InstallationHead } from '../../src/server/check-reporter.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { FakeReviewChecks } from '../fakes/review-checks.ts'

/** A reporter, and the GitHub that it tells. */
export function givenReporter() {
  const checks = new FakeReviewChecks()
  const warnings: Record<string, unknown>[] = []
  /** What has arrived at GitHub, in order: `1 queued`. */
  const arrived: string[] = []
  /** Time limits that were set, in order. */
  const limits: { readonly ms: number; readonly over: AbortController }[] = []
  const deadlines: number[] = []
  const checksOf = (_: number, deadline: number) => {
    deadlines.push(deadline)
    return checks
  }
  const write = (line: string) => warnings.push(JSON.parse(line))
  const timeLimit = (ms: number) => {
    const over = new AbortController()
    limits.push({ ms, over })
    return over.signal
  }
  const reporter = new CheckReporter(
    checksOf,
    jsonLogger(write, () => new Date(0), false),
    timeLimit,
    { afterMs: 0, pauseMs: 0 },
  )
  /** What GitHub does when something arrives. */
  const answer = (what: (progress: CheckProgress | null) => void | Promise<void>) => {
    checks.before = ({ pullRequest: { number } }, progress) => {
      arrived.push(`${number} ${progress?.kind ?? 'recalled'}`)
      return what(progress)
    }
  }
  answer(() => {})
  return {
    ...{ reporter, checks, warnings, arrived, limits, deadlines, answer },
    /** GitHub answers nothing until it is told to. */
    silence: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      answer(() => promise)
      return resolve
    },
    histories: () => checks.runs.map(({ history }) => history.join(' ')),
  }
}

export function job(
  number: number,
  about: { head?: string | null; installationId?: number } = {},
): ReviewJob {
  const { head = 'a', installationId = 1 } = about
  const pullRequest = { owner: 'octo', repo: 'shop', number }
  const headSha = head === null ? null : head.repeat(40)
  return {
    request: {
      pullRequest,
      headSha,
      trigger: 'pull_request',
      full: false,
      asOf: null,
      before: null,
      askedBy: null,
    },
    ...{ installationId, deliveryId: `delivery-${number}-${head}`, again: false },
  }
}

export function headOf({ request: { pullRequest, headSha }, installationId }: ReviewJob): InstallationHead {
  return { pullRequest, headSha: headSha ?? 'b'.repeat(40), installationId }
}

export const settled = () => new Promise((resolve) => setImmediate(resolve))
