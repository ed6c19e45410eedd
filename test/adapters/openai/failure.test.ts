import { describe, expect, it } from 'vitest'
import {
  classify,
  classifyThrown,
  describe as describeBody,
  type Failure,
  retryAfterMs,
  type ServerError,
} from '../../../src/adapters/openai/failure.ts'

describe('what a server says is found in every form in use', () => {
  it.each<[string, unknown, { code: string; message: string }]>([
    [
      'OpenAI',
      { error: { message: 'no', type: 'invalid_request_error', param: 'model', code: 'model_not_found' } },
      { code: 'model_not_found invalid_request_error model', message: 'no' },
    ],
    ['OpenRouter', { error: { code: 502, message: 'no' } }, { code: '502', message: 'no' }],
    ['LM Studio', { error: 'no' }, { code: '', message: 'no' }],
    ['Gemini', [{ error: { code: 400, message: 'no', status: 'BAD' } }], { code: '400 BAD', message: 'no' }],
    ['FastAPI', { detail: [{ loc: ['a'], msg: 'no' }] }, { code: '', message: '[{"loc":["a"],"msg":"no"}]' }],
    ['FastAPI by hand', { detail: 'no' }, { code: '', message: 'no' }],
    [
      'vLLM',
      { object: 'error', message: 'no', type: 'BadRequestError', code: 400 },
      { code: '400 BadRequestError', message: 'no' },
    ],
    ['text', 'no', { code: '', message: 'no' }],
    ['text with JSON that the SDK left', '400 [{"error":{"message":"no"}}]', { code: '', message: 'no' }],
    ['JSON that breaks off', '500 {"error":', { code: '', message: '{"error":' }],
    ['nothing', undefined, { code: '', message: '' }],
    ['null', { error: null, message: 'no' }, { code: '', message: 'no' }],
    ['anything else', { ok: false }, { code: '', message: '{"ok":false}' }],
  ])('%s', (_, body, said) => {
    expect(describeBody(body)).toEqual(said)
  })

  it('and tags of a page are left out', () => {
    const { message } = describeBody('<html><h1>502 Bad Gateway</h1></html>')
    expect(message.trim()).toBe('502 Bad Gateway')
  })
})

describe('what to do next', () => {
  const error = { status: null, code: '', message: 'why', retryAfterMs: null }
  it.each<[Partial<ServerError>, Partial<Failure>]>([
    [{ status: 401 }, { kind: 'final', scope: 'server' }],
    [{ status: 402 }, { kind: 'final', scope: 'server' }],
    [
      { status: 429, code: 'insufficient_quota' },
      { kind: 'final', scope: 'server' },
    ],
    [{ status: 403 }, { kind: 'final', scope: 'model' }],
    [{ status: 404 }, { kind: 'final', scope: 'model' }],
    [
      { status: 400, code: 'model_not_found' },
      { kind: 'final', scope: 'model' },
    ],
    [
      { status: 400, message: 'The model `x` does not exist' },
      { kind: 'final', scope: 'model' },
    ],
    [{ status: 413 }, { kind: 'final', scope: 'too-large' }],
    [
      { status: 400, code: 'context_length_exceeded' },
      { kind: 'final', scope: 'too-large' },
    ],
    [
      { status: 400, code: 'exceed_context_size_error' },
      { kind: 'final', scope: 'too-large' },
    ],
    [
      { status: 400, message: 'prompt is too long: 9 tokens > 8 maximum' },
      { kind: 'final', scope: 'too-large' },
    ],
    [
      { status: 400, message: 'max_tokens must be at least 1, got -500' },
      { kind: 'final', scope: 'too-large' },
    ],
    [
      { status: 400, code: 'content_filter' },
      { kind: 'final', scope: 'request' },
    ],
    [{ status: 418 }, { kind: 'final', scope: 'request' }],
    [{ status: 400 }, { kind: 'refused-form' }],
    [{ status: 422 }, { kind: 'refused-form' }],
    [
      { status: 429, retryAfterMs: 5 },
      { kind: 'retry', why: 'rate_limit', waitMs: 5 },
    ],
    [{ status: 408 }, { kind: 'retry', why: 'timeout' }],
    [{ status: 409 }, { kind: 'retry', why: 'server_error' }],
    [{ status: 500 }, { kind: 'retry', why: 'server_error' }],
    [
      { status: 529, retryAfterMs: 7 },
      { kind: 'retry', why: 'server_error', waitMs: 7 },
    ],
    [{ status: null }, { kind: 'retry', why: 'server_error' }],
  ])('after %j', (given, expected) => {
    const failure = classify({ ...error, ...given }, 'm')
    expect(failure).toMatchObject(expected)
    expect(failure.reason).toContain(given.message ?? 'why')
  })

  it('after something that is no answer at all: again', () => {
    const cause = new Error('socket hang up')
    const thrown = classifyThrown(new TypeError('terminated', { cause }), () => expect.fail(), 0)
    expect(thrown).toMatchObject({ kind: 'retry', reason: expect.stringContaining('socket hang up') })
  })
})

it('a long story is told in one short line', () => {
  const { reason } = classify(
    { status: 500, code: '', message: 'so\n\n'.repeat(1000), retryAfterMs: null },
    'm',
  )
  expect(reason).not.toContain('\n')
  expect(reason.length).toBeLessThan(400)
})

describe('how long to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each<[Record<string, string>, number | null]>([
    [{}, null],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': '-1' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'later' }, null],
    [{ 'retry-after': ' ' }, null],
    [{ 'retry-after-ms': '40', 'retry-after': '3' }, 40],
    [{ 'retry-after-ms': 'soon', 'retry-after': '3' }, 3000],
  ])('%j', (headers, milliseconds) => {
    expect(retryAfterMs(new Headers(headers), now)).toBe(milliseconds)
  })
})
