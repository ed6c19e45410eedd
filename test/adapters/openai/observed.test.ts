import { describe, expect, it, onTestFinished } from 'vitest'
import { createLanguageModel } from '../../../src/adapters/openai/create.ts'
import type { Observation } from '../../../src/ports/observer.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import {
  type Answer,
  faults,
  noJsonSchema,
  openAiError,
  type Profile,
  startModelServer,
} from '../../simulators/model/index.ts'

const never = new AbortController().signal
const request = {
  model: 'gpt-5.4-mini',
  messages: [{ role: 'user', content: 'Answer in JSON.' }] as const,
  answer: {
    name: 'patchpilot_review',
    schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  },
  maxCompletionTokens: 500,
}

/** What is observed while one question is asked, with durations as whether there were any. */
async function observed(
  answers: readonly Answer[],
  {
    repairs = null,
    profiles = [],
  }: { readonly repairs?: number | null; readonly profiles?: readonly Profile[] } = {},
): Promise<readonly object[]> {
  const fine: Answer = { content: 'fine', usage: { prompt_tokens: 9, completion_tokens: 2 } }
  const server = await startModelServer({ answer: ({ index }) => answers[index] ?? fine, profiles })
  onTestFinished(() => server.close())
  const seen: Observation[] = []
  const options = { baseUrl: server.url, apiKey: 'sk-1', deadline: Date.now() + 20_000 }
  const model = createLanguageModel(options, silentLogger, (observation) => seen.push(observation))
  await model.complete({ ...request, repairs }, never)
  expect(seen.filter(({ kind }) => kind === 'model-request')).toHaveLength(server.requests.length)
  return seen.map((one) => ('durationMs' in one ? { ...one, durationMs: one.durationMs > 0 } : one))
}

const asked = (number: number, status: unknown) => ({
  ...{ kind: 'model-request', number, model: 'gpt-5.4-mini', status, durationMs: true },
  usage: status === 200 ? { promptTokens: 9, completionTokens: 2, cachedTokens: 0 } : null,
})
const waited = { kind: 'wait', target: 'llm', durationMs: true }
const retried = (reason: string, number: number) => ({
  ...{ kind: 'retry', target: 'llm', what: `model request ${number}`, reason },
  waitMs: expect.any(Number),
})

describe('what is observed of the model server', () => {
  it('is each request with its status and tokens', async () => {
    expect(await observed([])).toEqual([asked(1, 200)])
  })

  it.each([
    ['rate_limit', faults.rateLimited(0), 429],
    ['server_error', faults.serverError(503), 503],
    ['network', faults.reset(), 'network_error'],
    ['timeout', faults.reply(openAiError(408, 'Request timed out.')), 408],
  ])('is a retry because of %s, and the wait before it', async (reason, fault, status) => {
    expect(await observed([{ fault }])).toEqual([asked(1, status), waited, retried(reason, 1), asked(2, 200)])
  })

  it.each([
    ['an error', { fault: faults.okWithError() }, 'unusable'],
    ['a refusal', { content: null, refusal: 'I will not.', usage: null }, 'unusable'],
    ['a wrong key', { fault: faults.reply(openAiError(401, 'no')) }, 401],
  ])('tells %s from an answer', async (_, answer: Answer, status) => {
    expect((await observed([answer]))[0]).toEqual(asked(1, status))
  })

  it('is a retry when the server takes a simpler form only', async () => {
    expect(await observed([], { profiles: [noJsonSchema] })).toEqual([
      asked(1, 400),
      retried('refused_form', 1),
      asked(2, 200),
    ])
  })

  it('is a retry when the answer before could not be used', async () => {
    expect(await observed([], { repairs: 7 })).toEqual([retried('unusable_answer', 7), asked(1, 200)])
  })
})
