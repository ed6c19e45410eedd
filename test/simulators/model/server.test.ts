import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  contextWindow,
  type Fault,
  fastApiError,
  faults,
  geminiError,
  htmlError,
  type ModelServer,
  type ModelServerOptions,
  mistral,
  noJsonObject,
  noJsonSchema,
  noSystemRole,
  openaiReasoning,
  plainOnly,
  planted,
  plantedReviewer,
  spoilt,
  startModelServer,
} from './index.ts'

let server: ModelServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function start(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  server = await startModelServer({ answer: () => ({ content: { ok: true } }), ...options })
  return server
}

const question = {
  model: 'gpt-5.4-mini',
  messages: [
    { role: 'system', content: 'Answer in JSON.' },
    { role: 'user', content: 'Review src/a.ts: + const a = 1' },
  ],
}
const schema = {
  type: 'object',
  properties: { ok: { type: ['boolean', 'null'] } },
  required: ['ok'],
  additionalProperties: false,
}
function strictly(wanted: object, name = 'patchpilot_review') {
  return { type: 'json_schema', json_schema: { name, strict: true, schema: wanted } }
}

async function ask(body: object = {}, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const { url } = server ?? (await start())
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...question, ...body }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await response.text()
  return { status: response.status, text, headers: response.headers }
}

describe('a good request', () => {
  it('is answered through the official client, with usage, and recorded', async () => {
    const { url, requests } = await start({ apiKey: 'secret-key-1234' })
    const client = new OpenAI({ baseURL: url, apiKey: 'secret-key-1234', maxRetries: 0 })
    const answer = await client.chat.completions.create({
      model: 'gpt-5.4-mini',
      messages: [{ role: 'user', content: 'Say {"ok": true} in JSON' }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'patchpilot_review', strict: true, schema },
      },
    })
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: '{"ok":true}' } })
    expect(answer.usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 })
    expect(requests).toMatchObject([
      { schemaName: 'patchpilot_review', aborted: false, status: 200, index: 0 },
    ])
  })

  it('lists the models and remembers what else was asked', async () => {
    const { url, strays } = await start({ models: ['a', 'b'] })
    const models = await (await fetch(`${url}/models`)).json()
    expect(models).toMatchObject({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] })
    expect((await fetch(`${url}/embeddings`)).status).toBe(404)
    expect(strays).toEqual(['GET /v1/models', 'GET /v1/embeddings'])
  })

  it('is cut at the cap on completion tokens', async () => {
    await start({ answer: () => ({ content: 'x'.repeat(1000) }) })
    const { text } = await ask({ max_completion_tokens: 10 })
    expect(JSON.parse(text)).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: 'x'.repeat(34) } }],
      usage: { completion_tokens: 10 },
    })
  })
})

