import { describe, expect, test } from 'vitest'
import { faults, type ModelRequest, plantedReviewer } from '../simulators/model/index.ts'
import { coverages, expectIncomplete, expectReviewed, inTurn, onePartEach, parts } from './model-setup.ts'
import { small, startScene } from './setup.ts'

const content = { summary: 'Prices are written in full.', findings: small.findings }

/** Whoever waited for any of these servers would wait for longer than this. */
const inTimeMs = 25_000

describe.concurrent('a server that hangs', () => {
  test('once is tried again in time', async () => {
    await using scene = await startScene({ model: { answer: inTurn({ fault: faults.hang() }, { content }) } })
    expectReviewed(scene, await scene.run({ inputs: { timeout: '14' } }), 1)
    expect(scene.model.requests).toMatchObject([{ aborted: true }, { status: 200 }])
  })

  test.each([
    ['at once', faults.hang()],
    ['in the middle of its answer', faults.drip(content, 60_000)],
  ])('%s, always, ends in time and is told', async (_, fault) => {
    await using scene = await startScene({ model: { answer: () => ({ fault }) } })
    const result = await scene.run({ inputs: { timeout: '10' } })
    expectIncomplete(scene, result, /did not answer in time.*`timeout`/)
    expect(result.durationMs).toBeLessThan(inTimeMs)
    expect(coverages(result)).toEqual(['deadline'])
    expect(scene.model.requests).toHaveLength(2)
  })
})

test.concurrent('a limit that lasts longer than the review is not run against', async () => {
  const { findings, ...files } = parts(3)
  const model = { answer: () => ({ fault: faults.rateLimited(120) }) }
  await using scene = await startScene({ ...files, model })
  const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1', timeout: '60' } })
  expectIncomplete(scene, result, /limits the rate.*the next try would be in 1\d\d s.*`timeout`/)
  expect(scene.model.requests).toHaveLength(1)
  expect(result.durationMs).toBeLessThan(inTimeMs)
  expect(coverages(result)).toEqual(Array(findings.length).fill('deadline'))
})

test.concurrent('a model too slow for all of it: what is there is posted, the rest is named, in time', async () => {
  const { findings, ...files } = parts(6)
  const reply = plantedReviewer(findings)
  const answer = (request: ModelRequest) => ({
    ...reply(request),
    latencyMs: request.index < 2 ? 100 : 60_000,
  })
  await using scene = await startScene({ ...files, model: { answer } })
  const result = await scene.run({ inputs: { ...onePartEach, concurrency: '2', timeout: '8' } })
  expectIncomplete(scene, result, /^4 of 6 hunks were not reviewed: .*the time set by `timeout`/)
  expect(result.durationMs).toBeLessThan(inTimeMs)
  const covered = coverages(result)
  expect(covered[0]).toBe('reviewed')
  expect(covered[5]).toBe('deadline')
  expect(covered.toSorted()).toEqual([...Array(4).fill('deadline'), 'reviewed', 'reviewed'])
  expect(scene.pull.reviews()[0]?.comments).toHaveLength(2)
})
