import type { Behaviour } from './faults.ts'

const support =
  'If you reach out to GitHub Support for help, please include the request ID 4C32:E66A2:27EF37:4E976C:683F3085'
const secondary =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service)'

/** GitHub's ways of saying "too much", as they were seen on the wire. Source: GitHub REST, "Rate limits". */
export const limitAnswers = {
  /** 403 with `x-ratelimit-remaining: 0` and no `retry-after`. */
  primary(options: { readonly resetsAt: Date }): Behaviour {
    const reset = String(Math.floor(options.resetsAt.getTime() / 1000))
    return {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      body: {
        message: `API rate limit exceeded for installation. ${support}.`,
        documentation_url:
          'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#primary-rate-limit',
        status: '403',
      },
    }
  },
  /** 403, or 429 where told; `retry-after` is often missing while `x-ratelimit-remaining` is above 0. */
  secondary(options: { readonly status?: 403 | 429; readonly retryAfter?: number } = {}): Behaviour {
    const status = options.status ?? 403
    return {
      status,
      headers: options.retryAfter === undefined ? {} : { 'retry-after': String(options.retryAfter) },
      body: {
        message: `${secondary}\n\n${support}.`,
        documentation_url:
          'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        status: String(status),
      },
    }
  },
  /** The same limit as a 422 (octokit/plugin-throttling#775). */
  abuse(): Behaviour {
    return {
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [{ resource: 'PullRequestReview', code: 'abuse', field: 'base' }],
        documentation_url: 'https://docs.github.com/rest',
        status: '422',
      },
    }
  },
  /** GraphQL answers 200. */
  graphql(): Behaviour {
    const message = 'API rate limit exceeded for installation.'
    return {
      status: 200,
      headers: { 'x-ratelimit-remaining': '0' },
      body: { errors: [{ type: 'RATE_LIMITED', message }] },
    }
  },
  /** The HTML page with the unicorn. */
  unicorn(status: 502 | 503 | 504 = 502): Behaviour {
    return {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: unicornPage,
    }
  },
}

export const unicornPage =
  '<!DOCTYPE html>\n<html>\n  <head><title>Unicorn! &middot; GitHub</title></head>\n  <body><p>We had issues producing the response to your request.</p></body>\n</html>\n'
