import { describe, expect, it } from 'vitest'
import { createLanguageModel } from '../../src/adapters/openai/create.ts'
import type { CompletionRequest, LanguageModel } from '../../src/ports/language-model.ts'
import { FakeLanguageModel, type Saying } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import {
  type Answer,
  contextWindow,
  faults,
  openAiError,
  type Profile,
  startModelServer,
} from '../simulators/model/index.ts'

/** One way for a model to behave, as the fake is told and as a server would do it. */
type Behaviour = { readonly fake: Saying; readonly server: Answer; readonly profile?: Profile }

const usage = { promptTokens: 120, completionTokens: 9, cachedTokens: 0 }
const counted = { prompt_tokens: 120, completion_tokens: 9 }

const behaviours = {
  answers: { fake: { content: 'fine', usage }, server: { content: 'fine', usage: counted } },
  saysNothing: { fake: { content: '', usage }, server: { content: null, usage: counted } },
  countsNothing: { fake: { content: 'fine', usage: null }, server: { content: 'fine', usage: null } },
  isCut: {
    fake: { content: '{"summary": "half', truncated: true, usage },
    server: { content: '{"summary": "half', finishReason: 'length', usage: counted },
  },
  refuses: {
    fake: { fails: 'request', usage },
    server: { content: null, refusal: 'I will not.', usage: counted },
  },
  isUnknown: {
    fake: { fails: 'model', usage: null },
    server: { fault: faults.reply(openAiError(404, 'no')) },
  },
  wantsAnotherKey: {
    fake: { fails: 'server', usage: null },
    server: { fault: faults.reply(openAiError(401, 'no')) },
  },
  isSmall: {
    fake: { fails: 'too-large', usage: null },
    server: { content: '' },
    profile: contextWindow(3),
  },
  limitsForLong: { fake: { fails: 'late', usage: null }, server: { fault: faults.rateLimited(3600) } },
  hangs: { fake: 'nothing', server: { fault: faults.hang() } },
} as const satisfies Record<string, Behaviour>

type Subject = AsyncDisposable & {
  readonly model: LanguageModel
  /** Settled once a request has arrived. */
  readonly arrival: Promise<void>
  sent(): number
}

function startFake({ fake }: Behaviour): Promise<Subject> {
  const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>()
  const model = new FakeLanguageModel(() => {
    arrived()
    return fake
  })
  return Promise.resolve({
    model,
    arrival,
    sent: () => model.requests.length,
    [Symbol.asyncDispose]: async () => {},
  })
}

async function startAdapter({ server: answer, profile }: Behaviour): Promise<Subject> {
  const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>()
  const server = await startModelServer({
    answer: () => {
      arrived()
      return answer
    },
    profiles: profile === undefined ? [] : [profile],
  })
  const options = { baseUrl: server.url, apiKey: 'sk-1', deadline: Date.now() + 60_000 }
  return {
    model: createLanguageModel(options, silentLogger, () => {}),
    arrival,
    sent: () => server.requests.length,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

const request: CompletionRequest = {
  model: 'gpt-5.4-mini',
  messages: [
    { role: 'system', content: 'Answer in JSON.' },
    { role: 'user', content: 'What do you think of this change?' },
  ],
  answer: {
    name: 'patchpilot_review',
    schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  },
  maxCompletionTokens: 1000,
  repairs: null,
}
const never = new AbortController().signal

describe.each([
  ['the fake', startFake],
  ['the OpenAI adapter', startAdapter],
])('a language model: %s', (_, start) => {
  it('answers, says which request it was, and what it cost', async () => {
    await using subject = await start(behaviours.answers)
    const answer = { kind: 'answered', content: 'fine', truncated: false, usage }
    expect(await subject.model.complete(request, never)).toEqual({ ...answer, request: 1 })
    expect(await subject.model.complete(request, never)).toEqual({ ...answer, request: 2 })
    expect(subject.model.requestCount).toBe(2)
    expect(subject.sent()).toBe(2)
  })

  it('numbers requests in the order of sending', async () => {
    await using subject = await start(behaviours.answers)
    const asked = await Promise.all([1, 2, 3].map(() => subject.model.complete(request, never)))
    expect(asked.map((one) => (one.kind === 'answered' ? one.request : 0)).toSorted()).toEqual([1, 2, 3])
  })

  it('takes an empty answer for an answer', async () => {
    await using subject = await start(behaviours.saysNothing)
    expect(await subject.model.complete(request, never)).toMatchObject({
      kind: 'answered',
      content: '',
      usage,
    })
  })

  it('tells an answer that was cut', async () => {
    await using subject = await start(behaviours.isCut)
    const cut = { kind: 'answered', content: '{"summary": "half', truncated: true, usage }
    expect(await subject.model.complete(request, never)).toMatchObject(cut)
  })

  it('tells apart what was counted as nothing and what was not counted', async () => {
    await using subject = await start(behaviours.countsNothing)
    expect(await subject.model.complete(request, never)).toMatchObject({ kind: 'answered', usage: null })
  })

  it.each([
    ['refuses', 'request', usage],
    ['isUnknown', 'model', null],
    ['wantsAnotherKey', 'server', null],
    ['isSmall', 'too-large', null],
    ['limitsForLong', 'late', null],
  ] as const)(
    'that %s fails with what else will fail, in one line, and does not throw',
    async (name, scope, cost) => {
      await using subject = await start(behaviours[name])
      const failed = { kind: 'failed', scope, usage: cost, reason: expect.stringMatching(/^[^\n]+$/) }
      expect(await subject.model.complete(request, never)).toEqual(failed)
      expect(subject.model.requestCount).toBe(1)
    },
  )

  it('stops when it is told to', async () => {
    await using subject = await start(behaviours.hangs)
    const stop = new AbortController()
    const asked = subject.model.complete(request, stop.signal)
    await subject.arrival
    stop.abort()
    expect(await asked).toMatchObject({ kind: 'failed', scope: 'stopped' })
  })

  it('sends nothing any more once it was told to stop', async () => {
    await using subject = await start(behaviours.answers)
    const stopped = await subject.model.complete(request, AbortSignal.abort())
    expect(stopped).toMatchObject({ kind: 'failed', scope: 'stopped', usage: null })
    expect(subject.sent()).toBe(0)
  })
})
