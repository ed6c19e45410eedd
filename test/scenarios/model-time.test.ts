import { describe, expect, test } from 'vitest'
import { faults, plantedReviewer } from '../simulators/model/index.ts'
import { coverages, expectIncomplete, expectReviewed, inTurn, onePartEach, parts } from './model-setup.ts'
import { small, startScene } from './setup.ts'

const content = { summary: 'Prices are written in full.', findings: small.findings }

describe('a server that hangs', () => {
  test('once is tried again in time', async () => {
    await using scene = await startScene({ model: { answer: inTurn({ fault: faults.hang() }, { content }) } })
    expectReviewed(scene, await scene.run({ inputs: { timeout: '4' } }), 1)
    expect(scene.model.requests).toMatchObject([{ aborted: true }, { status: 200 }])
  })

  test.each([
    ['at once', faults.hang()],
    ['in the middle of its answer', faults.drip(content, 60_000)],
  ])('%s, always, ends in time and is told', async (_, fault) => {
    await using scene = await startScene({ model: { answer: () => ({ fault }) } })
    const result = await scene.run({ inputs: { timeout: '4' } })
    expectIncomplete(scene, result, /did not answer in time.*`timeout`/)
    expect(result.durationMs).toBeLessThan(5_000)
    expect(coverages(result)).toEqual(['deadline'])
    expect(scene.model.requests).toHaveLength(2)
  })
})

test('a limit that lasts longer than the review is not run against', async () => {
  const { findings, ...files } = parts(3)
  const model = { answer: () => ({ fault: faults.rateLimited(120) }) }
  await using scene = await startScene({ ...files, model })
  const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1', timeout: '10' } })
  expectIncomplete(scene, result, /limits the rate.*the next try would be in 1\d\d s.*`timeout`/)
  expect(scene.model.requests).toHaveLength(1)
  expect(result.durationMs).toBeLessThan(10_000)
  expect(coverages(result)).toEqual(Array(findings.length).fill('deadline'))
})

test('a model too slow for all of it: what is there is posted, the rest is named, in time', async () => {
  const { findings, ...files } = parts(6)
  const model = { answer: plantedReviewer(findings), latencyMs: 700 }
  await using scene = await startScene({ ...files, model })
  const result = await scene.run({ inputs: { ...onePartEach, concurrency: '2', timeout: '3' } })
  expectIncomplete(scene, result, /^\d of 6 hunks were not reviewed: .*the time set by `timeout`/)
  expect(result.durationMs).toBeLessThan(4_000)
  const covered = coverages(result)
  expect(covered[0]).toBe('reviewed')
  expect(covered[5]).toBe('deadline')
  expect(new Set(covered)).toEqual(new Set(['reviewed', 'deadline']))
  const reviewed = covered.filter((coverage) => coverage === 'reviewed').length
  expect(scene.pull.reviews()[0]?.comments).toHaveLength(reviewed)
})
