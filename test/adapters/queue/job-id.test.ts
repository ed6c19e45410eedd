import { describe, expect, it } from 'vitest'
import { headOf, headOfId, jobId, pullRequestOf } from '../../../src/adapters/queue/job-id.ts'
import type { ReviewJob } from '../../../src/ports/review-queue.ts'
import { job } from '../../contracts/queue-hands.ts'

const pushed = job(7)
const asked: ReviewJob = { ...pushed, again: true }
const headless: ReviewJob = { ...pushed, request: { ...pushed.request, headSha: null } }
const redelivered = (one: ReviewJob): ReviewJob => ({ ...one, deliveryId: 'another' })

describe('what is to be done once', () => {
  it('is a head, however often and for whatever event it is delivered', () => {
    const reopened = { ...pushed, request: { ...pushed.request, trigger: 'recovery' } }
    expect(jobId(redelivered(pushed))).toBe(jobId(pushed))
    expect(jobId(reopened)).toBe(jobId(pushed))
  })

  it('is each time that somebody asks for it', () => {
    expect(jobId(asked)).toBe(jobId({ ...asked }))
    expect(new Set([pushed, asked, redelivered(asked)].map(jobId)).size).toBe(3)
  })

  it('is each delivery that names no head', () => {
    expect(jobId(headless)).toBe(jobId({ ...headless }))
    expect(jobId(redelivered(headless))).not.toBe(jobId(headless))
  })

  it('is another one at another head, number, repository or owner', () => {
    const elsewhere = (pullRequest: object): ReviewJob => ({
      ...pushed,
      request: { ...pushed.request, pullRequest: { ...pushed.request.pullRequest, ...pullRequest } },
    })
    const jobs = [pushed, job(7, 'b'), job(71), elsewhere({ repo: 'shop2' }), elsewhere({ owner: 'octo2' })]
    expect(new Set(jobs.map(jobId)).size).toBe(jobs.length)
  })
})

it('one review at a time is what a pull request has, whatever is asked for', () => {
  expect(pullRequestOf(pushed)).toBe('octo/shop#7')
  const same = [job(7, 'b'), asked, headless, redelivered(pushed)]
  expect(new Set(same.map(pullRequestOf))).toEqual(new Set([pullRequestOf(pushed)]))
  expect(pullRequestOf(job(8))).not.toBe(pullRequestOf(pushed))
})

it('whatever is to be done once has the head it is about in its id', () => {
  const odd: ReviewJob = { ...asked, deliveryId: ' for octo/shop#7@a for x\n for y' }
  for (const one of [pushed, asked, headless, odd]) expect(headOfId(jobId(one))).toBe(headOf(one))
  expect(headOf(asked)).toBe(headOf(pushed))
  expect(new Set([pushed, headless, job(7, 'b'), job(8)].map(headOf)).size).toBe(4)
})
