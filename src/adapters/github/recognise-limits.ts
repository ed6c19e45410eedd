import type { Octokit } from '@octokit/core'
import { RequestError } from '@octokit/request-error'

/**
 * An octokit plugin that lets plugin-throttling see the limits it misses: it acts on 403 and 429 only, and there on the
 * words "secondary rate" or on an exhausted primary limit. GitHub also answers with other words, with nothing but a
 * `Retry-After`, and with a 422 of code "abuse" (plugin-throttling#775).
 */
export function recogniseLimits(octokit: Octokit): Record<string, never> {
  octokit.hook.error('request', (error) => {
    if (error instanceof RequestError && isUnrecognisedLimit(error)) {
      error.status = 429
      error.message = `secondary rate limit: ${error.message}`
    }
    throw error
  })
  return {}
}

function isUnrecognisedLimit({ status, message, response }: RequestError): boolean {
  if (response === undefined || /\bsecondary rate\b/i.test(message)) return false
  const { headers, data } = response
  if (headers['x-ratelimit-remaining'] === '0' && (status === 403 || status === 429)) return false
  if (status === 429) return true
  if (status === 403)
    return headers['retry-after'] !== undefined || /rate limit|abuse|temporarily blocked/i.test(message)
  return status === 422 && hasAbuseCode(data)
}

function hasAbuseCode(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('errors' in data) || !Array.isArray(data.errors))
    return false
  return data.errors.some(
    (error: unknown) =>
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'abuse',
  )
}
