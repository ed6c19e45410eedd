import { afterEach, describe, expect, it } from 'vitest'
import { CancelledError } from '../../src/errors.ts'
import type { CheckedHead, CheckProgress } from '../../src/ports/review-checks.ts'
import { annotationsOn, checkResult } from '../fixtures/check-result.ts'
import { type GivenChecks, givenFakeChecks, givenGitHubChecks } from './given-checks.ts'

const never = new AbortController().signal
/** After everything that has ended. */
const queued: CheckProgress = { kind: 'queued', since: new Date(Date.now() + 60_000) }
const running: CheckProgress = { kind: 'running', attempt: 1 }
const ended: CheckProgress = { kind: 'ended', ...checkResult() }
const cancelled: CheckProgress = {
  kind: 'ended',
  ...checkResult({ conclusion: 'cancelled', complete: false }),
}

describe.each([
  ['fake', givenFakeChecks],
  ['GitHub', givenGitHubChecks],
])('check runs: %s', (_name, create) => {
  let given: GivenChecks
  afterEach(() => given.end())

  const begin = async () => {
    given = await create()
  }
  const show = async (steps: readonly CheckProgress[], head: CheckedHead = given.head) => {
    for (const progress of steps) expect(await given.checks.show(head, progress, never)).toBe('shown')
  }
  const recall = (head: CheckedHead = given.head) => given.checks.recall(head, never)
  const histories = () => given.shown().map(({ history }) => history)
  const anotherPullRequest = (): CheckedHead => {
    const { pullRequest, headSha } = given.head
    return { pullRequest: { ...pullRequest, number: pullRequest.number + 1 }, headSha }
  }

  it('one check run goes from queued to its conclusion', async () => {
    await begin()
    const findings = checkResult({
      conclusion: 'failure',
      title: 'Two findings',
      annotations: annotationsOn(2),
    })
    await show([queued, running, { kind: 'ended', ...findings }])
    expect(given.shown()).toEqual([
      {
        history: ['queued', 'in_progress', 'failure'],
        ...{ title: 'Two findings', summary: 'All was reviewed.' },
        annotations: ['src/a.ts:1', 'src/a.ts:2'],
      },
    ])
  })

  it('begins wherever nothing was shown before', async () => {
    await begin()
    await show([running, ended])
    await show([ended])
    expect(histories()).toEqual([
      ['in_progress', 'success'],
      ['queued', 'success'],
    ])
  })

  it('shows every annotation once, however many there are', async () => {
    await begin()
    await show([running, { kind: 'ended', ...checkResult({ annotations: annotationsOn(120) }) }])
    const [shown] = given.shown()
    expect(shown?.annotations).toEqual(
      annotationsOn(120).map(({ path, startLine }) => `${path}:${startLine}`),
    )
  })

  it('waits again for another attempt, and says why', async () => {
    await begin()
    await show([running, { kind: 'delayed', note: 'The model was busy.' }])
    expect(given.shown()).toMatchObject([
      { history: ['in_progress', 'queued'], summary: 'The model was busy.' },
    ])
    await show([{ kind: 'running', attempt: 2 }, ended])
    expect(histories()).toEqual([['in_progress', 'queued', 'in_progress', 'success']])
  })

  it('is not put back by the late news that there is a job', async () => {
    await begin()
    await show([running, queued])
    expect(histories()).toEqual([['in_progress']])
  })

  it('is not begun again by the late news of a job that has ended', async () => {
    await begin()
    await show([running, ended, { kind: 'queued', since: new Date(Date.now() - 1_000) }])
    expect(histories()).toEqual([['in_progress', 'success']])
  })

  it('never reopens what has ended', async () => {
    await begin()
    await show([running, ended, queued, running, cancelled])
    expect(histories()).toEqual([
      ['in_progress', 'success'],
      ['queued', 'in_progress', 'cancelled'],
    ])
  })

  it('begins none only to cancel it', async () => {
    await begin()
    await show([cancelled])
    expect(given.shown()).toEqual([])
  })

  it('remembers how often a review has begun, and whether somebody has to come back', async () => {
    await begin()
    expect(await recall()).toBeNull()
    await show([queued])
    expect(await recall()).toEqual({ complete: false, open: true, tries: 0 })
    await show([running, { kind: 'delayed', note: 'Busy.' }, { kind: 'running', attempt: 2 }])
    expect(await recall()).toEqual({ complete: false, open: true, tries: 2 })
    await show([{ kind: 'ended', ...checkResult({ conclusion: 'failure', complete: false }) }])
    expect(await recall()).toEqual({ complete: false, open: false, tries: 2 })
    await show([queued, running, ended])
    expect(await recall()).toEqual({ complete: true, open: false, tries: 3 })
    await show([queued])
    expect(await recall()).toEqual({ complete: false, open: true, tries: 3 })
  })

  it('keeps pull requests of the same head apart', async () => {
    await begin()
    await show([running, ended])
    const other = anotherPullRequest()
    expect(await recall(other)).toBeNull()
    await show([queued], other)
    await show([running], other)
    expect(histories()).toEqual([
      ['in_progress', 'success'],
      ['queued', 'in_progress'],
    ])
    expect(await recall(other)).toEqual({ complete: false, open: true, tries: 1 })
    expect(await recall()).toEqual({ complete: true, open: false, tries: 1 })
  })

  it('tells a missing permission apart', async () => {
    await begin()
    given.forbid()
    expect(await given.checks.show(given.head, queued, never)).toBe('not-permitted')
    expect(await recall()).toBeNull()
    expect(given.shown()).toEqual([])
  })

  it('ends when it is told to', async () => {
    await begin()
    const stopped = AbortSignal.abort()
    await expect(given.checks.show(given.head, queued, stopped)).rejects.toThrow(CancelledError)
    await expect(given.checks.recall(given.head, stopped)).rejects.toThrow(CancelledError)
    expect(given.shown()).toEqual([])
  })
})
