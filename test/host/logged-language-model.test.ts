import { expect, it } from 'vitest'
import { LoggedLanguageModel } from '../../src/host/logged-language-model.ts'
import type { CompletionRequest } from '../../src/ports/language-model.ts'
import { FakeLanguageModel, type Saying } from '../fakes/language-model.ts'
import { silentLogger } from '../fakes/silent-logger.ts'

const request: CompletionRequest = {
  model: 'gpt-5.4-mini',
  messages: [
    { role: 'system', content: 'Review this.' },
    { role: 'user', content: '+ const a = 1\n+ const b = 2' },
  ],
  answer: { name: 'patchpilot_review', schema: {} },
  maxCompletionTokens: 100,
  repairs: null,
}

/** Asks as often as there is something to say. */
async function ask(...sayings: readonly Saying[]) {
  const debugged: string[] = []
  const asked = new FakeLanguageModel((_, number) => sayings[number - 1] ?? 'nothing')
  const logged = new LoggedLanguageModel(asked, { ...silentLogger, debug: (line) => debugged.push(line) })
  const completions = []
  for (const _ of sayings) completions.push(await logged.complete(request, new AbortController().signal))
  return { debugged, asked, logged, completions }
}

it('what is asked and answered is told in full, and numbered so that both can be found', async () => {
  const { debugged } = await ask({ content: 'first' }, { content: 'second' })
  const question = '--- system:\nReview this.\n--- user:\n+ const a = 1\n+ const b = 2'
  expect(debugged).toEqual([
    `question 1, to gpt-5.4-mini:\n${question}`,
    'answer to question 1, to model request 1:\nfirst',
    `question 2, to gpt-5.4-mini:\n${question}`,
    'answer to question 2, to model request 2:\nsecond',
  ])
})

it('a question without an answer says why', async () => {
  const { debugged } = await ask({ fails: 'server', reason: 'out of credit' })
  expect(debugged.at(-1)).toBe('no answer to question 1: out of credit')
})

it('nothing about asking changes', async () => {
  const { asked, logged, completions } = await ask({ content: 'first' }, { fails: 'request' })
  expect(asked.requests).toEqual([request, request])
  expect(logged.requestCount).toBe(2)
  expect(completions).toMatchObject([{ kind: 'answered', content: 'first' }, { kind: 'failed' }])
})
