import { expect } from 'vitest'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { Recovery } from '../../src/server/recovery.ts'
import { FakeReviewQueue } from '../fakes/review-queue.ts'
import { testApp } from '../fixtures/github-app.ts'
import { givenReporter } from './given-reporter.ts'

export const patient = { interval: 5 }

let begun: { readonly stop: AbortController; readonly ended: Promise<void> }[] = []

/** For the end of each test. */
export async function endAll(): Promise<void> {
  for (const { stop } of begun) stop.abort()
  await Promise.all(begun.map(({ ended }) => ended))
  begun = []
}

/** A server that looks for lost reviews, at once and then so often. */
export function startRecovery(github: { readonly url: string }, everyMs = 60 * 60_000) {
  const queue = new FakeReviewQueue()
  const { reporter, checks } = givenReporter()
  const log: { readonly level: string; readonly message: string }[] = []
  const logger = jsonLogger(
    (line) => log.push(JSON.parse(line)),
    () => new Date(0),
    true,
  )
  const recovery = new Recovery({ app: testApp(github), queue, checks: reporter, logger, everyMs })
  const messages = (level: string) => log.filter((line) => line.level === level).map((line) => line.message)
  const looks = () => messages('debug').filter((message) => message.startsWith('looked')).length
  const stop = new AbortController()
  return {
    ...{ queue, reporter, checks, recovery, messages, stop },
    begin: () => {
      const ended = recovery.run(stop.signal)
      begun.push({ stop, ended })
      return ended
    },
    /** Until it has looked so often in all. */
    looked: (times: number) => expect.poll(looks, patient).toBeGreaterThanOrEqual(times),
    /** Pull requests that were queued, in order. */
    queued: () => queue.added.map(({ request }) => request.pullRequest.number),
  }
}
