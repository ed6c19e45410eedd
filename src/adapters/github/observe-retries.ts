import type { Octokit } from '@octokit/core'
import type { OctokitOptions } from '@octokit/core/types'
import type { Observer, RetryReason } from '../../ports/observer.ts'
import { isRateLimit, statusOf } from './failure.ts'

/** An octokit plugin that tells when the other plugins send a request again, and how long they waited before. */
export function observeRetries(
  octokit: Octokit,
  { observe }: OctokitOptions & { observe?: Observer },
): Record<string, never> {
  if (observe === undefined) return {}
  // The plugins hand the same options over for every try of a request.
  const failed = new WeakMap<object, { readonly at: number; readonly reason: RetryReason }>()
  octokit.hook.wrap('request', async (request, options) => {
    const failure = failed.get(options)
    if (failure !== undefined) {
      const waitMs = performance.now() - failure.at
      observe({ kind: 'wait', target: 'github', durationMs: waitMs })
      observe({ kind: 'retry', target: 'github', reason: failure.reason, waitMs })
    }
    try {
      return await request(options)
    } catch (error) {
      failed.set(options, { at: performance.now(), reason: reasonOf(error) })
      throw error
    }
  })
  return {}
}

function reasonOf(error: unknown): RetryReason {
  if (isRateLimit(error)) return 'rate_limit'
  if (statusOf(error) !== null) return 'server_error'
  return error instanceof Error && /did not answer within/.test(error.message) ? 'timeout' : 'network'
}
