import { describe, expect, it } from 'vitest'
import { annotationsOn, checkResult } from '../fixtures/check-result.ts'
import { givenReporter, headOf, job, settled } from './given-reporter.ts'

const done = checkResult()

describe('the progress of a job', () => {
  it('is shown from queued to its end', async () => {
    const { reporter, checks, warnings, histories } = givenReporter()
    reporter.queued(job(7))
    await reporter.drained(1_000)
    await reporter.running(job(7), 1)
    await reporter.delayed(job(7), 'the model @octo/all was busy')
    expect(checks.runs).toMatchObject([{ summary: 'the model @\u200Bocto/all was busy' }])
    await reporter.running(job(7), 2)
    await reporter.ended(job(7), done)
    expect(histories()).toEqual(['queued in_progress queued in_progress success'])
    expect(await reporter.recall(headOf(job(7)), AbortSignal.any([]))).toEqual({
      complete: true,
      open: false,
      tries: 2,
    })
    expect(warnings).toEqual([])
  })

  it('is shown at a head that the job did not name', async () => {
    const { reporter, histories } = givenReporter()
    await reporter.ended(headOf(job(7, { head: null })), done)
    expect(histories()).toEqual(['queued success'])
  })

  it('has nothing to show without a head', async () => {
    const { reporter, arrived } = givenReporter()
    reporter.queued(job(7, { head: null }))
    await reporter.running(job(7, { head: null }), 1)
    await reporter.ended(job(7, { head: null }), done)
    expect(arrived).toEqual([])
  })

  it('has a time limit for each call, longer where there are many annotations', async () => {
    const { reporter, limits, deadlines } = givenReporter()
    const before = Date.now()
    await reporter.running(job(7), 1)
    await reporter.ended(job(7), checkResult({ annotations: annotationsOn(120) }))
    expect(limits.map(({ ms }) => ms)).toEqual([10_000, 34_000])
    const [first = 0] = deadlines
    expect(first - before).toBeGreaterThanOrEqual(10_000)
    expect(first - Date.now()).toBeLessThanOrEqual(10_000)
  })
})

describe('the news of a job', () => {
  it('returns at once, and is told one after another', async () => {
    const { reporter, arrived, silence } = givenReporter()
    const speak = silence()
    for (const number of [1, 2, 3, 4, 5, 6]) reporter.queued(job(number))
    await settled()
    expect(arrived).toHaveLength(1)
    speak()
    await expect.poll(() => arrived).toEqual([1, 2, 3, 4, 5, 6].map((number) => `${number} queued`))
  })

  it('is dropped once the job has begun or ended', async () => {
    const { reporter, arrived, silence } = givenReporter()
    const speak = silence()
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) reporter.queued(job(number))
    const skipped = checkResult({ conclusion: 'skipped' })
    reporter.running(job(5), 1)
    reporter.ended(job(6), skipped)
    reporter.ended(headOf(job(7)), skipped)
    speak()
    const news = () => arrived.filter((one) => one.endsWith('queued'))
    await expect.poll(news).toEqual([1, 2, 3, 4, 8].map((number) => `${number} queued`))
  })

  it('that comes after the job has begun or ended is none', async () => {
    const { reporter, arrived, silence } = givenReporter()
    const speak = silence()
    const shown = reporter.running(job(1), 1)
    reporter.queued(job(1))
    speak()
    await shown
    await reporter.ended(job(1), done)
    reporter.queued(job(1))
    await settled()
    expect(arrived).toEqual(['1 running', '1 ended'])
  })

  it('never overtakes: what follows waits for it', async () => {
    const { reporter, arrived, silence, histories } = givenReporter()
    const speak = silence()
    reporter.queued(job(1))
    await settled()
    reporter.running(job(1), 1)
    const ended = reporter.ended(job(1), done)
    await settled()
    expect(arrived).toEqual(['1 queued'])
    speak()
    await ended
    expect(arrived).toEqual(['1 queued', '1 running', '1 ended'])
    expect(histories()).toEqual(['queued in_progress success'])
  })

  it('is of no use any more when it could not be told for long', async () => {
    const { reporter, warnings, arrived, limits, silence } = givenReporter()
    const speak = silence()
    for (const number of [1, 2, 3, 4, 5]) reporter.queued(job(number))
    // the fifth waits; its time is the one limit that was set with it
    limits[4]?.over.abort()
    speak()
    await settled()
    expect(arrived).not.toContain('5 queued')
    expect(warnings).toEqual([])
  })

  it('is kept of so many jobs only', async () => {
    const { reporter, arrived, silence } = givenReporter()
    const speak = silence()
    for (let number = 1; number <= 2_000; number++) reporter.queued(job(number))
    speak()
    await expect.poll(() => arrived.length).toBe(101)
    reporter.queued(job(3_000))
    await expect.poll(() => arrived.at(-1)).toBe('3000 queued')
    expect(arrived).toHaveLength(102)
  })

  it('of a job that is asked for again is told again', async () => {
    const { reporter, histories } = givenReporter()
    await reporter.running(job(1), 1)
    await reporter.ended(job(1), done)
    reporter.queued({ ...job(1), deliveryId: 'another', again: true })
    await settled()
    expect(histories()).toEqual(['in_progress success', 'queued'])
  })
})
