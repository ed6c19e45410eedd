import { describe, expect, it } from 'vitest'
import { isOutOfReach } from '../../../src/adapters/github/app-record.ts'
import { FixableError, TemporaryError } from '../../../src/errors.ts'
import { writeReviewMarker } from '../../../src/finding/marker.ts'
import { testApp } from '../../fixtures/github-app.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedInstallation,
  type SimulatedPullRequest,
  type SimulatedRepository,
} from '../../simulators/github/index.ts'
import { clientOfInstallation, installTestApp } from '../../simulators/github/test-app.ts'
import { clientOf } from '../../simulators/github/test-client.ts'

const never = new AbortController().signal
const minute = 60_000
const ago = (ms: number) => new Date(Date.now() - ms)

let github: SimulatedGitHub
let repository: SimulatedRepository
let installation: SimulatedInstallation
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository()
  installation = installTestApp(github, ['octo/demo'])
})

const pages = (path: string) => github.requests.filter((request) => request.path === path)
const record = () => testApp(github).installation(installation.installationId, never)
const open = (about: object = {}) => repository.openPullRequest({ files: { a: '1\n' }, ...about })

describe('the places of deliveries', () => {
  const places = async (since = ago(60 * minute)) => {
    const { places: found, isComplete } = await testApp(github).placesOfDeliveries(since, never)
    expect(isComplete).toBe(true)
    return found.map(({ at: _, ...place }) => place)
  }
  const deliver = (payload: object = { repository: { id: repository.state.id } }, at = new Date()) =>
    installation.recordDelivery({ event: 'pull_request', payload: { ...payload }, at, statusCode: 202 })
  const here = () => ({ installationId: installation.installationId, repositoryId: repository.state.id })

  it('are each told once, whatever became of the delivery', async () => {
    const other = installTestApp(github, ['octo/other'])
    const payload = { repository: { id: 5 } }
    deliver()
    other.recordDelivery({ event: 'check_run', payload, statusCode: 503 })
    other.recordDelivery({ event: 'pull_request', payload, statusCode: 0, status: 'timed out' })
    deliver()
    const elsewhere = { installationId: other.installationId, repositoryId: 5 }
    expect(await places()).toEqual(expect.arrayContaining([here(), elsewhere]))
    expect(await places()).toHaveLength(2)
  })

  it('are none where a delivery was of no repository', async () => {
    deliver({})
    expect(await places()).toEqual([])
  })

  it('are found on every page', async () => {
    deliver({ repository: { id: 5 } }, ago(30 * minute))
    for (let count = 0; count < 250; count++) deliver()
    expect((await places()).map(({ repositoryId }) => repositoryId)).toEqual([repository.state.id, 5])
    expect(pages('/app/hook/deliveries')).toHaveLength(3)
  })

  it('are not looked for further back than asked', async () => {
    deliver({ repository: { id: 5 } }, ago(90 * minute))
    for (let count = 0; count < 150; count++) deliver(undefined, ago(70 * minute))
    deliver()
    expect(await places()).toEqual([here()])
    expect(pages('/app/hook/deliveries')).toHaveLength(1)
  })
})

describe('the repositories of an installation', () => {
  it('are those that it sees', async () => {
    const removed = await github.createRepository({ name: 'removed' })
    const ids = new Set([repository.state.id, removed.state.id])
    expect(await (await record()).repositories(ids, never)).toEqual([
      { id: repository.state.id, owner: 'octo', repo: 'demo' },
    ])
  })

  it('are looked for on as many pages as it takes', async () => {
    const client = await clientOfInstallation(github, installation)
    const { json } = await client.get('/installation/repositories')
    const [shown] = json.repositories
    const page = (ids: readonly number[]) => ({
      status: 200,
      body: { ...json, repositories: ids.map((id) => ({ ...shown, id, name: `r${id}` })) },
    })
    const oneTo100 = Array.from({ length: 100 }, (_, index) => index + 1)
    const path = /^\/installation\/repositories$/
    github.faults.add({ path, nth: 1, times: 2, behaviour: page(oneTo100) })
    github.faults.add({ path, nth: 3, behaviour: page([101]) })
    const find = async (...ids: readonly number[]) => (await record()).repositories(new Set(ids), never)
    const before = github.requests.length
    expect(await find(2, 3)).toEqual([2, 3].map((id) => ({ id, owner: 'octo', repo: `r${id}` })))
    expect(await find(2, 101)).toEqual([2, 101].map((id) => ({ id, owner: 'octo', repo: `r${id}` })))
    const asked = github.requests.slice(before).filter(({ path }) => path === '/installation/repositories')
    expect(asked.map(({ query }) => query.page)).toEqual(['1', '1', '2'])
  })
})

