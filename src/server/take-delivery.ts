import type { ReviewQueue } from '../ports/review-queue.ts'
import { formatRef } from '../pull-request.ts'
import { decideTrigger } from '../trigger/trigger.ts'
import { type Delivery, installationOf } from './deliveries.ts'

/** What is said of a delivery: 202 also for what is ignored, because nothing went wrong. */
export type Taken = {
  readonly status: 202 | 400 | 503
  readonly result: 'queued' | 'ignored' | 'refused'
  readonly reason: string
  readonly pullRequest: string
}

/** Decides what a delivery asks for, and puts that into the queue. */
export async function takeDelivery(delivery: Delivery, queue: ReviewQueue): Promise<Taken> {
  const decision = decideTrigger({ name: delivery.event, payload: delivery.payload }, null)
  if (decision.kind === 'unreadable')
    return { status: 400, result: 'refused', reason: decision.reason, pullRequest: '' }
  if (decision.kind === 'skip') return ignored(decision.reason, decision.pullRequest)
  const { request } = decision
  const pullRequest = formatRef(request.pullRequest)
  const installationId = installationOf(delivery)
  if (installationId === null)
    return ignored('the payload names no installation: this is no delivery to a GitHub App', pullRequest)
  switch (await queue.add({ request, installationId, deliveryId: delivery.id })) {
    case 'queued':
      return { status: 202, result: 'queued', reason: '', pullRequest }
    case 'duplicate':
      return ignored('this head is queued, under way or done already', pullRequest)
    case 'full':
      return { status: 503, result: 'refused', reason: 'the queue is full', pullRequest }
    case 'closed':
      return { status: 503, result: 'refused', reason: 'the server is being stopped', pullRequest }
  }
}

function ignored(reason: string, pullRequest: string): Taken {
  return { status: 202, result: 'ignored', reason, pullRequest }
}
