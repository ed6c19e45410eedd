import { describe, expect, test } from 'vitest'
import {
  type Answer,
  type Fault,
  fastApiError,
  faults,
  geminiError,
  htmlError,
  type ModelRequest,
  messageError,
  openAiError,
  plantedReviewer,
  startModelServer,
  stringError,
  textError,
} from '../simulators/model/index.ts'
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

const content = { summary: 'Prices are written in full.', findings: small.findings }
const soon = { 'retry-after-ms': '1' }
const hurried = (fault: Fault): Fault =>
  fault.kind === 'reply'
    ? faults.reply({ ...fault.reply, headers: { ...fault.reply.headers, ...soon } })
    : fault

describe.concurrent('trouble that passes does not show in the review', () => {
  test.each<[string, Fault, number]>([
    ['500', faults.serverError(), 2],
    ['502 with a page', faults.reply(htmlError(502, 'Bad Gateway')), 2],
    ['408', faults.reply(openAiError(408, 'Timed out')), 2],
    ['a reset connection', faults.reset(), 2],
    ['an answer that breaks off', faults.truncated(content), 2],
    ['200 with an error', faults.okWithError(502), 2],
    ['200 with a rate limit', faults.okWithError(429), 2],
    ['200 with an error in the choice', faults.okWithChoiceError(), 2],
    ['200 without choices', faults.okWithoutChoices(), 2],
    ['a slow drip', faults.drip(content, 400), 1],
    ['307', faults.redirect(content), 2],
  ])('%s', async (_, fault, requests) => {
    const answer = inTurn({ fault: hurried(fault) }, { content })
    await using scene = await startScene({ model: { answer } })
    expectReviewed(scene, await scene.run({ inputs: { 'api-key': 'sk-1' } }), 1)
    expect(scene.model.requests).toHaveLength(requests)
    for (const { headers } of scene.model.requests) expect(headers.authorization).toBe('Bearer sk-1')
  })

  test('429 is waited out as long as `Retry-After` says, by everybody', async () => {
    const { findings, ...files } = parts(3)
    const reply = plantedReviewer(findings)
    const answer = inTurn({ fault: faults.rateLimited(1), latencyMs: 30 }, reply)
    await using scene = await startScene({ ...files, model: { answer } })
    expectReviewed(scene, await scene.run({ inputs: { ...onePartEach, concurrency: '1' } }), 3)
    const [refused, next] = scene.model.requests
    expect((next?.at ?? 0) - (refused?.answeredAt ?? 0)).toBeGreaterThanOrEqual(900)
    expect(reviewRequests(scene)).toHaveLength(4)
  })

  test('429 that names no time is given some all the same', async () => {
    const answer = inTurn({ fault: faults.rateLimited() }, { content })
    await using scene = await startScene({ model: { answer } })
    expectReviewed(scene, await scene.run(), 1)
    const [refused, next] = scene.model.requests
    expect((next?.at ?? 0) - (refused?.answeredAt ?? 0)).toBeGreaterThanOrEqual(300)
    expect(scene.model.requests).toHaveLength(2)
  })

  test('a server that takes one request at a time gets fewer at once, and answers all', async () => {
    const { findings, ...files } = parts(8)
    const reply = plantedReviewer(findings)
    const accepted: ModelRequest[] = []
    const answer = (request: ModelRequest): Answer => {
      if (accepted.some(({ answeredAt }) => answeredAt === null))
        return { fault: hurried(faults.rateLimited()) }
      accepted.push(request)
      return { ...reply(request), latencyMs: 200 }
    }
    await using scene = await startScene({ ...files, model: { answer } })
    expectReviewed(scene, await scene.run({ inputs: { ...onePartEach, 'max-comments': '8' } }), 8)
    expect(scene.model.peakInFlight).toBeGreaterThan(1)
    expect(scene.model.requests.length).toBeLessThan(8 * 5)
  })
})

test.concurrent('a small rate limit that says nothing of itself slows the review, and no more', async () => {
  const { findings, ...files } = parts(6)
  const rateLimit = { perWindow: { requests: 2, windowMs: 400 } }
  await using scene = await startScene({ ...files, model: { answer: plantedReviewer(findings), rateLimit } })
  const result = await scene.run({ inputs: { ...onePartEach, 'max-comments': '6', timeout: '30' } })
  expectReviewed(scene, result, 6)
  expect(scene.model.rateLimited).toBeGreaterThan(0)
  expect(scene.model.rateLimited).toBeLessThan(30)
})

