import * as v from 'valibot'
import { formatRef, type PullRequestRef } from '../pull-request.ts'
import type { Decision, IncomingEvent } from './trigger.ts'

/** They become parts of addresses, and of what we write. */
const name = v.pipe(v.string(), v.regex(/^(?!\.+$)[\w.-]{1,100}$/, 'a name as GitHub has them'))

export const Repository = v.object({ name, owner: v.object({ login: name }) })

export const pullNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** SHA-1, or SHA-256. */
export const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/, 'the SHA of a commit'))

type NoReview = Exclude<Decision, { kind: 'review' }>

export function skip(reason: string, pullRequest: PullRequestRef | null): NoReview {
  return { kind: 'skip', reason, pullRequest: pullRequest === null ? '' : formatRef(pullRequest) }
}

export function unreadable(event: IncomingEvent, issues: readonly v.BaseIssue<unknown>[]): NoReview {
  const reason = `the ${event.name} payload is not in GitHub's form: ${firstIssue(issues)}`
  return { kind: 'unreadable', reason, pullRequest: '' }
}

function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0]
  return issue === undefined ? 'unknown' : `${v.getDotPath(issue) ?? 'payload'}: ${issue.message}`
}
