import { describe, expect, it } from 'vitest'
import { checkResult } from '../fixtures/check-result.ts'
import { givenReporter, headOf, job, settled } from './given-reporter.ts'

const done = checkResult()

describe('what goes wrong', () => {
  it('is one warning, and what follows is shown', async () => {
    const { reporter, warnings, answer, histories } = givenReporter()
    answer((progress) => {
      if (progress?.kind === 'running') throw new Error('GitHub\nwas down')
    })
    await reporter.running(job(7), 1)
    await reporter.ended(job(7), done)
    expect(warnings).toMatchObject([
      {
        level: 'warning',
        message: 'the check run does not say that its review is under way: GitHub was down',
        ...{ installation: 1, pullRequest: 'octo/shop#7' },
      },
    ])
    expect(histories()).toEqual(['queued success'])
  })

  it('that GitHub is silent is one as well', async () => {
    const { reporter, warnings, limits, silence } = givenReporter()
    const speak = silence()
    const shown = reporter.running(job(7), 1)
    await settled()
    limits[0]?.over.abort()
    speak()
    await shown
    expect(warnings.map(({ message }) => message)).toEqual([
      'the check run does not say that its review is under way: it took GitHub too long',
    ])
  })

  it('leaves nothing known of a head', async () => {
    const { reporter, warnings, answer } = givenReporter()
    answer(() => {
      throw new Error('GitHub was down')
    })
    expect(await reporter.recall(headOf(job(7)), AbortSignal.any([]))).toBeNull()
    expect(warnings.map(({ message }) => message)).toEqual([
      'the check run could not be read: GitHub was down',
    ])
  })
})

describe('a missing permission', () => {
  it('is told once for each installation, which is then left alone', async () => {
    const { reporter, checks, warnings, arrived } = givenReporter()
    checks.permitted = false
    const mine = [1, 2, 3].map((number) => reporter.running(job(number), 1))
    await Promise.all([...mine, reporter.running(job(4, { installationId: 2 }), 1)])
    expect(warnings).toMatchObject([{ installation: 1 }, { installation: 2 }])
    expect(warnings[0]?.message).toContain('give the App the permission checks: write')
    const tries = arrived.length
    reporter.queued(job(5))
    await reporter.ended(job(1), done)
    expect(await reporter.recall(headOf(job(7)), AbortSignal.any([]))).toBeNull()
    await settled()
    expect(arrived).toHaveLength(tries)
    expect(warnings).toHaveLength(2)
  })

  it('is looked at again once permissions have changed', async () => {
    const { reporter, checks, histories } = givenReporter()
    checks.permitted = false
    await reporter.running(job(1), 1)
    checks.permitted = true
    reporter.permissionsChanged(1)
    await reporter.running(job(1), 2)
    expect(histories()).toEqual(['in_progress'])
  })
})

describe('the end of the server', () => {
  it('waits for what is under way, and tells no news any more', async () => {
    const { reporter, arrived, silence } = givenReporter()
    const speak = silence()
    for (const number of [1, 2, 3, 4, 5]) reporter.queued(job(number))
    reporter.ended(job(1), done)
    const drained = reporter.drained(60_000)
    speak()
    await drained
    expect(arrived.slice(-1)).toEqual(['1 ended'])
    expect(arrived).not.toContain('5 queued')
  })

  it('does not wait longer than it may', async () => {
    const { reporter, checks, silence } = givenReporter()
    silence()
    reporter.running(job(1), 1)
    await reporter.drained(1)
    expect(checks.runs).toEqual([])
  })
})
