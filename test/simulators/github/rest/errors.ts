import type { JsonObject } from '../json.ts'

/** An answer other than success, thrown by whoever finds the reason. */
export class GitHubError extends Error {
  readonly status: number
  readonly body: JsonObject

  constructor(status: number, body: JsonObject & { readonly message: string }) {
    super(body.message)
    this.status = status
    this.body = { documentation_url: 'https://docs.github.com/rest', ...body, status: String(status) }
  }
}

export function notFound(): GitHubError {
  return new GitHubError(404, { message: 'Not Found' })
}

/** What an app or `GITHUB_TOKEN` gets for something it can see but may not touch. */
export function notAccessible(): GitHubError {
  return new GitHubError(403, { message: 'Resource not accessible by integration' })
}

/** Source: GitHub docs, "Suspending a GitHub App installation"; the words as seen when a token is asked for. */
export function suspended(): GitHubError {
  return new GitHubError(403, { message: 'This installation has been suspended' })
}

/** 422 of the review endpoints: strings. Source: GitHub REST, `validation-error-simple`. */
export function unprocessable(...errors: string[]): GitHubError {
  return new GitHubError(422, {
    message: 'Unprocessable Entity',
    errors,
    documentation_url: 'https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request',
  })
}

export interface FieldError {
  readonly resource: string
  readonly code: string
  readonly field: string
  readonly message?: string
}

/** 422 of the comment endpoints: objects. Source: GitHub REST, `validation-error`. */
export function validationFailed(...errors: FieldError[]): GitHubError {
  return new GitHubError(422, { message: 'Validation Failed', errors })
}

/** 422 of the JSON schema in front of every endpoint: one reason a line, no `errors`. */
export function invalidRequest(reasons: readonly string[]): GitHubError {
  return new GitHubError(422, { message: `Invalid request.\n\n${reasons.join('\n')}` })
}

/** Ruby's `to_sentence`, with which GitHub joins several reasons into one string. */
export function toSentence(reasons: readonly string[]): string {
  if (reasons.length <= 2) return reasons.join(' and ')
  return `${reasons.slice(0, -1).join(', ')}, and ${reasons.at(-1)}`
}