/** As many more like this one. */
function multiply(pull: SimulatedPullRequest, more: number): void {
  const { pulls } = repository.state
  for (let count = 0; count < more; count++) {
    repository.state.lastNumber++
    const number = repository.state.lastNumber
    pulls.set(number, { ...pull.state, number })
  }
}

describe('the open pull requests of a repository', () => {
  const list = async (since = ago(60 * minute)) =>
    (await record()).openPullRequests({ owner: 'octo', repo: 'demo' }, since, never)
  const change = (pull: SimulatedPullRequest, at: Date) =>
    Object.assign(pull.state, { updatedAt: `${at.toISOString().slice(0, 19)}Z` })

  it('are those that are ready and have changed, with their heads, also from forks', async () => {
    const [first, fork, old] = [await open(), await open({ fromFork: true }), await open()]
    await open({ draft: true })
    ;(await open()).close()
    change(first, ago(30 * minute))
    change(old, ago(61 * minute))
    expect(await list()).toEqual([
      { pullRequest: { owner: 'octo', repo: 'demo', number: fork.number }, headSha: fork.headSha },
      { pullRequest: { owner: 'octo', repo: 'demo', number: first.number }, headSha: first.headSha },
    ])
  })

  it('are found on every page that has any', async () => {
    const [old, recent] = [await open(), await open()]
    change(old, ago(90 * minute))
    multiply(old, 200)
    multiply(recent, 119)
    expect(await list()).toHaveLength(120)
    expect(pages('/repos/octo/demo/pulls')).toHaveLength(2)
  })
})

describe('a head', () => {
  const isReviewed = async ({ number, headSha }: SimulatedPullRequest) =>
    (await record()).isReviewed({ pullRequest: { owner: 'octo', repo: 'demo', number }, headSha }, never)
  const review = async (
    pull: SimulatedPullRequest,
    about: Partial<Parameters<typeof writeReviewMarker>[0]> = {},
    client?: ReturnType<typeof clientOf>,
  ) => {
    const marker: Parameters<typeof writeReviewMarker>[0] = {
      ...{ version: 1, runId: 'r', time: '2026-11-22T10:00:00Z', headSha: pull.headSha },
      ...{ reviewedHunks: [], complete: true, findings: [], ...about },
    }
    const by = client ?? (await clientOfInstallation(github, installation))
    const path = `/repos/octo/demo/pulls/${pull.number}/reviews`
    const { status } = await by.post(path, { event: 'COMMENT', body: writeReviewMarker(marker) })
    expect(status).toBe(200)
  }

  it('is reviewed when a review of ours says so', async () => {
    const pull = await open()
    expect(await isReviewed(pull)).toBe(false)
    await review(pull, { complete: false })
    expect(await isReviewed(pull)).toBe(false)
    await review(pull)
    expect(await isReviewed(pull)).toBe(true)
  })

  it('is not reviewed when another head is, or when anybody else says so', async () => {
    const pull = await open()
    await review(pull, {}, clientOf(github))
    expect(await isReviewed(pull)).toBe(false)
    await review(pull)
    await pull.push({ a: '2\n' })
    expect(await isReviewed(pull)).toBe(false)
  })

  it('leads to its pull request as long as that is open, also from a fork and among many', async () => {
    const fork = await open({ fromFork: true, files: { a: 'of a fork\n' } })
    multiply(await open(), 150)
    const find = async () => (await record()).pullRequestOf('octo', 'demo', fork.headSha, never)
    expect(await find()).toEqual({ owner: 'octo', repo: 'demo', number: fork.number })
    fork.close()
    expect(await find()).toBe(null)
  })
})

describe('out of reach', () => {
  const failureOf = async () =>
    (await record()).repositories(new Set([1]), never).catch((error: unknown) => error)

  it.each([401, 403, 404])('is what GitHub refuses to show: %i', async (status) => {
    const answer = { status, body: { message: 'No' } }
    github.faults.add({ path: /access_tokens$/, times: 2, behaviour: answer })
    expect(isOutOfReach(await failureOf())).toBe(true)
  })

  it('is what somebody else has to set right', () => {
    expect(isOutOfReach(new FixableError('install it'))).toBe(true)
  })

  it.each([
    ['asked wrongly', { status: 422, body: { message: 'No' } }],
    ['asked too often', limitAnswers.primary({ resetsAt: new Date(Date.now() + 60 * minute) })],
    ['asked too fast', limitAnswers.secondary({ retryAfter: 3600 })],
    ['asked too fast, in other words', limitAnswers.secondary({ status: 429, retryAfter: 3600 })],
  ])('is not what is %s', async (_, behaviour) => {
    github.faults.add({ path: /^\/installation\/repositories$/, behaviour })
    expect(isOutOfReach(await failureOf())).toBe(false)
  })

  it('is not what fails', () => {
    expect(isOutOfReach(new TemporaryError('down'))).toBe(false)
    expect(isOutOfReach(new Error('a bug'))).toBe(false)
  })
})
