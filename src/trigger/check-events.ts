import * as v from 'valibot'
import { checkName, fullReviewAction, readCheckMemory } from '../check-run.ts'
import { type Decision, type IncomingEvent, requestOf } from './trigger.ts'
import { pullNumber, Repository, sha, skip, unreadable } from './payloads.ts'

/** Somebody asks for a review of this head, and GitHub did not say which pull request it is of. */
export type FindHead = {
  readonly kind: 'find'
  readonly owner: string
  readonly repo: string
  readonly headSha: string
  readonly trigger: string
}

const PullRequests = v.optional(v.array(v.object({ number: pullNumber })), [])

const CheckRunPayload = v.object({
  action: v.string(),
  check_run: v.object({
    name: v.string(),
    head_sha: sha,
    external_id: v.nullish(v.string(), ''),
    pull_requests: PullRequests,
  }),
  requested_action: v.nullish(v.object({ identifier: v.string() })),
  repository: Repository,
})

const CheckSuitePayload = v.object({
  action: v.string(),
  check_suite: v.object({ head_sha: sha, pull_requests: PullRequests }),
  repository: Repository,
})

/** What is asked for at an App's check run. GitHub tells only the App that made it; null for any other event. */
export function decideCheckEvent(event: IncomingEvent): Decision | FindHead | null {
  if (event.name === 'check_run') return decideCheckRunEvent(event)
  return event.name === 'check_suite' ? decideCheckSuiteEvent(event) : null
}

/** "Re-run", and our button. */
function decideCheckRunEvent(event: IncomingEvent): Decision | FindHead {
  const parsed = v.safeParse(CheckRunPayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { action, check_run: run, requested_action: requested, repository } = parsed.output
  if (action !== 'rerequested' && action !== 'requested_action')
    return skip(`the event action "${action}" asks for nothing`, null)
  if (run.name !== checkName) return skip(`the check run "${run.name}" is not ours`, null)
  const full = action === 'requested_action'
  if (full && requested?.identifier !== fullReviewAction)
    return skip('the button is not one that PatchPilot offers', null)
  // `pull_requests` is empty where the head is in a fork.
  const number = readCheckMemory(run.external_id ?? '')?.pullNumber ?? run.pull_requests[0]?.number
  return askFor(event, repository, run.head_sha, number, full)
}

/** "Re-run all checks" */
function decideCheckSuiteEvent(event: IncomingEvent): Decision | FindHead {
  const parsed = v.safeParse(CheckSuitePayload, event.payload)
  if (!parsed.success) return unreadable(event, parsed.issues)
  const { action, check_suite: suite, repository } = parsed.output
  if (action !== 'rerequested') return skip(`the event action "${action}" asks for nothing`, null)
  return askFor(event, repository, suite.head_sha, suite.pull_requests[0]?.number, false)
}

function askFor(
  { name: trigger }: IncomingEvent,
  { owner, name: repo }: v.InferOutput<typeof Repository>,
  headSha: string,
  number: number | undefined,
  full: boolean,
): Decision | FindHead {
  if (number === undefined) return { kind: 'find', owner: owner.login, repo, headSha, trigger }
  const pullRequest = { owner: owner.login, repo, number }
  return { kind: 'review', request: requestOf(pullRequest, headSha, trigger, full) }
}
