import { describe, expect, it } from 'vitest'
import type { Chunk } from '../../src/plan/plan-review.ts'
import { frameTokens, promptFrame } from '../../src/prompt/render.ts'
import { type Asking, askModel } from '../../src/review/ask-model.ts'
import type { Wave } from '../../src/review/waves.ts'
import { TokenBudget } from '../../src/review/token-budget.ts'
import { FakeLanguageModel, promptOf, type Saying } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'
import { chunkEach, diffsOf } from './given-files.ts'

const frame = promptFrame(
  { title: 'T', body: '', labels: [], commitMessages: [] },
  { language: 'en', nonce: 'n', requestTokens: 32_000 },
)
const chunks = chunkEach(diffsOf(['a.ts', 'b.ts', 'c.ts', 'd.ts']))
const nothingFound = { summary: 'Fine.', findings: [] }
const fine: Saying = { content: nothingFound }

function asking(languageModel: FakeLanguageModel, changes: Partial<Asking> = {}): Asking {
  return {
    frame,
    breathe: async () => {},
    languageModel,
    models: ['first'],
    budget: new TokenBudget(1_000_000),
    concurrency: 1,
    requestTokens: 32_000,
    tokens: { promptTokens: 0, completionTokens: 0 },
    signal: new AbortController().signal,
    logger: silentLogger,
    beside: async () => {},
    isStillWanted: async () => true,
    ...changes,
  }
}

/** All at once, without anything around it. */
function askAll(asked: readonly Chunk[], asking: Asking) {
  return askModel(waveOf([]), Promise.resolve(waveOf(asked)), asking)
}

function waveOf(chunks: readonly Chunk[]): Wave {
  return { chunks, excerptsOf: () => [] }
}

async function ask(model: FakeLanguageModel, changes: Partial<Asking> = {}, asked = chunks) {
  const outcomes = await askAll(asked, asking(model, changes))
  return outcomes.chunks.map((one) =>
    one.kind === 'answered' ? `${one.model} #${one.request}` : `${one.coverage}: ${one.reason}`,
  )
}

/** Which files each request for a review showed. */
function shown(model: FakeLanguageModel): string[] {
  const reviews = model.requests.filter(({ answer }) => answer.name === 'patchpilot_review')
  return reviews.map((request) =>
    [...promptOf(request).matchAll(/^File: (\S+)/gm)].map(([, path]) => path).join(),
  )
}

function linesOf(chunk: Chunk): number {
  return chunk.parts.reduce((sum, part) => sum + part.lines.length, 0)
}

describe('every chunk is asked about', () => {
  it('in order, and says which request answered it', async () => {
    const model = new FakeLanguageModel(() => fine)
    expect(await ask(model)).toEqual(['first #1', 'first #2', 'first #3', 'first #4'])
    expect(shown(model)).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts'])
  })

  it.each([1, 2, 3, 9])('at most %i at once', async (concurrency) => {
    const model = new FakeLanguageModel(() => fine)
    await ask(model, { concurrency })
    expect(model.peakInFlight).toBe(Math.min(concurrency, chunks.length + 1))
  })

  it('within the room that the budget reserved for the answer', async () => {
    const model = new FakeLanguageModel(() => fine)
    await ask(model, { budget: new TokenBudget(6000) }, chunks.slice(0, 1))
    const [request] = model.requests
    expect(request?.maxCompletionTokens).toBeGreaterThan(500)
    expect(request?.maxCompletionTokens).toBeLessThan(6000 - frameTokens(frame) / 2)
  })

  it('and costs what the server counted, also where it failed', async () => {
    const tokens = { promptTokens: 0, completionTokens: 0 }
    const usage = { promptTokens: 100, completionTokens: 10, cachedTokens: 0 }
    const sayings: Saying[] = [
      { ...fine, usage },
      { fails: 'request', usage },
      { fails: 'request', usage: null },
    ]
    await ask(
      new FakeLanguageModel((_, number) => sayings[number - 1] ?? { ...fine, usage: null }),
      { tokens },
      chunks.slice(0, 3),
    )
    expect(tokens).toEqual({ promptTokens: 200, completionTokens: 20 })
  })
})

it('no further wave is asked about a head that was replaced', async () => {
  const model = new FakeLanguageModel(() => fine)
  const outcomes = await ask(model, { concurrency: 2, isStillWanted: async () => false })
  expect(shown(model)).toEqual(['a.ts', 'b.ts'])
  expect(outcomes.slice(2)).toEqual(Array(2).fill('failed: a newer head has taken its place'))
})

