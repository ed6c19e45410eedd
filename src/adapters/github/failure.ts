import { RequestError } from '@octokit/request-error'
import { CancelledError, FixableError, messageOf, oneLine, TemporaryError } from '../../errors.ts'

/** Why a read failed for good, for the user. */
export function explainReadFailure(error: unknown, what: string): Error {
  if (error instanceof CancelledError || error instanceof FixableError) return error
  const cause = { cause: error }
  if (isRateLimit(error)) return new TemporaryError(limitReason(error), cause)
  switch (statusOf(error)) {
    case 401:
      return new FixableError(
        `GitHub refused the token (401): check \`github-token\` or the App's key`,
        cause,
      )
    case 403:
    case 404:
      return new FixableError(
        `GitHub does not show ${what} to this token (${statusOf(error)}): give the workflow \`permissions: pull-requests: write\` and \`contents: read\`, and check the repository and number; an App needs the same permissions, and an installation that is not suspended`,
        cause,
      )
    default:
      return new TemporaryError(`GitHub did not deliver ${what}: ${oneLine(messageOf(error))}`, cause)
  }
}

/** The status GitHub answered with; null when it did not answer (octokit says 500 then as well). */
export function statusOf(error: unknown): number | null {
  return error instanceof RequestError && error.response !== undefined ? error.status : null
}

/** Why an App could not sign in. Anything that did not come of a request is about the key, which is looked at only to sign. */
export function explainSignInFailure(error: unknown, repository: string): Error {
  const status = statusOf(error)
  if (error instanceof CancelledError || (error instanceof RequestError && status !== 401 && status !== 404))
    return explainReadFailure(error, `the App's installation on ${repository}`)
  return new FixableError(
    `the GitHub App has no installation on ${repository}, or \`app-id\` and \`app-private-key\` do not belong together: ${oneLine(messageOf(error))}`,
    { cause: error },
  )
}

/** Also true of the limits in disguise, once `recogniseLimits` has seen them. */
export function isRateLimit(error: unknown): boolean {
  return error instanceof RequestError && /rate limit/i.test(error.message)
}

export function limitReason(error: unknown): string {
  return `GitHub's rate limit leaves no room for this review within \`timeout\`: ${oneLine(messageOf(error))}`
}

/** GitHub's message and its `errors`, whichever of their forms it chose. */
export function refusalText(error: unknown): string {
  if (!(error instanceof RequestError)) return messageOf(error)
  const data = error.response?.data
  if (typeof data !== 'object' || data === null) return error.message
  const message = 'message' in data && typeof data.message === 'string' ? data.message : ''
  const errors = 'errors' in data && Array.isArray(data.errors) ? data.errors.map(errorText) : []
  return [message, ...errors].filter((text) => text !== '').join(': ')
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  if ('message' in error && typeof error.message === 'string') return error.message
  return JSON.stringify(error)
}
