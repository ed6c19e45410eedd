import * as v from 'valibot'
import type { PullRequestRef, PullRequestState } from '../pull-request.ts'

/** What a host was started with: GitHub's event name and the unparsed payload. */
export type IncomingEvent = { readonly name: string; readonly payload: unknown }

/** A review to do. Plain JSON, so that it can wait in a queue. */
export type ReviewRequest = {
  readonly pullRequest: PullRequestRef
  /** The head the event was about; null when the event names none (`workflow_dispatch`). */
  readonly headSha: string | null
  /** GitHub's event name. */
  readonly trigger: string
}

export type Decision =
  | { readonly kind: 'review'; readonly request: ReviewRequest }
  | { readonly kind: 'skip'; readonly reason: string }

const reviewedActions = ['opened', 'synchronize', 'reopened', 'ready_for_review']

const Repository = v.object({ name: v.string(), owner: v.object({ login: v.string() }) })

const PullRequestPayload = v.object({
  action: v.string(),
  pull_request: v.object({
    number: v.number(),
    state: v.string(),
    draft: v.optional(v.boolean(), false),
    head: v.object({ sha: v.string() }),
  }),
  repository: Repository,
})

const DispatchPayload = v.object({ repository: Repository })

/** Should this event be reviewed, and which pull request does it mean? */
export function decideTrigger(event: IncomingEvent, chosenPullRequest: number | null): Decision {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
      return decidePullRequestEvent(event)
    case 'workflow_dispatch':
      return decideDispatch(event, chosenPullRequest)
    default:
      return skip(`the event "${event.name}" is not one that PatchPilot reviews`)
  }
}

function decidePullRequestEvent(event: IncomingEvent): Decision {
  const parsed = v.safeParse(PullRequestPayload, event.payload)
  if (!parsed.success)
    return skip(`the ${event.name} payload is not in GitHub's form: ${firstIssue(parsed.issues)}`)
  const { action, pull_request: pullRequest, repository } = parsed.output
  if (!reviewedActions.includes(action)) {
    return skip(`the event action "${action}" changes no code (reviewed are ${reviewedActions.join(', ')})`)
  }
  if (pullRequest.state !== 'open') return skip('the pull request is closed')
  if (pullRequest.draft)
    return skip('the pull request is a draft; it is reviewed once marked ready for review')
  return {
    kind: 'review',
    request: {
      pullRequest: { owner: repository.owner.login, repo: repository.name, number: pullRequest.number },
      headSha: pullRequest.head.sha,
      trigger: event.name,
    },
  }
}

function decideDispatch(event: IncomingEvent, chosenPullRequest: number | null): Decision {
  if (chosenPullRequest === null) {
    return skip('workflow_dispatch names no pull request: set the input `pull-request` to its number')
  }
  const parsed = v.safeParse(DispatchPayload, event.payload)
  if (!parsed.success)
    return skip(`the ${event.name} payload is not in GitHub's form: ${firstIssue(parsed.issues)}`)
  const { repository } = parsed.output
  return {
    kind: 'review',
    request: {
      pullRequest: { owner: repository.owner.login, repo: repository.name, number: chosenPullRequest },
      headSha: null,
      trigger: event.name,
    },
  }
}

/** Why the pull request, as it is now, is not ours to review; null when it is. */
export function reasonToSkip(state: PullRequestState, request: ReviewRequest): string | null {
  if (!state.open) return 'the pull request is closed'
  if (state.draft) return 'the pull request is a draft; it is reviewed once marked ready for review'
  if (request.headSha !== null && state.headSha !== request.headSha) return supersededBy(state.headSha)
  return null
}

export function supersededBy(headSha: string): string {
  return `superseded: the head has moved to ${headSha.slice(0, 7)}`
}

function skip(reason: string): Decision {
  return { kind: 'skip', reason }
}

function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0]
  return issue === undefined ? 'unknown' : `${v.getDotPath(issue) ?? 'payload'}: ${issue.message}`
}
