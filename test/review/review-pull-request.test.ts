import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Texts } from '../../src/config/load.ts'
import { CancelledError } from '../../src/errors.ts'
import { readReviewMarker } from '../../src/finding/marker.ts'
import type { ReviewPublisher } from '../../src/ports/review-publisher.ts'
import { type ReviewCircumstances, reviewPullRequest } from '../../src/review/review-pull-request.ts'
import type { ReviewRequest } from '../../src/trigger/trigger.ts'
import { FakePullRequest } from '../fakes/fake-pull-request.ts'
import { FakeLanguageModel, promptOf, type Saying } from '../fakes/language-model.ts'
import { FakeSourceReader } from '../fakes/source-reader.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { circumstances as circumstancesOf } from '../fixtures/circumstances.ts'
import { emptyPullRequest } from '../fixtures/empty-pull-request.ts'
import { reviewConfig } from '../fixtures/review-config.ts'
import { newFile } from './given-files.ts'

const fine: Saying = { content: { summary: 'Fine.', findings: [] } }
const down: Saying = { fails: 'request', reason: 'the model server was busy' }

type Given = {
  /** What the model says to a request that shows this file. */
  readonly a?: Saying
  readonly b?: Saying
  readonly request?: Partial<ReviewRequest>
  readonly inputs?: Texts
  readonly circumstances?: Partial<ReviewCircumstances>
  readonly publisher?: ReviewPublisher
}

/** Two files, each in a request of its own. */
function openPullRequest(): FakePullRequest {
  return new FakePullRequest({
    ...emptyPullRequest,
    files: [newFile('a.ts', 60), newFile('b.ts', 60)],
    changedFileCount: 2,
  })
}

/** One attempt at a review, with others to follow unless told otherwise. */
async function review(pull: FakePullRequest, given: Given = {}) {
  const { a = fine, b = fine, request, inputs, circumstances, publisher = pull } = given
  const model = new FakeLanguageModel((asked) =>
    promptOf(asked).includes('line 1 of the file a.ts') ? a : b,
  )
  const { ref, headSha } = pull.snapshotNow
  const outcome = await reviewPullRequest(
    {
      pullRequest: ref,
      headSha,
      trigger: 'pull_request',
      full: false,
      asOf: null,
      before: null,
      askedBy: null,
      ...request,
    },
    reviewConfig({ 'request-tokens': '2600', ...inputs }),
    {
      ...{ pullRequests: pull, languageModel: model, publisher, threads: pull, logger: silentLogger },
      sources: new FakeSourceReader({}),
      parseYaml: async (text) => parseYaml(text),
    },
    circumstancesOf({ isLastAttempt: false, ...circumstances }),
  )
  return { outcome, asked: model.requestCount }
}

/** What our reviews keep for later, in order. */
const kept = (pull: FakePullRequest) =>
  pull.posted.map(({ body }) => {
    const marker = readReviewMarker(body)
    return { hunks: marker?.reviewedHunks.length, complete: marker?.complete }
  })

const lastAttempt = { circumstances: { isLastAttempt: true } }

describe('an attempt that is not the last', () => {
  it('says nothing when nothing came of it', async () => {
    const pull = openPullRequest()
    const { outcome } = await review(pull, { a: down, b: down })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', mayImprove: true, review: null })
    expect(pull.posted).toEqual([])
  })

  it('says what came of it, and the next one does the rest', async () => {
    const pull = openPullRequest()
    const { outcome } = await review(pull, { b: down })
    expect(outcome).toMatchObject({ verdict: 'inconclusive', mayImprove: true })
    expect(kept(pull)).toEqual([{ hunks: 1, complete: false }])
    const next = await review(pull)
    expect(next).toMatchObject({ asked: 1, outcome: { verdict: 'passed', mayImprove: false } })
    expect(kept(pull)).toEqual([
      { hunks: 1, complete: false },
      { hunks: 1, complete: true },
    ])
  })

  it('says once what could be reviewed, however often the rest cannot', async () => {
    const pull = openPullRequest()
    for (let attempt = 1; attempt <= 3; attempt++) await review(pull, { b: down })
    await review(pull, { b: down, ...lastAttempt })
    expect(kept(pull)).toEqual([{ hunks: 1, complete: false }])
  })

  it('is as good as any when all was reviewed', async () => {
    const pull = openPullRequest()
    const { outcome } = await review(pull)
    expect(outcome).toMatchObject({ verdict: 'passed', mayImprove: false })
    expect(kept(pull)).toEqual([{ hunks: 2, complete: true }])
  })

  it('says at once what no other attempt can improve', async () => {
    const pull = openPullRequest()
    const { outcome, asked } = await review(pull, { inputs: { 'max-tokens': '1' } })
    expect(asked).toBe(0)
    expect(outcome).toMatchObject({ verdict: 'inconclusive', mayImprove: false })
    expect(kept(pull)).toEqual([{ hunks: 0, complete: true }])
  })
})

it('the last attempt says that nothing came of any, and that somebody has to come back', async () => {
  const pull = openPullRequest()
  const { outcome } = await review(pull, { a: down, b: down, ...lastAttempt })
  expect(outcome).toMatchObject({ verdict: 'inconclusive', mayImprove: true, review: { id: 1 } })
  expect(pull.posted[0]?.body).toContain('the model server was busy')
  expect(kept(pull)).toEqual([{ hunks: 0, complete: false }])
})

it('a review that could not be posted may be posted later', async () => {
  const failing: ReviewPublisher = { publish: async () => ({ kind: 'failed', reason: 'GitHub was down' }) }
  const { outcome } = await review(openPullRequest(), { publisher: failing })
  expect(outcome).toMatchObject({ verdict: 'inconclusive', delivery: 'failed', mayImprove: true })
})

describe('a head', () => {
  it('that was reviewed is asked about again only where all of it is wanted', async () => {
    const pull = openPullRequest()
    await review(pull)
    expect(await review(pull)).toMatchObject({ asked: 0, outcome: { verdict: 'passed', review: null } })
    expect(await review(pull, { request: { full: true } })).toMatchObject({ asked: 3 })
    expect(await review(pull, { inputs: { scope: 'full' } })).toMatchObject({ asked: 3 })
    expect(pull.posted).toHaveLength(1)
  })

  it('that is not the newest is left alone', async () => {
    const pull = openPullRequest()
    const { outcome, asked } = await review(pull, { request: { headSha: 'c'.repeat(40) } })
    expect(asked).toBe(0)
    expect(outcome).toMatchObject({ verdict: 'skipped', ending: 'superseded', mayImprove: false })
  })

  it('is the newest where the request names none', async () => {
    const pull = openPullRequest()
    const { outcome } = await review(pull, { request: { headSha: null } })
    expect(outcome).toMatchObject({ verdict: 'passed', headSha: pull.snapshotNow.headSha })
  })
})

it('a review that somebody stops while the model is asked posts nothing', async () => {
  const pull = openPullRequest()
  const stop = new AbortController()
  const reviewed = review(pull, {
    b: 'nothing',
    circumstances: { cancelled: stop.signal, modelTimeOver: stop.signal, timeOver: stop.signal },
  })
  stop.abort()
  await expect(reviewed).rejects.toThrow(CancelledError)
  expect(pull.posted).toEqual([])
})
