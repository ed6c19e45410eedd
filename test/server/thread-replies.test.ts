import { setImmediate as settled } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Sample } from '../../src/metrics/samples.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { takeDelivery } from '../../src/server/take-delivery.ts'
import { type ReplyJob, ThreadReplies } from '../../src/server/thread-replies.ts'
import { givenTakers } from './given-takers.ts'

const job = (commentId: number, rootCommentId = commentId, repo = 'shop'): ReplyJob => ({
  request: {
    ...{ pullRequest: { owner: 'octo', repo, number: 1 }, rootCommentId, commentId },
    trigger: 'pull_request_review_comment',
  },
  ...{ installationId: 5, deliveryId: 'd-1' },
})
const answered: ReviewOutcome = { ...withoutReview('skipped', 'answered', ''), ending: 'succeeded' }
const failed = withoutReview('failed', 'the model is down', '', true)

/** What each try comes to, in order; a reply is judged until the test says so. */
function givenReplies({
  outcomes = [],
  pausesMs = [0, 0],
}: {
  outcomes?: ReviewOutcome[]
  pausesMs?: number[]
} = {}) {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const samples: Sample[] = []
  const lines: string[] = []
  const logger = jsonLogger(
    (line) => lines.push(line),
    () => new Date(0),
    false,
  )
  const answer = async (
    { request }: ReplyJob,
    _logger: unknown,
    _startedAt: number,
    cancelled: AbortSignal,
  ) => {
    begun.push(request.commentId)
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.push(resolve)
    cancelled.addEventListener('abort', () => resolve())
    await promise
    return cancelled.aborted ? failed : (outcomes.shift() ?? answered)
  }
  const recorder = { record: (more: readonly Sample[]) => void samples.push(...more) }
  const replies = new ThreadReplies(answer, recorder, logger, pausesMs)
  const endNext = async () => {
    ends.shift()?.()
    for (let turn = 0; turn < 5; turn++) await settled()
  }
  return { replies, begun, endNext, samples, lines }
}

describe('replies in our threads', () => {
  it('are judged two at a time, those of one thread after each other', async () => {
    const { replies, begun, endNext } = givenReplies()
    for (const one of [job(1, 10), job(2, 10), job(3), job(4)]) expect(replies.take(one)).toBe('queued')
    await settled()
    expect(begun).toEqual([1, 3])
    await endNext()
    expect(begun).toHaveLength(3)
    for (let end = 0; end < 3; end++) await endNext()
    expect(begun.toSorted()).toEqual([1, 2, 3, 4])
    await replies.drain(0)
  })

  it('are taken once while they are judged', async () => {
    const { replies, endNext } = givenReplies()
    expect([replies.take(job(1)), replies.take(job(1))]).toEqual(['queued', 'duplicate'])
    await settled()
    await endNext()
    expect(replies.take(job(1))).toBe('queued')
    await replies.drain(0)
  })

  it('are tried three times, as one task', async () => {
    const { replies, begun, endNext, samples } = givenReplies({ outcomes: [failed, failed, failed] })
    replies.take(job(1))
    await settled()
    for (let tries = 1; tries <= 3; tries++) {
      await expect.poll(() => begun, { interval: 1 }).toEqual(Array(tries).fill(1))
      await endNext()
    }
    const tasks = samples.filter(({ metric }) => metric === 'patchpilot_tasks_total')
    expect(tasks.map(({ labels }) => labels.status)).toEqual(['started', 'retried', 'retried', 'failed'])
    await replies.drain(0)
  })

  it('are refused beyond what can be held', async () => {
    const { replies } = givenReplies()
    const ids = Array.from({ length: 201 }, (_, index) => index + 1)
    const taken = ids.map((id) => replies.take(job(id, id, `shop-${Math.floor(id / 10)}`)))
    expect(taken.slice(-2)).toEqual(['queued', 'full'])
    await replies.drain(0)
  })

  it('of one repository leave room for those of others', async () => {
    const { replies, endNext } = givenReplies()
    const taken = Array.from({ length: 21 }, (_, index) => replies.take(job(index + 1)))
    expect(taken.slice(-2)).toEqual(['queued', 'full'])
    expect(replies.take(job(30, 30, 'mill'))).toBe('queued')
    await settled()
    await endNext()
    expect(replies.take(job(31))).toBe('queued')
    await replies.drain(0)
  })

  it('are finished, or said to be stopped, when the server stops', async () => {
    const { replies, lines } = givenReplies({ pausesMs: [60_000] })
    replies.take(job(1))
    await settled()
    await replies.drain(0)
    expect(replies.take(job(2))).toBe('closed')
    expect(lines.at(-1)).toContain('a reply in a thread was not answered')
  })
})

it('a delivery with a reply reaches them', async () => {
  const given = givenTakers()
  const payload = {
    action: 'created',
    comment: { id: 21, in_reply_to_id: 7, body: 'No.', user: { login: 'ann', type: 'User' } },
    pull_request: { number: 1, state: 'open' },
    repository: { id: 1, name: 'shop', owner: { login: 'octo' } },
    installation: { id: 5 },
  }
  const delivery = { id: 'd-1', event: 'pull_request_review_comment', payload }
  expect(await takeDelivery(delivery, given.takers)).toEqual({
    ...{ status: 202, result: 'queued', reason: '', pullRequest: 'octo/shop#1' },
  })
  await settled()
  expect(given.judged).toEqual([job(21, 7)])
})
