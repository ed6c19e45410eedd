import { expect, it } from 'vitest'
import { readJob } from '../../../../src/adapters/queue/redis/jobs.ts'
import { job } from '../../../contracts/queue-hands.ts'

/** As Redis gives it back. */
const stored = (request: object) => readJob({ data: JSON.parse(JSON.stringify({ ...job(7), request })) })

it('a job comes back as it was queued', () => {
  const askedBy = { commentId: 99, at: '2026-11-22T10:00:00Z' }
  const request = { ...job(7).request, askedBy }
  expect(stored(request)).toEqual({ ...job(7), request })
})

it('a job that was queued before there were commands is read', () => {
  const { askedBy: _, ...before } = job(7).request
  expect(stored(before)).toEqual(job(7))
})

it('what is no job is none', () => {
  expect(readJob({ data: { something: 'else' } })).toBeNull()
})
