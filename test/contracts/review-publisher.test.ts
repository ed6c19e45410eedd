import { afterEach, describe, expect, it } from 'vitest'
import { CancelledError } from '../../src/errors.ts'
import { recallMemory } from '../../src/finding/recall.ts'
import type { PullRequestState } from '../../src/pull-request.ts'
import { findingsIn, reviewContent } from '../fixtures/review-content.ts'
import { type GivenPullRequest, givenFake, givenGitHub, lines } from './given-pull-request.ts'

const never = new AbortController().signal

describe.each([
  ['fake', givenFake],
  ['GitHub', givenGitHub],
])('a review publisher: %s', (_name, given) => {
  let pull: GivenPullRequest
  afterEach(() => pull.end())

  /** Says the same whenever it is asked, until a review stands. */
  const publish = (run: string, quotes: readonly string[], signal = never) => {
    const content = reviewContent({ ...pull, run, inline: findingsIn('src/a.ts', lines, quotes) })
    const compose = (state: PullRequestState | null) =>
      state !== null && recallMemory(state, '').reviewUrl !== null ? null : { review: content, summary: null }
    return pull.publisher.publish(pull.ref, pull.headSha, run, compose, signal)
  }

  it('posts one review with a comment on each line', async () => {
    pull = await given()
    const published = await publish('run-1', ['const a = 1', 'const c = 3'])
    expect(published).toMatchObject({
      kind: 'posted',
      review: { id: expect.any(Number), url: expect.any(String) },
    })
    const places = pull.posted().map(({ comments }) => comments.map(({ path, line }) => `${path}:${line}`))
    expect(places).toEqual([['src/a.ts:1', 'src/a.ts:3']])
  })

  it('writes nothing when there is nothing to say', async () => {
    pull = await given()
    const published = await pull.publisher.publish(pull.ref, pull.headSha, 'run-1', () => null, never)
    expect(published).toEqual({ kind: 'nothing-new' })
    expect(pull.posted()).toEqual([])
  })

  it('posts nothing for a head that has moved', async () => {
    pull = await given()
    pull.moveHeadBeforeLastLook()
    expect(await publish('run-1', ['const a = 1'])).toMatchObject({ kind: 'superseded' })
    expect(pull.posted()).toEqual([])
  })

  it('posts nothing on a pull request that was closed', async () => {
    pull = await given()
    pull.closeBeforeLastLook()
    expect(await publish('run-1', ['const a = 1'])).toMatchObject({ kind: 'superseded' })
    expect(pull.posted()).toEqual([])
  })

  it('asks again what to say when another review was posted meanwhile', async () => {
    pull = await given()
    await publish('run-1', ['const a = 1'])
    expect(await publish('run-2', ['const a = 1'])).toEqual({ kind: 'nothing-new' })
    expect(pull.posted()).toHaveLength(1)
  })

  it('tells a missing permission apart', async () => {
    pull = await given()
    pull.forbidWriting()
    expect(await publish('run-1', ['const a = 1'])).toMatchObject({ kind: 'not-permitted' })
    expect(pull.posted()).toEqual([])
  })

  it('moves a refused comment into the body and posts the others', async () => {
    pull = await given()
    pull.refusePlaceOf('const c = 3')
    const published = await publish('run-1', ['const a = 1', 'const c = 3', 'const d = 4'])
    const refused = published.kind === 'posted' ? [...published.refused.keys()] : []
    expect(refused.map((finding) => finding.claim.quote)).toEqual(['const c = 3'])
    const [review] = pull.posted()
    expect(review?.comments.map(({ line }) => line)).toEqual([1, 4])
    expect(review?.body).toContain('About const c = 3')
  })

  it('leaves nothing behind when it is stopped', async () => {
    pull = await given()
    const stop = new AbortController()
    pull.runBeforeLastLook(async () => stop.abort())
    await expect(publish('run-1', ['const a = 1'], stop.signal)).rejects.toThrow(CancelledError)
    expect(pull.posted()).toEqual([])
    pull.runBeforeLastLook(async () => {})
    expect(await publish('run-2', ['const a = 1'])).toMatchObject({ kind: 'posted' })
  })
})
