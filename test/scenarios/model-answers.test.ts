import { describe, expect, test } from 'vitest'
import { type Answer, faults, manyFindings, spoilt } from '../simulators/model/index.ts'
import {
  coverages,
  expectIncomplete,
  expectReviewed,
  inTurn,
  onePartEach,
  parts,
  reportOf,
  reviewRequests,
} from './model-setup.ts'
import { small, startScene } from './setup.ts'

const answer = { summary: 'Prices are written in full.', findings: small.findings }
const compact = JSON.stringify(answer)

const unusable: readonly [string, Answer][] = [
  ['whitespace', spoilt.whitespace()],
  ['no content', spoilt.nullContent()],
  ['prose without JSON', { content: 'I found nothing worth mentioning.' }],
  ['a list', spoilt.notAnObject()],
  ['findings that are no list', spoilt.wrongTypes()],
  ['JSON that was cut', spoilt.cutByLength(answer)],
  ['nothing but hidden reasoning', spoilt.emptyByLength()],
]

describe.concurrent('an answer is understood', () => {
  test.each<[string, Answer]>([
    ['in a code fence', spoilt.fenced(answer)],
    ['after thoughts with a draft in them', spoilt.thinking(answer)],
    [
      'after thoughts whose opening tag was lost',
      { content: `maybe {"findings": []}?\n</think>\n${compact}` },
    ],
    ['after a byte order mark', { content: `\uFEFF${compact}` }],
    ['inside prose', spoilt.inProse(answer)],
    ['after much code in braces', { content: `${'if (a) { b() }\n'.repeat(300)}${compact}` }],
    ['inside one object more', { content: { review: answer } }],
    ['inside a list', { content: [answer] }],
    ['when it ended for length but is complete', { content: answer, finishReason: 'length' }],
    ['after blank lines that keep the connection alive', { fault: faults.blankLines(answer) }],
    [
      'sent as text/plain',
      {
        fault: faults.reply({
          status: 200,
          headers: { 'content-type': 'text/plain' },
          body: JSON.stringify({ choices: [{ message: { content: compact } }] }),
        }),
      },
    ],
    [
      'sent as a list of parts',
      {
        fault: faults.reply({
          status: 200,
          body: { choices: [{ message: { content: [{ type: 'text', text: compact }] } }] },
        }),
      },
    ],
  ])('%s', async (_, reply) => {
    await using scene = await startScene({ model: { answer: () => reply } })
    expectReviewed(scene, await scene.run(), 1)
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: 'src/price.ts', line: 3 }] }])
  })
})

describe.concurrent('an answer that cannot be used', () => {
  test.each(unusable)('%s: is asked for once more', async (_, reply) => {
    await using scene = await startScene({ model: { answer: inTurn(reply, { content: answer }) } })
    expectReviewed(scene, await scene.run(), 1)
    const [first, second, ...others] = scene.model.requests
    expect(others).toEqual([])
    expect(second?.prompt).toContain(first?.prompt)
    expect(second?.prompt).toMatch(/could not be used/)
  })

  test('twice, is left to the next model', async () => {
    const reply = spoilt.cutByLength(answer)
    const model = { models: ['gpt-5.4-mini', 'second'], answer: inTurn(reply, reply, { content: answer }) }
    await using scene = await startScene({ model })
    const result = await scene.run({ inputs: { 'fallback-models': 'second' } })
    expectReviewed(scene, result, 1)
    expect(scene.model.requests.map(({ body }) => body.model)).toEqual([
      'gpt-5.4-mini',
      'gpt-5.4-mini',
      'second',
    ])
    expect(reportOf(result).model).toBe('second')
  })

  test.each(unusable)('%s: always, leaves these hunks unreviewed', async (_, reply) => {
    await using scene = await startScene({ model: { answer: () => reply } })
    const result = await scene.run()
    expectIncomplete(
      scene,
      result,
      /1 of 1 hunks were not reviewed: gpt-5.4-mini gave no usable answer twice/,
    )
    expect(scene.model.requests).toHaveLength(2)
    expect(coverages(result)).toEqual(['failed'])
  })

  test('is shown to the model that gave it', async () => {
    const wrong = '{"comments": "the prices lose their cents"}'
    await using scene = await startScene({
      model: { answer: inTurn({ content: wrong }, { content: answer }) },
    })
    expectReviewed(scene, await scene.run(), 1)
    expect(scene.model.requests[1]?.body.messages).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', content: wrong },
      { role: 'user' },
    ])
  })
})

