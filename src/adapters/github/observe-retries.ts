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
  const tried = new WeakMap<object, { readonly at: number; readonly reason: RetryReason }>()
  octokit.hook.wrap('request', async (request, options) => {
    const before = tried.get(options)
    if (before !== undefined) {
      const waitMs = performance.now() - before.at
      observe({ kind: 'wait', target: 'github', durationMs: waitMs })
      const what = `${options.method} ${options.url}`
      observe({ kind: 'retry', target: 'github', what, reason: before.reason, waitMs })
    }
    try {
      const response = await request(options)
      // GraphQL answers 200 to what it limits or fails; of any other success this is never looked up.
      const reason = JSON.stringify(response.data?.errors ?? null).includes('RATE_LIMITED')
        ? 'rate_limit'
        : 'server_error'
      tried.set(options, { at: performance.now(), reason })
      return response
    } catch (error) {
      tried.set(options, { at: performance.now(), reason: reasonOf(error) })
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
