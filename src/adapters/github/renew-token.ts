import type { Octokit } from '@octokit/core'
import { statusOf } from './failure.ts'

/**
 * Signs in anew where GitHub does not know an installation's token any more: it has expired, or was revoked because the
 * installation changed. What it refused with 401 it did not do, so that writes are sent again as well.
 */
export function renewToken(octokit: Octokit): void {
  octokit.hook.wrap('request', async (request, options) => {
    try {
      return await request(options)
    } catch (error) {
      if (statusOf(error) !== 401 || options.url.endsWith('/access_tokens')) throw error
      await octokit.auth({ type: 'installation', refresh: true })
      return await request(options)
    }
  })
}