describe.concurrent('a model that will not answer', () => {
  test.each<[string, Answer, RegExp]>([
    ['refuses', spoilt.refused(), /the model refused to answer: I'm sorry/],
    [
      'refuses in many lines',
      { content: null, refusal: 'No.\n::error::Never.\nNot ever.' },
      /the model refused to answer: No\. ::error::Never\. Not ever\./,
    ],
    ['is stopped by a content filter', spoilt.contentFilter(), /content filter stopped the answer/],
  ])('%s: is not asked again, and the rest is reviewed', async (_, reply, reason) => {
    const { findings, ...files } = parts(3)
    const replies = findings.map((finding) => ({ content: { summary: '', findings: [finding] } }))
    await using scene = await startScene({
      ...files,
      model: { answer: inTurn(reply, ...replies.slice(1)) },
    })
    const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1' } })
    expectIncomplete(scene, result, reason)
    expect(result.outputs.reason).toMatch(/^1 of 3 hunks/)
    expect(reviewRequests(scene)).toHaveLength(3)
    expect(coverages(result)).toEqual(['failed', 'reviewed', 'reviewed'])
    expect(scene.pull.reviews()[0]?.comments).toHaveLength(2)
  })
})

describe.concurrent('in a usable answer', () => {
  test('a bad finding costs that finding alone', async () => {
    const findings = [
      null,
      'src/price.ts is wrong',
      ['x'],
      { ...small.findings[0], title: ' ' },
      { ...small.findings[0], title: undefined },
      { title: 'Only a title' },
      { ...small.findings[0], start_line: 'three', end_line: -1, side: 3, severity: 'dire', confidence: {} },
    ]
    await using scene = await startScene({ model: { answer: () => ({ content: { summary: 5, findings } }) } })
    const result = await scene.run()
    expectReviewed(scene, result, 2)
    const report = reportOf(result)
    expect(report.rejected).toEqual([
      { reason: 'not an object with a title', claim: 'null' },
      { reason: 'not an object with a title', claim: '"src/price.ts is wrong"' },
      { reason: 'not an object with a title', claim: '["x"]' },
      { reason: 'not an object with a title', claim: expect.stringContaining('"title":" "') },
      { reason: 'not an object with a title', claim: expect.stringContaining('src/price.ts') },
    ])
    expect(report.findings).toMatchObject([
      { title: 'Prices lose their cents', placement: 'inline', severity: 'medium', side: 'RIGHT', line: 3 },
      { title: 'Only a title', placement: 'folded', severity: 'medium' },
    ])
    expect(scene.model.requests).toHaveLength(1)
  })

  test('an endless list of findings becomes one review with the most valuable ones', async () => {
    const many = manyFindings(small.findings[0], 180)
    await using scene = await startScene({
      model: { answer: () => ({ content: { summary: 'Much.', findings: many } }) },
    })
    const result = await scene.run()
    expect(result.outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
    const [review] = scene.pull.reviews()
    expect(review?.comments.length).toBeLessThanOrEqual(5)
    expect(Buffer.byteLength(review?.body ?? '')).toBeLessThan(65_536)
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 ** 2)
    expect(reportOf(result).findings).toHaveLength(180)
  })
})

describe.concurrent('usage', () => {
  test.each([
    ['is missing', spoilt.withoutUsage(answer)],
    ['is nonsense', spoilt.nonsenseUsage(answer)],
    ['is zero', { content: answer, usage: { prompt_tokens: 0, completion_tokens: 0 } }],
    ['is absurdly large', { content: answer, usage: { prompt_tokens: 1e300, completion_tokens: 1 } }],
  ])('that %s does not spoil the review', async (_, reply) => {
    await using scene = await startScene({ model: { answer: () => reply } })
    const result = await scene.run()
    expectReviewed(scene, result, 1)
    expect(result.outputs).toMatchObject({ 'prompt-tokens': '0', 'completion-tokens': '0' })
  })

  test('of answers that could not be used counts', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 10 }
    const replies = [
      { ...spoilt.whitespace(), usage },
      { content: answer, usage },
    ]
    await using scene = await startScene({ model: { answer: inTurn(...replies) } })
    const result = await scene.run()
    expectReviewed(scene, result, 1)
    expect(result.outputs).toMatchObject({ 'prompt-tokens': '200', 'completion-tokens': '20' })
  })
})
