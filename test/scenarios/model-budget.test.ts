import { describe, expect, test } from 'vitest'
import { type ModelRequest, openAiError, plantedReviewer, spoilt } from '../simulators/model/index.ts'
import {
  coverages,
  expectIncomplete,
  expectReviewed,
  onePartEach,
  parts,
  reportOf,
  reviewRequests,
} from './model-setup.ts'
import { small, startScene } from './setup.ts'

const isSummary = ({ schemaName }: ModelRequest) => schemaName === 'patchpilot_summary'

/** Tokens that a request may cost at most, as the server counts. */
function largestCost({ body, prompt }: ModelRequest): number {
  return Buffer.byteLength(prompt) / 3.4 + Number(body.max_completion_tokens)
}

/** What the server counts for an answer of usual length. */
function usageOf(request: ModelRequest) {
  const prompt = Math.ceil(largestCost(request)) - Number(request.body.max_completion_tokens)
  return { prompt_tokens: prompt, completion_tokens: 400 }
}

/** What a request has cost by then, or may still cost while it is in flight. */
function costAt(time: number, request: ModelRequest): number {
  if (request.answeredAt === null || request.answeredAt > time) return largestCost(request)
  const { prompt_tokens, completion_tokens } = usageOf(request)
  return prompt_tokens + completion_tokens
}

describe.concurrent('a budget smaller than the pull request', () => {
  test('pays for what it can, in order; the rest is named, with the input to change', async () => {
    const { findings, ...files } = parts(6)
    await using scene = await startScene({ ...files, model: { answer: plantedReviewer(findings) } })
    const inputs = { ...onePartEach, concurrency: '1', 'max-tokens': '7000', 'max-comments': '6' }
    const result = await scene.run({ inputs })
    expectIncomplete(
      scene,
      result,
      /^\d of 6 hunks were not reviewed: the budget set by `max-tokens` was spent$/,
    )
    const { usage } = reportOf(result)
    expect(usage.promptTokens + usage.completionTokens).toBeLessThanOrEqual(7000)
    expect(usage.promptTokens + usage.completionTokens).toBeGreaterThan(3500)
    const reviewed = coverages(result).filter((coverage) => coverage === 'reviewed').length
    expect(coverages(result)).toEqual([
      ...Array(reviewed).fill('reviewed'),
      ...Array(6 - reviewed).fill('budget'),
    ])
    expect(reviewRequests(scene)).toHaveLength(reviewed)
    expect(scene.pull.reviews()[0]?.comments).toHaveLength(reviewed)
  })

  test('is never overdrawn by what is in flight together', async () => {
    const { findings, ...files } = parts(16)
    const reply = plantedReviewer(findings)
    const answer = (request: ModelRequest) => ({ ...reply(request), usage: usageOf(request), latencyMs: 300 })
    await using scene = await startScene({ ...files, model: { answer } })
    const result = await scene.run({ inputs: { ...onePartEach, 'max-tokens': '20000' } })
    expectIncomplete(scene, result, /`max-tokens`/)
    const { requests, peakInFlight } = scene.model
    expect(peakInFlight).toBeGreaterThan(1)
    for (const { at, index } of requests) {
      const atRisk = requests.slice(0, index + 1).map((one) => costAt(at, one))
      expect(atRisk.reduce((sum, cost) => sum + cost)).toBeLessThanOrEqual(20_000)
    }
    expect(coverages(result).filter((coverage) => coverage === 'reviewed').length).toBeGreaterThanOrEqual(6)
  })

  test('too small for a single request asks nothing', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'max-tokens': '500' } })
    expectIncomplete(scene, result, /`max-tokens` leaves no room/)
    expect(scene.model.requests).toEqual([])
  })

  test('is not spent on a second try that it cannot pay', async () => {
    const answer = () => ({ ...spoilt.whitespace(), usage: { prompt_tokens: 2500, completion_tokens: 0 } })
    await using scene = await startScene({ model: { answer } })
    const result = await scene.run({ inputs: { 'max-tokens': '4000' } })
    expectIncomplete(scene, result, /`max-tokens`/)
    expect(scene.model.requests).toHaveLength(1)
  })
})

test.concurrent('a budget smaller than one request pays for a smaller one', async () => {
  const { findings, ...files } = parts(12)
  await using scene = await startScene({ ...files, model: { answer: plantedReviewer(findings) } })
  const result = await scene.run({ inputs: { 'max-tokens': '5000' } })
  expectIncomplete(scene, result, /`max-tokens`/)
  expect(coverages(result)).toContain('reviewed')
})

describe.concurrent('a server whose count cannot be trusted', () => {
  test.each([
    ['counts nothing', spoilt.withoutUsage],
    ['counts nonsense', spoilt.nonsenseUsage],
    ['counts zero', (content: object) => ({ content, usage: { prompt_tokens: 0, completion_tokens: 0 } })],
  ])('because it %s: our estimate keeps the budget', async (_, spoil) => {
    const { findings, ...files } = parts(6)
    const reply = plantedReviewer(findings)
    const answer = (request: ModelRequest) => spoil({ ...contentOf(reply(request).content) })
    await using scene = await startScene({ ...files, model: { answer } })
    const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1', 'max-tokens': '9000' } })
    expectIncomplete(scene, result, /`max-tokens`/)
    expect(scene.model.requests.length).toBeGreaterThan(1)
    expect(scene.model.requests.length).toBeLessThan(6)
  })

  test('because it counts more than we thought: later requests reserve more', async () => {
    const { findings, ...files } = parts(6)
    const reply = plantedReviewer(findings)
    const answer = (request: ModelRequest) => ({
      ...reply(request),
      usage: { prompt_tokens: isSummary(request) ? 500 : 3000, completion_tokens: 100 },
    })
    await using scene = await startScene({ ...files, model: { answer } })
    const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1', 'max-tokens': '11000' } })
    expectIncomplete(scene, result, /`max-tokens`/)
    expect(reviewRequests(scene)).toHaveLength(3)
    const { usage } = reportOf(result)
    expect(usage.promptTokens + usage.completionTokens).toBeLessThanOrEqual(11_000)
  })
})

test.concurrent('requests that a server refuses cost nothing', async () => {
  const profiles = [() => openAiError(404, 'no such model', { code: 'model_not_found' })]
  await using other = await startScene({ model: { profiles } })
  const refused = await other.run({ inputs: { 'fallback-models': 'a, b, c', 'max-tokens': '3000' } })
  expectIncomplete(other, refused, /does not know "c"/)
  expect(other.model.requests).toHaveLength(4)
  await using scene = await startScene({ findings: small.findings })
  expectReviewed(scene, await scene.run({ inputs: { 'max-tokens': '3000' } }), 1)
})

function contentOf(content: unknown): object {
  return typeof content === 'object' && content !== null ? content : {}
}
