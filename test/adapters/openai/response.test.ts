import { describe, expect, it } from 'vitest'
import type { Failure, ServerError } from '../../../src/adapters/openai/failure.ts'
import { addUsage, readResponse } from '../../../src/adapters/openai/response.ts'

const usage = { prompt_tokens: 5, completion_tokens: 2 }
const counted = { promptTokens: 5, completionTokens: 2, cachedTokens: 0 }

function read(body: unknown) {
  const errors: ServerError[] = []
  const failure: Failure = { kind: 'retry', reason: 'again', waitMs: null, why: 'server_error' }
  const answer = readResponse(body, 3, (error) => {
    errors.push(error)
    return failure
  })
  return { answer, errors }
}

function completion(choice: object, more: object = { usage }) {
  return { choices: [choice], ...more }
}

describe('an answer', () => {
  it.each<[string, object, { content: string; truncated: boolean }]>([
    ['is text', { message: { content: 'x' }, finish_reason: 'stop' }, { content: 'x', truncated: false }],
    ['is cut', { message: { content: 'x' }, finish_reason: 'length' }, { content: 'x', truncated: true }],
    ['is null', { message: { content: null } }, { content: '', truncated: false }],
    ['is missing', {}, { content: '', truncated: false }],
    [
      'is parts of text',
      { message: { content: [{ type: 'text', text: 'x' }, { type: 'image' }, { type: 'text', text: 'y' }] } },
      { content: 'xy', truncated: false },
    ],
  ])('that %s', (_, choice, expected) => {
    const { answer } = read(completion(choice))
    expect(answer).toEqual({ kind: 'answered', request: 3, usage: counted, ...expected })
  })

  it('may come as text that holds JSON', () => {
    expect(read(JSON.stringify(completion({ message: { content: 'x' } }))).answer).toMatchObject({
      content: 'x',
    })
  })
})

describe('a 200 that is none', () => {
  it.each<[string, unknown, Partial<ServerError>]>([
    ['an error', { error: { code: 429, message: 'slow' } }, { status: 429, message: 'slow' }],
    ['an error without a status', { error: { message: 'odd' } }, { status: null, message: 'odd' }],
    [
      'an error in the choice',
      completion({ error: { code: 502, message: 'gone' } }),
      { status: 502, message: 'gone' },
    ],
    ['no choice', { choices: [] }, { status: null }],
    ['an end by error', completion({ finish_reason: 'error' }), { status: null }],
    ['nothing', undefined, { status: null, message: '' }],
  ])('%s is classified as the error that it is', (_, body, error) => {
    const { answer, errors } = read(body)
    expect(answer).toMatchObject({ kind: 'unanswered' })
    expect(errors).toMatchObject([error])
  })

  it('what it cost still counts', () => {
    expect(read({ error: { message: 'odd' }, usage }).answer.usage).toEqual(counted)
    expect(read(completion({ message: { refusal: 'no' } })).answer.usage).toEqual(counted)
  })

  it.each([
    [
      'a refusal',
      { message: { content: null, refusal: 'I\ncannot' } },
      'request',
      /refused to answer: I cannot/,
    ],
    ['a content filter', { finish_reason: 'content_filter' }, 'request', /content filter/],
  ])('%s is final', (_, choice, scope, reason) => {
    const failure = { kind: 'final', scope, reason: expect.stringMatching(reason) }
    expect(read(completion(choice)).answer).toMatchObject({ kind: 'unanswered', failure })
  })

  it('a page is final for the server, and names the input', () => {
    const failure = { kind: 'final', scope: 'server', reason: expect.stringMatching(/Welcome.*`base-url`/) }
    expect(read('<html><h1>Welcome</h1></html>').answer).toMatchObject({ failure })
  })
})

describe('usage', () => {
  it.each([
    undefined,
    null,
    'much',
    {},
    { prompt_tokens: 5 },
    { prompt_tokens: '5', completion_tokens: 2 },
    { prompt_tokens: -5, completion_tokens: 2 },
    { prompt_tokens: 0, completion_tokens: 0 },
    { prompt_tokens: 1.5, completion_tokens: 2 },
    { prompt_tokens: 1e300, completion_tokens: 2 },
  ])('%j was not counted', (nonsense) => {
    expect(read(completion({ message: { content: 'x' } }, { usage: nonsense })).answer.usage).toBeNull()
  })

  it.each([
    [{ prompt_tokens_details: { cached_tokens: 3 } }, 3],
    [{ prompt_cache_hit_tokens: 4 }, 4],
    [{ prompt_tokens_details: null }, 0],
    [{ prompt_tokens_details: { cached_tokens: 9 } }, 5],
    [{ prompt_tokens_details: { cached_tokens: 'many' } }, 0],
  ])('%j tells how many of the prompt tokens were kept', (details, cachedTokens) => {
    const { answer } = read(completion({ message: { content: 'x' } }, { usage: { ...usage, ...details } }))
    expect(answer.usage).toEqual({ ...counted, cachedTokens })
  })

  it('adds up, and what was not counted adds nothing', () => {
    expect(addUsage(counted, counted)).toEqual({
      promptTokens: 10,
      completionTokens: 4,
      cachedTokens: 0,
      answers: 2,
    })
    expect(addUsage(counted, null)).toEqual(counted)
    expect(addUsage(null, counted)).toEqual(counted)
    expect(addUsage(null, null)).toBeNull()
  })
})
