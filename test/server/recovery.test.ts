import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useFreshGitHub } from '../simulators/github/fresh-github.ts'
import {
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedInstallation,
  type SimulatedPullRequest,
  type SimulatedRepository,
} from '../simulators/github/index.ts'
import { installTestApp } from '../simulators/github/test-app.ts'
import { endAll, patient, startRecovery } from './given-recovery.ts'

const minute = 60_000
const hour = 60 * minute

afterEach(endAll)

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

  const requestsTo = (path: RegExp) => github.requests.filter((request) => path.test(request.path)).length
  const limited = limitAnswers.primary({ resetsAt: new Date(Date.now() + hour) })

  it('what nobody reviewed is queued, each once', async () => {
    const other = await openPullRequest('2\n')
    const { queued, begin, looked, messages, recovery } = startRecovery(github)
    begin()
    await looked(1)
    expect(queued().toSorted()).toEqual([pull.number, other.number])
    expect(messages('info')).toEqual(['found 2 pull requests on GitHub that were not reviewed yet'])
    recovery.lookAtAllOf(installation.installationId)
    await looked(2)
    expect(queued()).toHaveLength(2)
  })

  describe('the next look', () => {
    it('is only at what came since the last one', async () => {
      const { begin, looked } = startRecovery(github, 10)
      begin()
      await looked(3)
      expect(requestsTo(/deliveries$/)).toBeGreaterThanOrEqual(3)
      expect(requestsTo(/repositories$|pulls$/)).toBe(2)
    })

    it('is at what is left when the queue took nothing', async () => {
      const { queue, begin, looked, queued, messages } = startRecovery(github, 10)
      queue.answer = 'full'
      begin()
      await expect.poll(() => messages('warning').length, patient).toBeGreaterThan(2)
      queue.answer = null
      await looked(1)
      expect(queued()).toEqual([1])
      const [warning] = messages('warning')
      expect(warning).toMatch(/^lost reviews could not be looked for .*: the queue takes nothing now$/)
    })

    it('is at all of it again when the last one broke off', async () => {
      const path = /^\/app\/hook\/deliveries$/
      for (const nth of [1, 2]) github.faults.add({ path, nth, behaviour: limited })
      const { begin, looked, queued, messages } = startRecovery(github, 10)
      begin()
      await looked(1)
      expect(queued()).toEqual([1])
      expect(messages('warning')).toHaveLength(2)
    })

    it('is at all of it again when an installation may not be asked more for a while', async () => {
      github.faults.add({ path: /^\/installation\/repositories$/, behaviour: limited })
      const { begin, looked, queued, messages } = startRecovery(github, 10)
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

    it('is at what had failed for good also when the first one after a change broke off', async () => {
      await openPullRequest('2\n')
      const { queue, begin, looked, queued, recovery } = startRecovery(github, 10)
      queue.start(async () => ({ kind: 'failed', reason: 'suspended' }), { atOnce: 1, attemptMs: minute })
      begin()
      await looked(2)
      expect(queued().toSorted()).toEqual([1, 2])
      github.faults.add({ path: /pulls$/, behaviour: limited })
      recovery.lookAtAllOf(installation.installationId)
      await expect.poll(() => queued().toSorted(), patient).toEqual([1, 1, 2, 2])
    })

    it('is at all of it also when something has changed while the record was read', async () => {
      const { queue, begin, looked, queued, recovery } = startRecovery(github, 10)
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
      const { queue, begin, looked, queued } = startRecovery(github, 10)
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
    const { queue, begin, looked, messages } = startRecovery(github, 10)
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
