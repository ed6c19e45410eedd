import type { GitHubApp } from '../adapters/github/app.ts'
import { causeOf } from '../errors.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import { decideCheckEvent, type FindHead } from '../trigger/check-events.ts'
import { type Decision, decideTrigger, type ReviewRequest, requestOf } from '../trigger/trigger.ts'
import type { CheckReporter } from './check-reporter.ts'
import { type Delivery, installationOf } from './deliveries.ts'
import { noteInstallation } from './note-installation.ts'
import type { Recovery } from './recovery.ts'

/** What is said of a delivery: 202 also for what is ignored, because nothing went wrong. */
export type Taken = {
  readonly status: 202 | 400 | 503
  readonly result: 'queued' | 'ignored' | 'refused'
  readonly reason: string
  readonly pullRequest: string
}

export type Takers = {
  readonly app: GitHubApp
  readonly queue: ReviewQueue
  readonly checks: CheckReporter
  readonly recovery: Recovery
}

/** GitHub waits 10 s for an answer. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const lookUpMs = 5_000

/** Decides what a delivery asks for, and puts that into the queue. */
export async function takeDelivery(delivery: Delivery, takers: Takers): Promise<Taken> {
  const installationId = installationOf(delivery)
  const event = { name: delivery.event, payload: delivery.payload }
  const note = await noteInstallation(event, installationId, takers)
  if (note !== null) return ignored(note, '')
  const decision = decideCheckEvent(event) ?? decideTrigger(event, null)
  if (decision.kind === 'unreadable') return { ...refused(decision.reason), status: 400 }
  if (decision.kind === 'skip') return ignored(decision.reason, decision.pullRequest)
  if (installationId === null)
    return ignored('the payload names no installation: this is no delivery to a GitHub App', '')
  const found = decision.kind === 'find' ? await findPullRequest(decision, installationId, takers) : decision
  return 'request' in found ? queue(found.request, installationId, delivery, takers) : found
}

async function queue(
  request: ReviewRequest,
  installationId: number,
  { id: deliveryId, event }: Delivery,
  { queue, checks }: Takers,
): Promise<Taken> {
  const pullRequest = formatRef(request.pullRequest)
  const job = { request, installationId, deliveryId, again: event !== 'pull_request' }
  switch (await queue.add(job)) {
    case 'queued':
      checks.queued(job)
      return { status: 202, result: 'queued', reason: '', pullRequest }
    case 'duplicate':
      return ignored('this head is queued, under way or done already', pullRequest)
    case 'full':
      return refused('the queue is full', pullRequest)
    case 'closed':
      return refused('the server is being stopped', pullRequest)
    case 'unreachable':
      return refused('the queue in Redis cannot be reached', pullRequest)
  }
}

/** GitHub names no pull request where the head is in a fork. */
async function findPullRequest(
  { owner, repo, headSha, trigger }: FindHead,
  installationId: number,
  { app }: Takers,
): Promise<Extract<Decision, { kind: 'review' }> | Taken> {
  const signal = AbortSignal.timeout(lookUpMs)
  try {
    const installation = await app.installation(installationId, signal)
    const pullRequest = await installation.pullRequestOf(owner, repo, headSha, signal)
    if (pullRequest === null) return ignored(`no open pull request has the head ${headSha.slice(0, 7)}`, '')
    return { kind: 'review', request: requestOf(pullRequest, headSha, trigger) }
  } catch (error) {
    return refused(`GitHub does not tell which pull request is meant: ${causeOf(error)}`)
  }
}

function ignored(reason: string, pullRequest: string): Taken {
  return { status: 202, result: 'ignored', reason, pullRequest }
}

function refused(reason: string, pullRequest = ''): Taken {
  return { status: 503, result: 'refused', reason, pullRequest }
}