describe.concurrent('trouble that stays is told in one readable line', () => {
  test.each<[string, Fault, RegExp]>([
    ['500', faults.serverError(), /failed \(500: The server had an error.*\), 6 times in a row/],
    ['502 with a page', faults.reply(htmlError(502, 'Bad Gateway')), /\(502: 502 Bad Gateway[ \w]* nginx\)/],
    [
      'Gemini',
      faults.reply(geminiError(503, 'The model is overloaded.')),
      /\(503: The model is overloaded\.\)/,
    ],
    ['a gateway', faults.reply(messageError(504, 'Endpoint timed out')), /\(504: Endpoint timed out\)/],
    ['plain text', faults.reply(textError(503, 'no healthy upstream')), /\(503: no healthy upstream\)/],
    ['a string', faults.reply(stringError(500, 'model runner stopped')), /\(500: model runner stopped\)/],
    ['no body', faults.reply({ status: 503, body: '' }), /\(503.*\)/],
  ])('%s', async (_, fault, reason) => {
    await using scene = await startScene({ model: { answer: () => ({ fault: hurried(fault) }) } })
    const result = await scene.run()
    expectIncomplete(scene, result, reason)
    expect(scene.model.requests.length).toBeLessThanOrEqual(6)
    expect(coverages(result)).toEqual(['failed'])
  })

  test('a limit that does not end', async () => {
    await using scene = await startScene({ model: { answer: () => ({ fault: faults.rateLimited(0.001) }) } })
    expectIncomplete(
      scene,
      await scene.run(),
      /limits the rate \(429: Rate limit reached.*, 30 times in a row/,
    )
    expect(scene.model.requests.length).toBe(30)
  })

  test.each<[string, Fault, RegExp, number]>([
    [
      'FastAPI',
      faults.reply(fastApiError(422, 'missing', 'prompt', 'Field required')),
      /\(422: .*Field required/,
      5,
    ],
    [
      '400',
      faults.reply(openAiError(400, 'Your request is odd.')),
      /refused the request \(400: Your request is odd\.\)/,
      5,
    ],
    ['402', faults.reply(openAiError(402, 'Insufficient Balance')), /out of credit \(402: .*`api-key`/, 1],
    ['no quota', faults.insufficientQuota(), /out of credit \(429: You exceeded.*`api-key`/, 1],
    [
      '403',
      faults.reply(openAiError(403, 'Not for you')),
      /may not use the model "gpt-5.4-mini" \(403: Not for you\).*`model`/,
      1,
    ],
    ['404 with a page', faults.reply(htmlError(404, 'Not Found')), /404 Not Found.*`base-url`/, 1],
    [
      'a page instead of an API',
      faults.reply(htmlError(200, 'Welcome')),
      /sends no JSON \(.*Welcome.*`base-url`/,
      1,
    ],
    [
      'a refused prompt',
      faults.reply(openAiError(400, 'Filtered', { code: 'content_filter' })),
      /content filter refused \(400: Filtered\)/,
      1,
    ],
  ])('%s, and not tried again for nothing', async (_, fault, reason, requests) => {
    await using scene = await startScene({ model: { answer: () => ({ fault }) } })
    expectIncomplete(scene, await scene.run(), reason)
    expect(scene.model.requests.length).toBeLessThanOrEqual(requests)
  })

  test('an unknown model, with the inputs to change', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { model: 'gpt-9' } })
    expectIncomplete(scene, result, /does not know "gpt-9" \(404: .*change `model` or `base-url`/)
    expect(scene.model.requests).toHaveLength(1)
  })

  test('a server that cannot be reached, with the input to change', async () => {
    await using scene = await startScene()
    await scene.model.close()
    const result = await scene.run({ inputs: { timeout: '3' } })
    expectIncomplete(scene, result, /could not be reached \(.*ECONNREFUSED.*check `base-url`/)
    expect(scene.model.requests).toEqual([])
  })
})

describe.concurrent('one model after the other is tried, in order', () => {
  test('when it is unknown, and for the first request only', async () => {
    const { findings, ...files } = parts(3)
    const model = { models: ['third'], answer: plantedReviewer(findings) }
    await using scene = await startScene({ ...files, model })
    const inputs = { ...onePartEach, concurrency: '1', model: 'first', 'fallback-models': 'second\nthird' }
    const result = await scene.run({ inputs })
    expectReviewed(scene, result, 3)
    const asked = reviewRequests(scene).map(({ body }) => body.model)
    expect(asked).toEqual(['first', 'second', 'third', 'third', 'third'])
    expect(reportOf(result).model).toBe('third')
    expect(scene.pull.reviews()[0]?.body).toContain('`third`')
  })

  test('when it only fails', async () => {
    const model = {
      models: ['first', 'second'],
      answer: ({ body }: { body: { model?: unknown } }): Answer =>
        body.model === 'first' ? { fault: hurried(faults.serverError()) } : { content },
    }
    await using scene = await startScene({ model })
    expectReviewed(scene, await scene.run({ inputs: { model: 'first', 'fallback-models': 'second' } }), 1)
    expect(scene.model.requests.map(({ body }) => body.model)).toEqual([...Array(6).fill('first'), 'second'])
  })

  test('and the last one’s trouble is told when all of them fail', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { model: 'first', 'fallback-models': 'second, third' } })
    expectIncomplete(scene, result, /does not know "third"/)
    expect(scene.model.requests.map(({ body }) => body.model)).toEqual(['first', 'second', 'third'])
  })
})

test.concurrent('what one request costs its hunks does not cost those of the others', async () => {
  const { findings, ...files } = parts(4)
  const reply = plantedReviewer(findings)
  const answer = (request: ModelRequest): Answer =>
    request.prompt.includes('src/part-2.ts') ? { fault: hurried(faults.serverError()) } : reply(request)
  await using scene = await startScene({ ...files, model: { answer } })
  const result = await scene.run({ inputs: onePartEach })
  expectIncomplete(scene, result, /^1 of 4 hunks were not reviewed: the model server failed/)
  expect(coverages(result)).toEqual(['reviewed', 'failed', 'reviewed', 'reviewed'])
  const [review] = scene.pull.reviews()
  expect(review?.comments).toHaveLength(3)
  expect(review?.body).toMatch(/### Not reviewed\n\n- the model server failed.*: `src\/part-2.ts`/)
})

test.concurrent('a redirect to another server is not followed: the code goes to the one that was named', async () => {
  await using other = await startModelServer({ answer: () => ({ content }) }).then((server) => ({
    server,
    [Symbol.asyncDispose]: () => server.close(),
  }))
  const headers = { location: `${other.server.url}/chat/completions` }
  const answer = () => ({ fault: faults.reply({ status: 307, body: '', headers }) })
  await using scene = await startScene({ model: { answer } })
  const result = await scene.run()
  expectIncomplete(scene, result, /redirects to another server.*`base-url`/)
  expect(other.server.requests).toEqual([])
  expect(scene.model.requests).toHaveLength(1)
})