describe('the budget', () => {
  const usage = { promptTokens: 4000, completionTokens: 500, cachedTokens: 0 }
  const failed = (cost: typeof usage | null): Saying => ({ fails: 'request', usage: cost })

  it('pays for a request that failed, as far as the server counted it', async () => {
    const model = new FakeLanguageModel((_, number) => (number === 1 ? failed(usage) : fine))
    const outcomes = await ask(model, { budget: new TokenBudget(5000) })
    expect(outcomes.slice(1)).toEqual(Array(3).fill('budget: the budget set by `max-tokens` was spent'))
  })

  it('pays nothing for a request that was refused', async () => {
    const model = new FakeLanguageModel((_, number) => (number === 1 ? failed(null) : fine))
    const outcomes = await ask(model, { budget: new TokenBudget(5000) })
    expect(outcomes.slice(1)).toEqual(['first #2', 'first #3', 'first #4'])
  })
})

describe('a failure', () => {
  const failing = (scope: Extract<Saying, { fails: unknown }>['fails']) =>
    new FakeLanguageModel(({ model }, number) =>
      model === 'first' && number === 1 ? { fails: scope } : fine,
    )

  it('of one request costs its hunks and no others', async () => {
    const outcomes = await ask(failing('request'))
    expect(outcomes).toEqual(['failed: failed: request', 'first #2', 'first #3', 'first #4'])
  })

  it('of one request is left to the next model, and the next chunk starts with the first again', async () => {
    const outcomes = await ask(failing('request'), { models: ['first', 'second'] })
    expect(outcomes).toEqual(['second #2', 'first #3', 'first #4', 'first #5'])
  })

  it('of a model for good is not run into again', async () => {
    const outcomes = await ask(failing('model'), { models: ['first', 'second'] })
    expect(outcomes).toEqual(['second #2', 'second #3', 'second #4', 'second #5'])
  })

  it('of the only model leaves everything unasked, with its reason', async () => {
    const model = failing('model')
    expect(await ask(model)).toEqual(Array(4).fill('failed: failed: model'))
    expect(model.requestCount).toBe(1)
  })

  it('of the server ends the asking, whatever other models there are', async () => {
    const model = failing('server')
    expect(await ask(model, { models: ['first', 'second'] })).toEqual(Array(4).fill('failed: failed: server'))
    expect(model.requestCount).toBe(1)
  })

  it('by the time counts as deadline, unless another model answers', async () => {
    expect((await ask(failing('late')))[0]).toBe('deadline: failed: late')
    expect((await ask(failing('late'), { models: ['first', 'second'] }))[0]).toBe('second #2')
    expect((await ask(failing('stopped'), { models: ['first', 'second'] }))[0]).toBe(
      'deadline: failed: stopped',
    )
  })

  it('by the time leaves what was answered before', async () => {
    const stop = new AbortController()
    const model = new FakeLanguageModel((_, number) => {
      if (number === 3) queueMicrotask(() => stop.abort())
      return number === 3 ? 'nothing' : fine
    })
    const outcomes = await ask(model, { signal: stop.signal })
    expect(outcomes).toEqual(['first #1', 'first #2', 'deadline: told to stop', 'deadline: told to stop'])
    expect(model.requestCount).toBe(3)
  })
})

describe('an answer that cannot be used', () => {
  const cut: Saying = { content: '{"summary": "half', truncated: true }
  it.each<[string, Saying, number, RegExp]>([
    ['is empty', { content: ' \n' }, 3, /the answer is empty/],
    ['was cut', cut, 3, /cut at its token limit/],
    ['was used up', { content: '', truncated: true }, 3, /used up by reasoning/],
    ['is something else', { content: { comments: [] } }, 4, /not the JSON object asked for/],
  ])('because it %s is asked for once more, with the reason', async (_, saying, messages, reason) => {
    const model = new FakeLanguageModel((_request, number) => (number === 1 ? saying : fine))
    expect(await ask(model, {}, chunks.slice(0, 1))).toEqual(['first #2'])
    expect(model.requests[1]?.messages).toHaveLength(messages)
    expect(model.requests[1]?.messages.at(-1)?.content).toMatch(reason)
  })

  it('twice is left to the next model, and then not reviewed', async () => {
    const model = new FakeLanguageModel(() => cut)
    const [outcome] = await ask(model, { models: ['first', 'second'] }, chunks.slice(0, 1))
    expect(outcome).toBe('failed: second gave no usable answer twice: the answer was cut at its token limit')
    expect(model.requests.map(({ model }) => model)).toEqual(['first', 'first', 'second', 'second'])
  })

  it('is not shown again when it would not fit beside the question', async () => {
    const long: Saying = { content: 'well '.repeat(30_000) }
    const model = new FakeLanguageModel((_, number) => (number === 1 ? long : fine))
    expect(await ask(model, {}, chunks.slice(0, 1))).toEqual(['first #2'])
    expect(model.requests[1]?.messages).toHaveLength(3)
  })

  it('is not asked for again when the budget is spent', async () => {
    const usage = { promptTokens: 4000, completionTokens: 900, cachedTokens: 0 }
    const model = new FakeLanguageModel(() => ({ ...cut, usage }))
    const outcomes = await ask(model, { budget: new TokenBudget(5000) })
    expect(outcomes).toEqual(Array(4).fill('budget: the budget set by `max-tokens` was spent'))
    expect(model.requestCount).toBe(1)
  })
})

