import * as v from 'valibot'
import { formatRef, type PullRequestRef } from '../pull-request.ts'
import type { Decision, IncomingEvent } from './trigger.ts'

export const Repository = v.object({ name: v.string(), owner: v.object({ login: v.string() }) })

export function skip(reason: string, pullRequest: PullRequestRef | null): Decision {
  return { kind: 'skip', reason, pullRequest: pullRequest === null ? '' : formatRef(pullRequest) }
}

export function unreadable(event: IncomingEvent, issues: readonly v.BaseIssue<unknown>[]): Decision {
  const reason = `the ${event.name} payload is not in GitHub's form: ${firstIssue(issues)}`
  return { kind: 'unreadable', reason, pullRequest: '' }
}

function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0]
  return issue === undefined ? 'unknown' : `${v.getDotPath(issue) ?? 'payload'}: ${issue.message}`
}
