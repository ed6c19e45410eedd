import { CancelledError, FixableError, oneLine, TemporaryError } from '../../errors.ts'
import { isRateLimit, refusalText, statusOf } from './failure.ts'

/** The App lacks a permission; GitHub's words for it. */
export function isNotPermitted(error: unknown): boolean {
  const status = statusOf(error)
  return (status === 403 || status === 404) && /not accessible by integration/i.test(refusalText(error))
}

/** Nobody knows whether GitHub carried this write out. */
export function isUnclear(error: unknown): boolean {
  const status = statusOf(error)
  return !(error instanceof CancelledError) && (status === null || status >= 500)
}

/** Why a check run could not be read or written, for the operator of the App. */
export function explainCheckFailure(error: unknown): Error {
  if (error instanceof CancelledError) return error
  const cause = { cause: error }
  const text = oneLine(refusalText(error))
  if (isRateLimit(error))
    return new TemporaryError(`GitHub's rate limit leaves no room for it: ${text}`, cause)
  switch (statusOf(error)) {
    case 401:
      return new FixableError(`GitHub refused the App (401): check its key: ${text}`, cause)
    case 403:
    case 404:
      return new FixableError(
        `GitHub does not show it to the App (${statusOf(error)}: ${text}): check that the App is installed on the repository and not suspended`,
        cause,
      )
    case 400:
    case 422:
      return new Error(`GitHub refused it: ${text}`, cause)
    default:
      return new TemporaryError(`GitHub did not answer as it should: ${text}`, cause)
  }
}
