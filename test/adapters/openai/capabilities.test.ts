import { describe, expect, it } from 'vitest'
import {
  allCapabilities,
  type Capabilities,
  lessDemanding,
  requestBody,
  withoutTokenLimit,
} from '../../../src/adapters/openai/capabilities.ts'

const least: Capabilities = { answerFormat: 'none', tokenLimit: 'none', systemRole: false }

describe('after a refusal the next form gives up what was refused', () => {
  it.each<[string, Partial<Capabilities>]>([
    ['This model does not support response format `json_schema`.', { answerFormat: 'json_object' }],
    ["Unknown parameter: 'response_format'.", { answerFormat: 'json_object' }],
    ['json: unknown field', { answerFormat: 'json_object' }],
    ['', { answerFormat: 'json_object' }],
    [
      "Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead.",
      { tokenLimit: 'max_tokens' },
    ],
    ['[{"loc":["body","max_completion_tokens"],"type":"extra_forbidden"}]', { tokenLimit: 'max_tokens' }],
    ['max_tokens is too large: 16000. This model supports at most 4096.', { tokenLimit: 'max_tokens' }],
    ['System role not supported', { systemRole: false }],
    ["messages[0].role does not support 'system' with this model", { systemRole: false }],
  ])('%s', (refusal, change) => {
    expect(lessDemanding(allCapabilities, refusal)).toEqual({ ...allCapabilities, ...change })
  })

  it('down to a plain request, and not for ever', () => {
    const tried: Capabilities[] = []
    for (let next: Capabilities | null = allCapabilities; next !== null; next = lessDemanding(next, 'no')) {
      tried.push(next)
    }
    expect(tried.map(({ answerFormat, tokenLimit }) => `${answerFormat} ${tokenLimit}`)).toEqual([
      'json_schema max_completion_tokens',
      'json_object max_completion_tokens',
      'none max_completion_tokens',
      'none max_tokens',
      'none none',
    ])
    expect(lessDemanding(least, 'System role, max_tokens and response_format are unknown')).toBeNull()
  })
})

describe('a context with no room for the answer', () => {
  const both = "'max_tokens' is too large: 16000. This model's maximum context length is 8192 tokens"
  const classic = 'you requested 17234 tokens (1234 in the messages, 16000 in the completion)'
  it.each([both, classic])('is tried without our limit on it: %s', (refusal) => {
    expect(withoutTokenLimit(allCapabilities, refusal)).toEqual({ ...allCapabilities, tokenLimit: 'none' })
    expect(withoutTokenLimit(least, refusal)).toBeNull()
  })

  it('is not to blame where the prompt alone is too long', () => {
    const refusal = 'maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.'
    expect(withoutTokenLimit(allCapabilities, refusal)).toBeNull()
  })
})

describe('the request body', () => {
  const request = {
    model: 'm',
    messages: [
      { role: 'system', content: 'how' },
      { role: 'user', content: 'what' },
      { role: 'assistant', content: 'this' },
    ],
    answer: { name: 'patchpilot_review', schema: { type: 'object' } },
    maxCompletionTokens: 500,
    repairs: null,
  } as const

  it('asks for strict JSON and limits the answer', () => {
    expect(requestBody(request, allCapabilities)).toEqual({
      model: 'm',
      messages: request.messages,
      stream: false,
      max_completion_tokens: 500,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'patchpilot_review', strict: true, schema: { type: 'object' } },
      },
    })
  })

  it('asks for nothing but the messages where nothing else is taken', () => {
    const [, ...others] = request.messages
    const messages = [{ role: 'user', content: 'how' }, ...others]
    expect(requestBody(request, least)).toEqual({ model: 'm', messages, stream: false })
  })
})
