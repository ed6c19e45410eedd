import * as v from 'valibot'
import type { PullRequestRef, PullRequestState } from '../pull-request.ts'
import { pullNumber, Repository, sha, skip, unreadable } from './payloads.ts'

/** What a host was started with: GitHub's event name and the unparsed payload. */
export type IncomingEvent = { readonly name: string; readonly payload: unknown }

/** A review to do. Plain JSON, so that it can wait in a queue. */
export type ReviewRequest = {
  readonly pullRequest: PullRequestRef
  /** The head the event was about; null when the event names none (`workflow_dispatch`). */
  readonly headSha: string | null
  /** GitHub's event name. */
  readonly trigger: string
  /** Every hunk again, whatever was reviewed before. */
  readonly full: boolean
  /** When the pull request was as the event tells, in milliseconds since the epoch; null where it does not tell. */
  readonly asOf: number | null
  /** The head that a push has replaced; null where the event tells of none. */
  readonly before: string | null
  /** The comment that asks for it; null where none does. */
  readonly askedBy: AskedBy | null
}

/** A comment whose author waits for an answer. `at`: when it was written, as GitHub tells it. */
export type AskedBy = { readonly commentId: number; readonly at: string }

export type Decision =
  | { readonly kind: 'review'; readonly request: ReviewRequest }
  /** `pullRequest` is `owner/name#7`, or '' where the event means none. */
  | { readonly kind: 'skip'; readonly reason: string; readonly pullRequest: string }
  /** The payload is not in GitHub's form: nobody can tell whether there was something to review. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly pullRequest: '' }

const reviewedActions = ['opened', 'synchronize', 'reopened', 'ready_for_review']

const PullRequestPayload = v.object({
  action: v.string(),
  before: v.nullish(sha),
  pull_request: v.object({
    number: pullNumber,
    state: v.string(),
    draft: v.nullish(v.boolean()),
    head: v.object({ sha }),
    updated_at: v.nullish(v.string()),
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
      return skip(`the event "${event.name}" is not one that PatchPilot reviews`, null)
  }
}

function decidePullRequestEvent(event: IncomingEvent): Decision {
  const parsed = v.safeParse(PullRequestPayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { action, before, pull_request: found, repository } = parsed.output
  const pullRequest = { owner: repository.owner.login, repo: repository.name, number: found.number }
  if (!reviewedActions.includes(action)) {
    const reason = `the event action "${action}" changes no code (reviewed are ${reviewedActions.join(', ')})`
    return skip(reason, pullRequest)
  }
  const unready = reasonNotReady({ open: found.state === 'open', draft: found.draft ?? false })
  if (unready !== null) return skip(unready, pullRequest)
  const asOf = Date.parse(found.updated_at ?? '')
  return {
    kind: 'review',
    request: {
      ...requestOf(pullRequest, found.head.sha, event.name),
      ...{ asOf: Number.isNaN(asOf) ? null : asOf, before: before ?? null },
    },
  }
}

function decideDispatch(event: IncomingEvent, chosenPullRequest: number | null): Decision {
  if (chosenPullRequest === null) {
    return skip('workflow_dispatch names no pull request: set the input `pull-request` to its number', null)
  }
  const parsed = v.safeParse(DispatchPayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { owner, name } = parsed.output.repository
  const pullRequest = { owner: owner.login, repo: name, number: chosenPullRequest }
  return { kind: 'review', request: requestOf(pullRequest, null, event.name) }
}

/** A request that no push has made. */
export function requestOf(
  pullRequest: PullRequestRef,
  headSha: string | null,
  trigger: string,
  full = false,
): ReviewRequest {
  return { pullRequest, headSha, trigger, full, asOf: null, before: null, askedBy: null }
}

/** Why the pull request, as it is now, is not ours to review; null when it is. */
export function reasonToSkip(
  state: PullRequestState,
  request: ReviewRequest,
): { readonly ending: 'superseded' | 'skipped'; readonly reason: string } | null {
  if (request.headSha !== null && state.headSha !== request.headSha)
    return { ending: 'superseded', reason: supersededBy(state.headSha) }
  // Who asks for a review of a draft gets it.
  const reason = reasonNotReady({ open: state.open, draft: state.draft && request.askedBy === null })
  return reason === null ? null : { ending: 'skipped', reason }
}

function reasonNotReady({ open, draft }: Pick<PullRequestState, 'open' | 'draft'>): string | null {
  if (!open) return 'the pull request is closed'
  return draft ? 'the pull request is a draft; it is reviewed once marked ready for review' : null
}

export function supersededBy(headSha: string): string {
  return `superseded: the head has moved to ${headSha.slice(0, 7)}`
}
