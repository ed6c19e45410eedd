import { describe, expect, test } from 'vitest'
import {
  contextWindow,
  type ModelRequest,
  mistral,
  noJsonObject,
  noJsonSchema,
  noSystemRole,
  openAiError,
  openaiReasoning,
  type Profile,
  plainOnly,
  plantedReviewer,
} from '../simulators/model/index.ts'
import {
  expectIncomplete,
  expectReviewed,
  onePartEach,
  parts,
  partsIn,
  reportOf,
  reviewRequests,
} from './model-setup.ts'
import { startScene } from './setup.ts'

/** What a request asked for, in short. */
function formOf({ body }: ModelRequest): string {
  const format = typeof body.response_format === 'object' ? JSON.stringify(body.response_format) : '"text"'
  const asked = /json_schema|json_object|text/.exec(format)?.[0] ?? ''
  const limit = ['max_completion_tokens', 'max_tokens'].find((name) => name in body) ?? 'no limit'
  const system = /"role":"(system|developer)"/.test(JSON.stringify(body.messages)) ? '' : ', no system role'
  return `${asked}, ${limit}${system}`
}

/** Old servers refuse any name for the limit that they do not know; vLLM adds the limit to the prompt. */
const noTokenLimit: Profile = (body) => {
  const name = ['max_completion_tokens', 'max_tokens'].find((limit) => limit in body)
  return name === undefined ? null : openAiError(400, `Unrecognized request argument supplied: ${name}`)
}

const contextForBoth =
  (tokens: number): Profile =>
  (body) => {
    const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? 0)
    if (limit < tokens / 2) return null
    return openAiError(
      400,
      `'max_tokens' or 'max_completion_tokens' is too large: ${limit}. This model's maximum context length is ${tokens} tokens and your request has 1500 input tokens (${limit} > ${tokens} - 1500).`,
    )
  }

const best = 'json_schema, max_completion_tokens'

describe.concurrent('a server gets the strictest form that it takes', () => {
  test.each<[string, readonly Profile[], readonly string[]]>([
    ['OpenAI with a reasoning model', [openaiReasoning], [best]],
    ['Groq with a model without schemas', [noJsonSchema], [best, 'json_object, max_completion_tokens']],
    ['LM Studio', [noJsonObject], [best]],
    [
      'one that knows neither form of JSON',
      [noJsonSchema, noJsonObject],
      [best, 'json_object, max_completion_tokens', 'text, max_completion_tokens'],
    ],
    [
      'one that knows no response_format',
      [plainOnly],
      [best, 'json_object, max_completion_tokens', 'text, max_completion_tokens'],
    ],
    ['Mistral', [mistral], [best, 'json_schema, max_tokens']],
    ['one that takes no limit', [noTokenLimit], [best, 'json_schema, max_tokens', 'json_schema, no limit']],
    ['vLLM with a small context', [contextForBoth(8192)], [best, 'json_schema, no limit']],
    ['Gemma', [noSystemRole], [best, `${best}, no system role`]],
    [
      'one with every quirk',
      [mistral, noSystemRole, plainOnly],
      [
        best,
        'json_schema, max_tokens',
        'json_schema, max_tokens, no system role',
        'json_object, max_tokens, no system role',
        'text, max_tokens, no system role',
      ],
    ],
  ])('%s', async (_, profiles, forms) => {
    await using scene = await startScene({ model: { profiles } })
    expectReviewed(scene, await scene.run(), 1)
    expect(scene.model.requests.map(formOf)).toEqual(forms)
    expect(scene.model.requests.at(-1)?.prompt).toContain('Answer with one JSON object')
  })
})

test.concurrent('a refused form is asked for once, not once a request', async () => {
  const { findings, ...files } = parts(4)
  const model = { answer: plantedReviewer(findings), profiles: [noJsonSchema, noSystemRole] }
  await using scene = await startScene({ ...files, model })
  expectReviewed(scene, await scene.run({ inputs: { ...onePartEach, concurrency: '1' } }), 4)
  const last = 'json_object, max_completion_tokens, no system role'
  expect(reviewRequests(scene).map(formOf)).toEqual([best, expect.anything(), last, last, last, last])
})

test.concurrent('requests side by side learn from each other, too', async () => {
  const { findings, ...files } = parts(5)
  const model = { answer: plantedReviewer(findings), profiles: [plainOnly] }
  await using scene = await startScene({ ...files, model })
  expectReviewed(scene, await scene.run({ inputs: { ...onePartEach, concurrency: '2' } }), 5)
  const forms = scene.model.requests.map(formOf)
  expect(forms.slice(-3)).toEqual(Array(3).fill('text, max_completion_tokens'))
  expect(forms.length).toBeLessThanOrEqual(5 + 1 + 4)
})

test.concurrent('a request that is refused in every form does not spoil the form of the next', async () => {
  const { findings, ...files } = parts(3)
  const dislikes: Profile = (body) =>
    JSON.stringify(body).includes('src/part-1.ts') ? openAiError(400, 'I do not like this one') : null
  await using scene = await startScene({
    ...files,
    model: { answer: plantedReviewer(findings), profiles: [dislikes] },
  })
  const result = await scene.run({ inputs: { ...onePartEach, concurrency: '1' } })
  expect(reportOf(result).files.map(({ coverage }) => coverage)).toEqual(['failed', 'reviewed', 'reviewed'])
  expect(result.outputs.reason).toMatch(/1 of 3 hunks were not reviewed: .*I do not like this one/)
  expect(reviewRequests(scene).slice(-2).map(formOf)).toEqual([best, best])
})

describe.concurrent('a context smaller than `request-tokens`', () => {
  test('gets smaller requests until they fit', async () => {
    const { findings, ...files } = parts(8)
    const model = { answer: plantedReviewer(findings), profiles: [contextWindow(2600)] }
    await using scene = await startScene({ ...files, model })
    const result = await scene.run({ inputs: { 'max-comments': '8' } })
    expectReviewed(scene, result, 8)
    const answered = scene.model.requests.filter(({ status }) => status === 200)
    expect(answered.length).toBeGreaterThan(1)
    expect(answered.flatMap(({ prompt }) => partsIn(prompt)).toSorted()).toEqual(
      Object.keys(files.after).toSorted(),
    )
  })

  test('too small for the instructions is found out by few requests, and said so', async () => {
    const { findings, ...files } = parts(40)
    const model = { answer: plantedReviewer(findings), profiles: [contextWindow(700)] }
    await using scene = await startScene({ ...files, model })
    const result = await scene.run({ inputs: { concurrency: '1' } })
    const reason = /too large for the model .*maximum context length is 700 tokens.*lower `request-tokens`/
    expectIncomplete(scene, result, reason)
    expect(scene.model.requests.length).toBeLessThan(10)
  })
})