describe('a bad request', () => {
  it.each([
    ['an unknown model', { model: 'gpt-0' }, 404, 'model_not_found'],
    ['an unknown parameter', { fancy: 1 }, 400, "Unknown parameter: 'fancy'"],
    ['no messages', { messages: [] }, 400, 'empty_array'],
    ['a strange role', { messages: [{ role: 'robot', content: 'json' }] }, 400, "Invalid value: 'robot'"],
    ['an empty prompt', { messages: [{ role: 'user', content: '' }] }, 400, 'expected a string'],
    ['a cap of zero', { max_completion_tokens: 0 }, 400, 'integer_below_min_value'],
    ['too much heat', { temperature: 3 }, 400, 'between 0 and 2'],
    [
      'JSON mode without the word',
      { messages: [{ role: 'user', content: 'hi' }], response_format: { type: 'json_object' } },
      400,
      "must contain the word 'json'",
    ],
    [
      'a schema name with a space',
      { response_format: strictly(schema, 'a b') },
      400,
      'does not match pattern',
    ],
    [
      'a schema name of 65',
      { response_format: strictly(schema, 'a'.repeat(65)) },
      400,
      'does not match pattern',
    ],
    [
      'an open object',
      { response_format: strictly({ ...schema, additionalProperties: true }) },
      400,
      'to be false',
    ],
    ['an optional property', { response_format: strictly({ ...schema, required: [] }) }, 400, "Missing 'ok'"],
    [
      'a default',
      { response_format: strictly({ ...schema, default: {} }) },
      400,
      "'default' is not permitted",
    ],
    [
      'a $ref',
      { response_format: strictly({ ...schema, properties: { ok: { $ref: '#' } } }) },
      400,
      "'$ref'",
    ],
    [
      'a schema too deep',
      { response_format: strictly(nested(6)) },
      400,
      '6 levels of nesting exceeds limit of 5',
    ],
  ])('with %s is refused', async (_, body, status, message) => {
    const answer = await ask(body)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(message)
  })

  it('without the right key gets 401', async () => {
    await start({ apiKey: 'right-key-000000' })
    expect(await ask()).toMatchObject({ status: 401 })
    const wrong = await ask({}, { authorization: 'Bearer wrong-key-000000' })
    expect(wrong).toMatchObject({ status: 401 })
    expect(wrong.text).toContain('invalid_api_key')
    expect(await ask({}, { authorization: 'Bearer right-key-000000' })).toMatchObject({ status: 200 })
  })

  it('that is not JSON gets 400', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/chat/completions`, { method: 'POST', body: '{' })
    expect(response.status).toBe(400)
  })
})

describe('profiles', () => {
  it.each([
    [
      'a reasoning model refuses max_tokens',
      openaiReasoning,
      { max_tokens: 5 },
      "'max_completion_tokens' instead",
    ],
    ['a reasoning model refuses temperature', openaiReasoning, { temperature: 0.2 }, 'unsupported_value'],
    [
      'Groq refuses a schema',
      noJsonSchema,
      { response_format: strictly(schema) },
      'does not support response format',
    ],
    [
      'LM Studio refuses JSON mode',
      noJsonObject,
      { response_format: { type: 'json_object' } },
      "'json_schema' or 'text'",
    ],
    ['a plain server refuses both', plainOnly, { response_format: { type: 'text' } }, "'response_format'"],
    ['Mistral refuses unknown fields', mistral, { max_completion_tokens: 5 }, 'extra_forbidden'],
    ['Gemma refuses the system role', noSystemRole, {}, 'System role not supported'],
    ['a small window refuses long prompts', contextWindow(10), {}, 'context_length_exceeded'],
  ])('%s', async (_, profile, body, message) => {
    await start({ profiles: [profile] })
    const answer = await ask(body)
    expect(answer.status).toBe(profile === mistral ? 422 : 400)
    expect(answer.text).toContain(message)
  })
})

describe('faults', () => {
  async function meet(fault: Fault, signal?: AbortSignal) {
    await start({ answer: () => ({ fault }) })
    return ask({}, {}, signal)
  }

  it('sends any status, header and error shape', async () => {
    const limited = await meet(faults.rateLimited(120))
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('120')
    for (const reply of [
      geminiError(400, 'no'),
      fastApiError(422, 't', 'f', 'no'),
      htmlError(502, 'Bad Gateway'),
    ]) {
      await server?.close()
      const answer = await meet(faults.reply(reply))
      expect(answer.status).toBe(reply.status)
      expect(answer.text).toBe(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    }
  })

  it.each([
    ['reset', faults.reset()],
    ['truncated', faults.truncated({ ok: true })],
  ])('%s breaks the connection and is not the client leaving', async (_, fault) => {
    await expect(meet(fault)).rejects.toThrow()
    expect(server?.requests[0]?.aborted).toBe(false)
  })

  it('hangs until the client leaves, and notices', async () => {
    await expect(meet(faults.hang(), AbortSignal.timeout(50))).rejects.toThrow()
    await expect.poll(() => server?.requests[0]?.aborted).toBe(true)
  })

  it('stops while a request hangs', async () => {
    const { close } = await start({ answer: () => ({ fault: faults.hang() }) })
    const asked = ask().catch((error: unknown) => error)
    await expect.poll(() => server?.requests.length).toBe(1)
    await close()
    expect(await asked).toBeInstanceOf(Error)
    server = undefined
  })

  it.each([
    ['a redirect that keeps the body', faults.redirect({ ok: 1 })],
    ['a slow drip', faults.drip({ ok: 1 }, 50)],
    ['blank lines first', faults.blankLines({ ok: 1 })],
  ])('%s still brings the whole answer', async (_, fault) => {
    const { text } = await meet(fault)
    expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: '{"ok":1}' } }] })
  })

  it('reports a broken answer function when it closes', async () => {
    const broken = await start({
      answer: () => {
        throw new Error('bad script')
      },
    })
    await expect(ask()).rejects.toThrow()
    await expect(broken.close()).rejects.toThrow('bad script')
    server = undefined
  })
})

describe('what the model says', () => {
  it('can be spoilt', () => {
    const good = { summary: 's', findings: [] }
    expect(() => JSON.parse(String(spoilt.cutByLength(good).content))).toThrow()
    expect(spoilt.fenced(good).content).toMatch(/^```json\n[\s\S]*```$/)
    expect(spoilt.thinking(good).content).toMatch(/^<think>/)
    expect(spoilt.withoutUsage(good).usage).toBeNull()
  })

  it('is a planted finding only where the request carries its path and lines', async () => {
    const here = planted({ path: 'src/a.ts', quote: '  const a = 1  ' })
    const elsewhere = planted({ path: 'src/b.ts', quote: 'const a = 1' })
    const beyond = planted({ path: 'src/a.ts', quote: 'const a = 1\nconst b = 2' })
    await start({ answer: plantedReviewer([here, elsewhere, beyond]) })
    const { choices } = JSON.parse((await ask()).text)
    expect(JSON.parse(choices[0].message.content).findings).toEqual([here])
  })
})

function nested(levels: number): object {
  const inner = levels === 1 ? { type: 'string' } : nested(levels - 1)
  return { type: 'object', properties: { a: inner }, required: ['a'], additionalProperties: false }
}
