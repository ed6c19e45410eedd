import type { GitHubApp } from '../adapters/github/app.ts'
import { causeOf } from '../errors.ts'
import type { InstallationRecord } from '../adapters/github/app-record.ts'
import type { ReviewQueue } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import { decideCheckEvent, type FindHead } from '../trigger/check-events.ts'
import { decideCommentEvent, type Question } from '../trigger/comment-events.ts'
import { decideReviewComment } from '../trigger/review-comment.ts'
import { decideTrigger, type ReviewRequest, requestOf } from '../trigger/trigger.ts'
import type { CheckReporter } from './check-reporter.ts'
import type { CommandReplies } from './command-replies.ts'
import { type Delivery, installationOf } from './deliveries.ts'
import { noteInstallation } from './note-installation.ts'
import type { Recovery } from './recovery.ts'
import type { ReplyJob, ThreadReplies } from './thread-replies.ts'

/** What is said of a delivery: 202 also for what is ignored, because nothing went wrong. */
export type Taken = {
  readonly status: 202 | 400 | 503
  readonly result: 'queued' | 'answered' | 'ignored' | 'refused'
  readonly reason: string
  readonly pullRequest: string
}

export type Takers = {
  readonly app: GitHubApp
  readonly queue: ReviewQueue
  readonly checks: CheckReporter
  readonly replies: CommandReplies
  readonly threads: ThreadReplies
  readonly recovery: Recovery
}

/** GitHub waits 10 s for an answer. https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const lookUpMs = 5_000

/** Decides what a delivery asks for, and puts that into the queue; a question is answered at once. */
export async function takeDelivery(delivery: Delivery, takers: Takers): Promise<Taken> {
  const installationId = installationOf(delivery)
  const event = { name: delivery.event, payload: delivery.payload }
  const note = await noteInstallation(event, installationId, takers)
  if (note !== null) return ignored(note, '')
  const decision =
    decideCheckEvent(event) ??
    decideCommentEvent(event) ??
    decideReviewComment(event) ??
    decideTrigger(event, null)
  if (decision.kind === 'unreadable') return { ...refused(decision.reason), status: 400 }
  if (decision.kind === 'skip') return ignored(decision.reason, decision.pullRequest)
  if (installationId === null)
    return ignored('the payload names no installation: this is no delivery to a GitHub App', '')
  if (decision.kind === 'reply')
    return judge({ request: decision.request, installationId, deliveryId: delivery.id }, takers)
  if (decision.kind === 'question') return answer(decision, installationId, takers)
  const found = await lookUp(decision.kind === 'find' ? decision : decision.request, installationId, takers)
  return 'headSha' in found ? queue(found, installationId, delivery, takers) : found
}

async function queue(
  request: ReviewRequest,
  installationId: number,
  { id: deliveryId, event }: Delivery,
  { queue, checks, replies }: Takers,
): Promise<Taken> {
  const pullRequest = formatRef(request.pullRequest)
  const job = { request, installationId, deliveryId, again: event !== 'pull_request' }
  switch (await queue.add(job)) {
    case 'queued':
      checks.queued(job)
      if (request.askedBy !== null) replies.received(request.pullRequest, request.askedBy, installationId)
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

function judge(job: ReplyJob, { threads }: Takers): Taken {
  const pullRequest = formatRef(job.request.pullRequest)
  switch (threads.take(job)) {
    case 'queued':
      return { status: 202, result: 'queued', reason: '', pullRequest }
    case 'duplicate':
      return ignored('this reply is being judged already', pullRequest)
    case 'full':
      return refused('too many replies wait to be judged', pullRequest)
    case 'closed':
      return refused('the server is being stopped', pullRequest)
  }
}

/** GitHub waits, and records what we refuse. */
async function answer(question: Question, installationId: number, { replies }: Takers): Promise<Taken> {
  const { pullRequest, askedBy } = question
  replies.received(pullRequest, askedBy, installationId)
  const write = await replies.answer(question, installationId, AbortSignal.timeout(lookUpMs))
  const name = formatRef(pullRequest)
  switch (write.kind) {
    case 'written':
    case 'not-written':
      return { status: 202, result: 'answered', reason: '', pullRequest: name }
    case 'not-permitted':
      return ignored(`the comment was not answered: ${write.reason}`, name)
    case 'failed':
      return refused(`the comment was not answered: ${write.reason}`, name)
  }
}

/** What the event does not tell and the queue keeps jobs by: the pull request of a head, or the head of a pull request. */
async function lookUp(
  wanted: ReviewRequest | FindHead,
  installationId: number,
  { app }: Takers,
): Promise<ReviewRequest | Taken> {
  if (!('kind' in wanted) && wanted.headSha !== null) return wanted
  const signal = AbortSignal.timeout(lookUpMs)
  try {
    const record = await app.installation(installationId, signal)
    return 'kind' in wanted
      ? await findPullRequest(wanted, record, signal)
      : { ...wanted, headSha: await record.headOf(wanted.pullRequest, signal) }
  } catch (error) {
    return refused(`GitHub does not tell which pull request is meant: ${causeOf(error)}`)
  }
}

/** GitHub names no pull request where the head is in a fork. */
async function findPullRequest(
  { owner, repo, headSha, trigger }: FindHead,
  record: InstallationRecord,
  signal: AbortSignal,
): Promise<ReviewRequest | Taken> {
  const pullRequest = await record.pullRequestOf(owner, repo, headSha, signal)
  return pullRequest === null
    ? ignored(`no open pull request has the head ${headSha.slice(0, 7)}`, '')
    : requestOf(pullRequest, headSha, trigger)
}

function ignored(reason: string, pullRequest: string): Taken {
  return { status: 202, result: 'ignored', reason, pullRequest }
}

function refused(reason: string, pullRequest = ''): Taken {
  return { status: 503, result: 'refused', reason, pullRequest }
}
