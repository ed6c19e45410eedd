import type { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import { observedFetch } from './observed-fetch.ts'
import { observeRetries } from './observe-retries.ts'
import { recogniseLimits } from './recognise-limits.ts'

/** In this order: our own see an answer first, so that throttling recognises every form of a limit. */
export const clientPlugins = [recogniseLimits, observeRetries, throttling, retry] as const

/** Waits for a limit at most this often for one request. */
const mostLimitWaits = 3

/** When waiting for a limit is no use any more, in milliseconds since the epoch; asked anew before each wait. */
export type Patience = () => number

/** Options for an octokit client with `clientPlugins`. */
export function clientOptions(patience: Patience, logger: Logger, observe: Observer) {
  const mayWait =
    (kind: string) =>
    (seconds: number, request: { method: string; url: string }, _: Octokit, waits: number) => {
      const wait = waits < mostLimitWaits && Date.now() + seconds * 1000 < patience()
      if (!wait) observe({ kind: 'told-to-wait', target: 'github', waitMs: seconds * 1000 })
      logger.info(
        `GitHub's ${kind} rate limit: ${request.method} ${request.url} ${wait ? `waits ${seconds} s` : `would wait ${seconds} s, too long`}`,
      )
      return wait
    }
  const toDebug = (message: string) => logger.debug(message)
  return {
    observe,
    request: { fetch: observedFetch(observe) },
    log: { debug: () => {}, info: () => {}, warn: toDebug, error: toDebug },
    retry: {
      // Limits are throttling's; these client errors do not get better. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
      doNotRetry: [400, 401, 403, 404, 406, 410, 422, 429, 451],
    },
    throttle: Object.assign(
      { onRateLimit: mayWait('primary'), onSecondaryRateLimit: mayWait('secondary') },
      unpacedQueues,
    ),
  }
}

/**
 * Takes the place of the plugin's queues, which space writes by 1 to 3 s for clients that write a lot, and cost 5 ms a piece
 * where nothing waits. A review is a handful of requests, two of them writes; where we write more we pace ourselves.
 */
const unpaced = {
  key: () => ({
    schedule: <Arguments extends unknown[], Result>(
      _options: object,
      work: (...rest: Arguments) => Result,
      ...rest: Arguments
    ) => work(...rest),
  }),
}
const unpacedQueues: object = { global: unpaced, auth: unpaced, write: unpaced, notifications: unpaced }
