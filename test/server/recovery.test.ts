import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeReviewMarker } from '../../src/finding/marker.ts'
import type { ReviewJob } from '../../src/ports/review-queue.ts'
import { jsonLogger } from '../../src/server/json-logger.ts'
import { Recovery } from '../../src/server/recovery.ts'
import { FakeReviewQueue } from '../fakes/review-queue.ts'
import { checkResult } from '../fixtures/check-result.ts'
import { testApp } from '../fixtures/github-app.ts'
import { useFreshGitHub } from '../simulators/github/fresh-github.ts'
import {
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedInstallation,
  type SimulatedPullRequest,
  type SimulatedRepository,
} from '../simulators/github/index.ts'
import { clientOfInstallation, installTestApp } from '../simulators/github/test-app.ts'
import { givenReporter } from './given-reporter.ts'

const minute = 60_000
const hour = 60 * minute
const patient = { interval: 5, timeout: 10_000 }

let begun: { readonly stop: AbortController; readonly ended: Promise<void> }[] = []
async function endAll(): Promise<void> {
  for (const { stop } of begun) stop.abort()
  await Promise.all(begun.map(({ ended }) => ended))
  begun = []
}
afterEach(endAll)

/** A server that looks for lost reviews, at once and then so often. */
function startRecovery(github: { readonly url: string }, everyMs = hour) {
  const queue = new FakeReviewQueue()
  const { reporter, checks } = givenReporter()
  const log: { readonly level: string; readonly message: string }[] = []
  const logger = jsonLogger(
    (line) => log.push(JSON.parse(line)),
    () => new Date(0),
    true,
  )
  const recovery = new Recovery({ app: testApp(github), queue, checks: reporter, logger, everyMs })
  const messages = (level: string) => log.filter((line) => line.level === level).map((line) => line.message)
  const looks = () => messages('debug').filter((message) => message.startsWith('looked')).length
  const stop = new AbortController()
  return {
    ...{ queue, reporter, checks, recovery, messages, stop },
    begin: () => {
      const ended = recovery.run(stop.signal)
      begun.push({ stop, ended })
      return ended
    },
    /** Until it has looked so often in all. */
    looked: (times: number) => expect.poll(looks, patient).toBeGreaterThanOrEqual(times),
    /** Pull requests that were queued, in order. */
    queued: () => queue.added.map(({ request }) => request.pullRequest.number),
  }
}

