import { describe, expect, test } from 'vitest'
import { plantedReviewer } from '../simulators/model/index.ts'
import { answerSchema } from '../../src/prompt/answer.ts'
import {
  coverages,
  expectReviewed,
  onePartEach,
  parts,
  partsIn,
  reportOf,
  reviewRequests,
} from './model-setup.ts'
import { small, startScene } from './setup.ts'

test.concurrent('a small pull request takes one request, for strict JSON, with the contract in the prompt as well', async () => {
  await using scene = await startScene()
  expectReviewed(scene, await scene.run({ inputs: { 'api-key': 'sk-secret', language: 'de' } }), 1)

  const [request, ...others] = scene.model.requests
  expect(others).toEqual([])
  expect(scene.model.strays).toEqual([])
  expect(request?.headers.authorization).toBe('Bearer sk-secret')
  expect(request?.body).toMatchObject({
    model: 'gpt-5.4-mini',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'patchpilot_review', strict: true, schema: answerSchema },
    },
  })
  expect(request?.body).not.toHaveProperty('temperature')
  expect(request?.body).not.toHaveProperty('seed')
  for (const word of ['JSON', ...Object.keys(answerSchema.properties.findings.items.properties)])
    expect(request?.prompt).toContain(word)
  expect(request?.prompt).toContain('language "de"')
})

test.concurrent('a server without keys is sent none', async () => {
  await using scene = await startScene()
  expectReviewed(scene, await scene.run(), 1)
  expect(scene.model.requests[0]?.headers).not.toHaveProperty('authorization')
})

describe.concurrent('many files', () => {
  test('are packed into requests of at most `request-tokens`, which together show every line once', async () => {
    const { before, after, findings } = parts(12)
    await using scene = await startScene({ before, after, findings })
    const result = await scene.run({ inputs: { 'request-tokens': '4000', 'max-comments': '20' } })
    expectReviewed(scene, result, 12)

    const requests = reviewRequests(scene)
    expect(requests.length).toBeGreaterThan(1)
    expect(requests.length).toBeLessThan(12)
    for (const { body } of requests) expect(JSON.stringify(body).length / 3.4).toBeLessThan(4000)
    expect(requests.flatMap(({ prompt }) => partsIn(prompt)).toSorted()).toEqual(
      Object.keys(after).toSorted(),
    )
    const sent = requests.map(({ prompt }) => prompt).join('\n')
    for (const line of Object.values(after).join('').trim().split('\n')) {
      expect(sent.split(`+${line}\n`)).toHaveLength(2)
    }
  })

  test('never cost more requests in flight than `concurrency`, and not fewer', async () => {
    const { findings, ...files } = parts(8)
    await using scene = await startScene({
      ...files,
      model: { answer: plantedReviewer(findings), latencyMs: 400 },
    })
    const result = await scene.run({
      inputs: { ...onePartEach, concurrency: '3', 'max-comments': '8' },
    })
    expectReviewed(scene, result, 8)
    expect(reviewRequests(scene)).toHaveLength(8)
    expect(scene.model.peakInFlight).toBe(3)
  })

  test('cost as many tokens as the server counted, and the report says which request saw which hunk', async () => {
    let promptTokens = 0
    let completionTokens = 0
    const { findings, ...files } = parts(3)
    const reply = plantedReviewer(findings)
    await using scene = await startScene({
      ...files,
      model: {
        answer: (request) => {
          const usage = { prompt_tokens: 1000 + request.index, completion_tokens: 7 }
          promptTokens += usage.prompt_tokens
          completionTokens += usage.completion_tokens
          return { ...reply(request), usage }
        },
      },
    })
    const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1' } })
    expectReviewed(scene, result, 3)
    const report = reportOf(result)
    expect(report.usage).toEqual({ requests: 4, promptTokens, completionTokens })
    expect(result.outputs).toMatchObject({
      'prompt-tokens': String(promptTokens),
      'completion-tokens': String(completionTokens),
    })
    expect(report.files.flatMap(({ hunks }) => hunks.map(({ request }) => request))).toEqual([1, 2, 3])
    expect(scene.pull.reviews()[0]?.body).toContain('4,006 prompt and 28 completion tokens in 4 requests')
  })
})

test.concurrent('a hunk larger than one request is split between lines, and a finding in either part finds its line', async () => {
  const lines = Array.from(
    { length: 120 },
    (_, index) => `export const limit${index} = compute(${index}, 'of the large file')`,
  )
  const first = { ...small.findings[0], path: 'src/large.ts', quote: lines[3] ?? '', title: 'Near the start' }
  const last = { ...first, quote: lines[117] ?? '', title: 'Near the end' }
  await using scene = await startScene({
    after: { 'src/large.ts': `${lines.join('\n')}\n` },
    findings: [first, last],
  })
  const result = await scene.run({ inputs: onePartEach })
  expectReviewed(scene, result, 2)
  expect(scene.model.requests.length).toBeGreaterThan(2)
  expect(coverages(result)).toEqual(['reviewed'])
  expect(scene.pull.reviews()[0]?.comments.map(({ line }) => line)).toEqual([4, 118])
})
