import { beforeEach, describe, expect, it } from 'vitest'
import type { InstallationRecord } from '../../src/adapters/github/app-record.ts'
import { writeReviewMarker } from '../../src/finding/marker.ts'
import type { CheckResult } from '../../src/ports/review-checks.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { LostReviews } from '../../src/server/lost-reviews.ts'
import { FakeReviewQueue } from '../fakes/review-queue.ts'
import { checkResult } from '../fixtures/check-result.ts'
import { testApp } from '../fixtures/github-app.ts'
import { useFreshGitHub } from '../simulators/github/fresh-github.ts'
import type {
  SimulatedGitHub,
  SimulatedInstallation,
  SimulatedPullRequest,
} from '../simulators/github/index.ts'
import { clientOfInstallation, installTestApp } from '../simulators/github/test-app.ts'
import { givenReporter } from './given-reporter.ts'

const never = new AbortController().signal

let github: SimulatedGitHub
let installation: SimulatedInstallation
let pull: SimulatedPullRequest
let record: InstallationRecord
useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository()
  installation = installTestApp(github, ['octo/demo'])
  pull = await repository.openPullRequest({ files: { a: '1\n' } })
  record = await testApp(github).installation(installation.installationId, never)
})

let given: ReturnType<typeof givenReporter>
let queue: FakeReviewQueue
let warnings: string[]
let lost: LostReviews
beforeEach(() => {
  given = givenReporter()
  queue = new FakeReviewQueue()
  warnings = []
  const logger = jsonLogger(
    (line) => warnings.push(JSON.parse(line).message),
    () => new Date(0),
    false,
  )
  lost = new LostReviews({ queue, checks: given.reporter, logger })
})

const head = () => ({
  pullRequest: { owner: 'octo', repo: 'demo', number: pull.number },
  headSha: pull.headSha,
  installationId: installation.installationId,
})

/** Looks at the head that the pull request has now. */
function recover(retriesFailed = false): Promise<boolean> {
  return lost.recover(head(), installation.installationId, record, retriesFailed, never)
}

/** The head has a check run that began so often and, if it did, ended like this. */
async function tried(times: number, result?: Partial<CheckResult>): Promise<void> {
  for (let attempt = 1; attempt <= times; attempt++) await given.reporter.running(head(), attempt)
  if (result !== undefined) await given.reporter.ended(head(), checkResult(result))
}

const unfinished = { conclusion: 'neutral', complete: false } as const

describe('a head', () => {
  it('that nobody reviewed is queued', async () => {
    expect(await recover()).toBe(true)
    const { installationId, ...pushed } = head()
    expect(queue.added).toMatchObject([
      { request: { ...pushed, trigger: 'pull_request', full: false }, installationId, again: false },
    ])
  })

  it('that the queue knows is not even asked about', async () => {
    await recover()
    const before = github.requests.length
    expect(await recover()).toBe(false)
    expect(queue.added).toHaveLength(1)
    expect(github.requests).toHaveLength(before)
  })

  it('is done when its check run says so', async () => {
    await tried(1, { complete: true })
    expect(await recover()).toBe(false)
    expect(github.requests.map(({ path }) => path)).toEqual(['/app'])
  })

  it('is not done when its check run ended otherwise, or never did', async () => {
    await tried(1, unfinished)
    expect(await recover()).toBe(true)
    await pull.push({ a: '2\n' })
    await tried(1)
    expect(await recover()).toBe(true)
  })

  it('is done when our review says so, where there are no check runs', async () => {
    given.checks.permitted = false
    const body = writeReviewMarker({
      ...{ version: 1, runId: 'r', time: 't', headSha: pull.headSha, reviewedHunks: [] },
      ...{ complete: true, findings: [] },
    })
    const client = await clientOfInstallation(github, installation)
    await client.post(`/repos/octo/demo/pulls/${pull.number}/reviews`, { event: 'COMMENT', body })
    expect(await recover()).toBe(false)
    await pull.push({ a: '2\n' })
    expect(await recover()).toBe(true)
  })

  it('that was given up is tried again where something has changed', async () => {
    await recover()
    queue.start(async () => ({ kind: 'failed', reason: 'not permitted' }), { atOnce: 1, attemptMs: 60_000 })
    await expect.poll(() => queue.state()).toMatchObject({ failed: 1 })
    expect(await recover()).toBe(false)
    expect(await recover(true)).toBe(true)
  })

  it('that the queue does not take now is found as often as it takes', async () => {
    queue.answer = 'full'
    for (let look = 1; look <= 5; look++)
      await expect(recover()).rejects.toThrow('the queue takes nothing now')
    queue.answer = null
    expect(await recover()).toBe(true)
    expect(warnings).toEqual([])
  })
})

describe('a head that does not come to an end', () => {
  const leftAlone = () => [`octo/demo#1@${pull.headSha} was tried too often without an end; it is left alone`]

  it('because it fails is tried so often, and then left alone, which is told once', async () => {
    await tried(10, unfinished)
    for (let look = 1; look <= 5; look++) expect(await recover()).toBe(false)
    expect(warnings).toEqual(leftAlone())
    expect(given.histories()).toHaveLength(1)
  })

  it('because its process goes away is tried far more often', async () => {
    await tried(49)
    expect(await recover()).toBe(true)
  })

  it('whose process went away far too often gets an end, and is left alone', async () => {
    await tried(50)
    for (let look = 1; look <= 5; look++) expect(await recover()).toBe(false)
    expect(warnings).toEqual(leftAlone())
    expect(given.histories()).toEqual([expect.stringMatching(/ in_progress failure$/)])
  })

  it('and is lost again and again is found three times, and newer ones still are', async () => {
    const found: boolean[] = []
    for (let look = 1; look <= 5; look++) {
      found.push(await recover())
      await queue.forget(installation.installationId)
    }
    expect(found).toEqual([true, true, true, false, false])
    expect(warnings).toEqual(leftAlone())
    await pull.push({ a: '2\n' })
    expect(await recover()).toBe(true)
  })
})