describe('on the record of GitHub', () => {
  let github: SimulatedGitHub
  let repository: SimulatedRepository
  let installation: SimulatedInstallation
  let pull: SimulatedPullRequest
  useFreshGitHub(async (fresh) => {
    github = fresh
    repository = await github.createRepository()
    installation = installTestApp(github, ['octo/demo'])
    pull = await openPullRequest('1\n', hour / 2)
  })

  async function openPullRequest(text: string, agoMs = 0): Promise<SimulatedPullRequest> {
    const opened = await repository.openPullRequest({ files: { a: text } })
    const at = new Date(Date.now() - agoMs)
    installation.recordDelivery({ event: 'pull_request', payload: opened.event('opened'), at })
    return opened
  }

  const jobFor = ({ number, headSha }: SimulatedPullRequest): ReviewJob => ({
    request: {
      pullRequest: { owner: 'octo', repo: 'demo', number },
      ...{ headSha, trigger: 'pull_request', full: false, asOf: null, before: null },
    },
    ...{ installationId: installation.installationId, deliveryId: 'recovery', again: false },
  })
  const headOf = (one: SimulatedPullRequest) => {
    const { request, installationId } = jobFor(one)
    return { pullRequest: request.pullRequest, headSha: one.headSha, installationId }
  }
  const requestsTo = (path: RegExp) => github.requests.filter((request) => path.test(request.path)).length
  const limited = limitAnswers.primary({ resetsAt: new Date(Date.now() + hour) })

  describe('a head', () => {
    it('that nobody reviewed is queued, each once', async () => {
      const other = await openPullRequest('2\n')
      const { queue, begin, looked, messages, recovery } = startRecovery(github)
      begin()
      await looked(1)
      expect(queue.added).toEqual(expect.arrayContaining([jobFor(pull), jobFor(other)]))
      expect(messages('info')).toEqual(['found 2 pull requests on GitHub that were not reviewed yet'])
      recovery.lookAtAllOf(installation.installationId)
      await looked(2)
      expect(queue.added).toHaveLength(2)
    })

    it('that the queue knows is not even asked about', async () => {
      const { queue, begin, looked } = startRecovery(github)
      await queue.add({ ...jobFor(pull), deliveryId: 'd-1' })
      begin()
      await looked(1)
      expect(queue.added).toHaveLength(1)
      expect(requestsTo(/graphql|reviews/)).toBe(0)
    })

    it('is done when its check run says so, and not when that ended otherwise', async () => {
      const other = await openPullRequest('2\n')
      const { reporter, begin, looked, queued } = startRecovery(github)
      await reporter.ended(headOf(pull), checkResult())
      await reporter.ended(headOf(other), checkResult({ conclusion: 'neutral', complete: false }))
      begin()
      await looked(1)
      expect(queued()).toEqual([other.number])
      expect(requestsTo(/graphql|reviews/)).toBe(0)
    })

    it('is done when our review says so, where there are no check runs', async () => {
      await openPullRequest('2\n')
      const body = writeReviewMarker({
        ...{ version: 1, runId: 'r', time: 't', headSha: pull.headSha, reviewedHunks: [] },
        ...{ complete: true, findings: [] },
      })
      const client = await clientOfInstallation(github, installation)
      await client.post(`/repos/octo/demo/pulls/${pull.number}/reviews`, { event: 'COMMENT', body })
      const { checks, begin, looked, queued } = startRecovery(github)
      checks.permitted = false
      begin()
      await looked(1)
      expect(queued()).toEqual([2])
    })

    it.each([
      ['that failed too often', 10, checkResult({ conclusion: 'neutral', complete: false }), 'neutral'],
      ['whose process went away far too often', 50, null, 'failure'],
    ])('%s is left alone, and that is told once', async (_, tries, result, conclusion) => {
      const { reporter, checks, begin, looked, queued, messages, recovery } = startRecovery(github)
      for (let attempt = 1; attempt <= tries; attempt++) await reporter.running(headOf(pull), attempt)
      if (result !== null) await reporter.ended(headOf(pull), result)
      begin()
      await looked(1)
      recovery.lookAtAllOf(installation.installationId)
      await looked(2)
      expect(queued()).toEqual([])
      expect(checks.runs.map(({ history }) => history.at(-1))).toEqual([conclusion])
      expect(messages('warning')).toEqual([
        `octo/demo#1@${pull.headSha} was tried too often without an end; it is left alone`,
      ])
    })

    it('whose process went away some times is tried again', async () => {
      const { reporter, begin, looked, queued } = startRecovery(github)
      for (let attempt = 1; attempt <= 49; attempt++) await reporter.running(headOf(pull), attempt)
      begin()
      await looked(1)
      expect(queued()).toEqual([1])
    })

    it('that failed for good is tried again where something has changed', async () => {
      const { queue, begin, looked, queued, recovery } = startRecovery(github)
      await queue.add({ ...jobFor(pull), deliveryId: 'd-1' })
      queue.start(async () => ({ kind: 'failed', reason: 'not permitted' }), { atOnce: 1, attemptMs: minute })
      await expect.poll(() => queue.state(), patient).toMatchObject({ failed: 1 })
      begin()
      await looked(1)
      expect(queued()).toEqual([1])
      recovery.lookAtAllOf(installation.installationId)
      await looked(2)
      expect(queued()).toEqual([1, 1])
    })

    it('that is lost again and again is found three times, which is told once, and newer ones still are', async () => {
      const { queue, begin, looked, queued, messages, recovery } = startRecovery(github)
      begin()
      for (const look of [1, 2, 3, 4, 5]) {
        await looked(look)
        await queue.forget(installation.installationId)
        recovery.lookAtAllOf(installation.installationId)
      }
      await looked(6)
      expect(queued()).toEqual([1, 1, 1])
      expect(messages('warning')).toEqual([expect.stringMatching(/^octo\/demo#1@.*it is left alone$/)])
      await pull.push({ a: '3\n' })
      recovery.lookAtAllOf(installation.installationId)
      await looked(7)
      expect(queue.added.at(-1)).toEqual(jobFor(pull))
    })

    it('that the queue does not take now is found as often as it takes', async () => {
      const { queue, begin, looked, queued, messages } = startRecovery(github, 1)
      queue.answer = 'full'
      begin()
      await expect.poll(() => messages('warning').length, patient).toBeGreaterThan(3)
      queue.answer = null
      await looked(1)
      expect(queued()).toEqual([1])
      const [warning] = messages('warning')
      expect(warning).toMatch(
        /^lost reviews could not be looked for everywhere, .*: the queue takes nothing now$/,
      )
    })
  })

  describe('the next look', () => {
    it('is only at what came since the last one', async () => {
      const { begin, looked } = startRecovery(github, 1)
      begin()
      await looked(3)
      expect(requestsTo(/deliveries$/)).toBeGreaterThanOrEqual(3)
      expect(requestsTo(/repositories$|pulls$/)).toBe(2)
    })

    it('is at all of it again when the last one broke off', async () => {
      const path = /^\/app\/hook\/deliveries$/
      for (const nth of [1, 2]) github.faults.add({ path, nth, behaviour: limited })
      const { begin, looked, queued, messages } = startRecovery(github, 1)
      begin()
      await looked(1)
      expect(queued()).toEqual([1])
      expect(messages('warning')).toHaveLength(2)
    })

    it('is at all of it again when an installation may not be asked more for a while', async () => {
      github.faults.add({ path: /^\/installation\/repositories$/, behaviour: limited })
      const { begin, looked, queued, messages } = startRecovery(github, 1)
      begin()
      await looked(2)
      expect(queued()).toEqual([1])
      expect(messages('warning')).toEqual([expect.stringMatching(/rate limit/)])
    })

    it('is soon, and at all of it, when something has changed', async () => {
      installation.suspend()
      const { begin, looked, queued, recovery } = startRecovery(github)
      begin()
      await looked(1)
      expect(queued()).toEqual([])
      installation.unsuspend()
      recovery.lookAtAllOf(installation.installationId)
      await looked(2)
      expect(queued()).toEqual([1])
    })

    it('is made by who heard of a change, whoever else has just looked', async () => {
      const { queue, begin, looked, recovery } = startRecovery(github)
      begin()
      await looked(1)
      queue.granted = false
      recovery.lookAtAllOf(installation.installationId)
      await looked(2)
    })

    it('is at all of it also when something has changed while the record was read', async () => {
      const { queue, begin, looked, queued, recovery } = startRecovery(github, 1)
      begin()
      await looked(1)
      await queue.forget(installation.installationId)
      const change = () => recovery.lookAtAllOf(installation.installationId)
      github.faults.add({ path: /^\/app\/hook\/deliveries$/, behaviour: { mutate: change } })
      await expect.poll(queued, patient).toEqual([1, 1])
    })

    it('is at all of it also when something has changed while its installation was looked at', async () => {
      const { queue, begin, looked, queued, recovery } = startRecovery(github)
      const change = async () => {
        await queue.forget(installation.installationId)
        recovery.lookAtAllOf(installation.installationId)
      }
      begin()
      await looked(1)
      github.faults.add({ path: /^\/installation\/repositories$/, behaviour: { mutate: change } })
      recovery.lookAtAllOf(installation.installationId)
      await looked(3)
      expect(queued()).toEqual([1, 1])
    })

    it('is at all of it when the queue has forgotten what it knew', async () => {
      const { queue, begin, looked, queued } = startRecovery(github, 1)
      begin()
      await looked(2)
      expect(queued()).toEqual([1])
      await queue.forget(installation.installationId)
      queue.forgot = true
      await expect.poll(queued, patient).toEqual([1, 1])
    })
  })

  it('an installation that is out of reach keeps nobody else from being looked at', async () => {
    await github.createRepository({ owner: 'ann' })
    const gone = installTestApp(github, ['ann/demo'])
    gone.recordDelivery({ event: 'pull_request', payload: { repository: { id: 5 } } })
    gone.suspend()
    const { begin, looked, queued, messages } = startRecovery(github)
    begin()
    await looked(1)
    expect(queued()).toEqual([1])
    expect(messages('info')[0]).toMatch(/^not looked at: .*suspended/)
    expect(messages('warning')).toEqual([])
  })

  it('what fails at one repository keeps nobody from looking at the others, and is looked at again', async () => {
    const other = await github.createRepository({ name: 'other' })
    installation = installTestApp(github, ['octo/demo', 'octo/other'])
    const second = await other.openPullRequest({ files: { a: '2\n' } })
    for (const payload of [pull.event('opened'), second.event('opened')])
      installation.recordDelivery({ event: 'pull_request', payload })
    github.faults.add({ path: /demo\/pulls$/, times: 2, behaviour: limited })
    const { queue, begin, looked, messages } = startRecovery(github, 1)
    begin()
    await looked(2)
    expect(queue.added.map(({ request }) => request.pullRequest.repo)).toEqual(['other', 'demo'])
    expect(messages('warning')).toEqual([expect.stringMatching(/rate limit/)])
  })

  it('stops in the middle of a look, and says nothing about it', async () => {
    github.faults.add({ path: /pulls$/, behaviour: 'hang' })
    const { begin, stop, messages } = startRecovery(github)
    const ended = begin()
    await expect.poll(() => requestsTo(/pulls$/), patient).toBe(1)
    stop.abort()
    await ended
    expect(messages('warning')).toEqual([])
  })
})

describe('without GitHub', () => {
  beforeEach(() => {
    vi.useFakeTimers({ fakeNodeBuiltins: true })
  })
  afterEach(async () => {
    await endAll()
    vi.useRealTimers()
  })

  const nowhere = { url: 'http://127.0.0.1:9' }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('one of those who share a queue looks, and the others ask again at their own time', async () => {
    const { queue, begin, messages } = startRecovery(nowhere, 5 * minute)
    queue.granted = false
    begin()
    await pass(5 * minute - 1)
    expect(queue.claims).toEqual(['recovery'])
    await pass(1)
    expect(queue.claims).toEqual(['recovery', 'recovery'])
    expect([...messages('warning'), ...messages('debug')]).toEqual([])
  })

  it('nobody looks while the queue cannot be reached, and soon after it can be', async () => {
    const { queue, begin } = startRecovery(nowhere, 5 * minute)
    queue.reachable = false
    queue.granted = false
    begin()
    await pass(minute)
    expect(queue.claims).toEqual([])
    queue.reachable = true
    await pass(20_000)
    expect(queue.claims).toEqual(['recovery'])
  })
})
