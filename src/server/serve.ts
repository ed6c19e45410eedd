import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { httpSamples } from '../metrics/samples.ts'
import type { Dropped } from '../ports/review-queue.ts'
import { incompleteAnswer, supersededAnswer } from '../publication/command-answers.ts'
import { cancelledCheck, givenUpCheck } from '../review/describe-check.ts'
import { assemble } from './assemble.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { CommandReplies } from './command-replies.ts'
import { createHttpServer } from './http.ts'
import type { JsonLogger } from './json-logger.ts'
import { stopTexts } from './review-work.ts'
import type { ServerSettings } from './settings.ts'

/** An attempt has its own time limit; this is for one that does not keep it. */
const attemptGraceMs = 60_000
/** Of the time for draining, for check runs to be ended after the last review has. */
const checksShare = 0.05

/** Serves until the signal is aborted, then finishes what is under way. */
export async function serve(settings: ServerSettings, logger: JsonLogger, stop: AbortSignal): Promise<void> {
  const { review, workers, drainMs } = settings
  const { routes, recorder, queue, work, checks, replies, threads, recovery } = assemble(
    settings,
    logger,
    stop,
  )
  const server = createHttpServer(
    routes,
    (...answered) => recorder.record(httpSamples(...answered)),
    (error) => logger.error(`a request failed: ${error instanceof Error ? error.stack : error}`),
  )
  server.listen(settings.port, settings.host)
  await once(server, 'listening')
  const limits = { atOnce: workers, attemptMs: review.timeoutMs + attemptGraceMs }
  queue.start(work, limits, tellDropped(checks, replies))
  logger.info(`listening on ${addressOf(server.address())}, ${workers} reviews at once`)
  const recovered = recovery.run(stop)
  if (!stop.aborted) await once(stop, 'abort')
  logger.info(`stopping: what is under way has ${drainMs / 1000} s to finish`)
  // Who asks meanwhile is told so.
  const forWorkMs = drainMs * (1 - checksShare)
  await Promise.all([queue.drain(forWorkMs), threads.drain(forWorkMs)])
  await checks.drained(drainMs * checksShare)
  await recovered
  server.close()
  server.closeAllConnections()
  logger.info('stopped')
}

/** Check runs of those that wait when the server stops, as many as can be ended in that time; the next start has them all. */
const mostStopped = 50

/** Nobody will begin these jobs: their check runs must not stay open, and who asked for them must not wait. */
function tellDropped(checks: CheckReporter, replies: CommandReplies): Dropped {
  let stopped = 0
  return (job, reason) => {
    if (reason === 'lost') replies.ended(job, incompleteAnswer(stopTexts.lost))
    if (reason === 'superseded') replies.ended(job, supersededAnswer(job.request.full))
    if (reason === 'lost') checks.ended(job, givenUpCheck(stopTexts.lost))
    else if (reason === 'superseded' || (reason === 'stopping' && ++stopped <= mostStopped))
      checks.ended(job, cancelledCheck(stopTexts[reason]))
  }
}

function addressOf(address: string | AddressInfo | null): string {
  return address === null || typeof address === 'string'
    ? String(address)
    : `${address.address}:${address.port}`
}