describe('a change that took several requests', () => {
  const summarised = { content: { summary: ' It adds four files. ' } }
  const isSummary = ({ answer }: { readonly answer: { readonly name: string } }) =>
    answer.name === 'patchpilot_summary'
  const answering = (summary: Saying) =>
    new FakeLanguageModel((request) => (isSummary(request) ? summary : fine))

  it('is summarised once, out of what was answered', async () => {
    const model = answering(summarised)
    const { summary } = await askAll(chunks, asking(model))
    expect(summary).toBe('It adds four files.')
    expect(model.requests.map(isSummary)).toEqual([false, false, false, false, true])
    expect(model.requests.slice(4).map(promptOf).join()).toContain('c.ts\nFine.')
  })

  it('takes no time of its own: whoever has nothing left to ask about asks for the summary', async () => {
    const model = answering(summarised)
    const { summary } = await askAll(chunks, asking(model, { concurrency: 6 }))
    expect(summary).toBe('It adds four files.')
    expect(model.peakInFlight).toBe(5)
    const asked = model.requests.find(isSummary)
    expect(asked && promptOf(asked)).toContain('d.ts\n+line 1 of the file d.ts')
  })

  it('has none where the budget is spent, the model fails, or there was one request only', async () => {
    const one = answering(summarised)
    expect((await askAll(chunks.slice(0, 1), asking(one))).summary).toBeNull()
    expect(one.requestCount).toBe(1)
    expect((await askAll(chunks, asking(answering({ fails: 'request' })))).summary).toBeNull()
    expect((await askAll(chunks, asking(answering({ content: 'no JSON' })))).summary).toBeNull()
    const usage = { promptTokens: 1900, completionTokens: 10, cachedTokens: 0 }
    const costly = new FakeLanguageModel(() => ({ ...fine, usage }))
    expect((await askAll(chunks, asking(costly, { budget: new TokenBudget(8_200) }))).summary).toBeNull()
    expect(costly.requestCount).toBe(4)
  })

  it('is not summarised by a server that answers nothing', async () => {
    const model = new FakeLanguageModel(() => ({ fails: 'server' }))
    await askAll(chunks, asking(model))
    expect(model.requestCount).toBe(1)
  })
})

describe('a prompt too large for the model', () => {
  const large = chunkEach(diffsOf(['large.ts'], 400))

  it('is halved until it fits, and every line is asked about once', async () => {
    const model = new FakeLanguageModel((request) =>
      promptOf(request).length > 8000 ? { fails: 'too-large' } : fine,
    )
    const { chunks: outcomes } = await askAll(large, asking(model))
    expect(outcomes.length).toBeGreaterThan(2)
    expect(outcomes.every(({ kind }) => kind === 'answered')).toBe(true)
    expect(outcomes.reduce((sum, { chunk }) => sum + linesOf(chunk), 0)).toBe(400)
  })

  it('even with few lines in it is not tried with all of them', async () => {
    const model = new FakeLanguageModel(() => ({ fails: 'too-large' }))
    expect(new Set(await ask(model, {}, [...large, ...chunks]))).toEqual(
      new Set(['failed: failed: too-large']),
    )
    expect(model.requestCount).toBeLessThan(10)
  })

  it('with one long line alone in it costs that line', async () => {
    const [chunk] = chunkEach(diffsOf(['long.ts'], 1))
    if (chunk === undefined) throw new Error('no chunk')
    const model = new FakeLanguageModel((request) =>
      promptOf(request).includes('long.ts') ? { fails: 'too-large' } : fine,
    )
    const outcomes = await ask(model, {}, [{ ...chunk, tokens: 9000 }, ...chunks.slice(0, 1)])
    expect(outcomes).toEqual(['failed: failed: too-large', 'first #2'])
  })
})
