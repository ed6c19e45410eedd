import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { defaultToken } from '../simulators/github/index.ts'
import { faults, openAiError } from '../simulators/model/index.ts'
import { expectIncomplete, onePartEach, parts } from './model-setup.ts'
import { type Scene, startScene } from './setup.ts'

const key = 'sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'

/** The key must not be read anywhere: the runner masks it in the log only. */
function expectKeyUnseen(scene: Scene, result: ActionResult): void {
  const masks = result.commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message)
  expect(masks).toContain(key)
  const log = `${result.stdout}${result.stderr}`.replaceAll(`::add-mask::${key}`, '')
  const written = [log, result.summary, JSON.stringify([result.outputs, result.report])]
  const posted = JSON.stringify(scene.github.requests.map(({ body }) => body))
  for (const text of [...written, posted]) expect(text).not.toContain(key.slice(0, 12))
}

describe.concurrent('a server that refuses the key', () => {
  test.each([
    ['without a word', openAiError(401, '')],
    ['repeating it', openAiError(401, `Incorrect API key provided: ${key}.`)],
    ['repeating it at the end of a long story', openAiError(401, `${'so '.repeat(95)}your key is ${key}`)],
    ['in a body with status 200', { status: 200, body: { error: { code: 401, message: `Bad key ${key}` } } }],
    ['in plain text', { status: 401, body: `Bad key ${key}`, headers: { 'content-type': 'text/plain' } }],
    ['as its code', openAiError(401, 'Incorrect API key', { code: key })],
  ])('%s, is asked nothing more, and the key stays secret', async (_, reply) => {
    const { findings, ...files } = parts(4)
    await using scene = await startScene({
      ...files,
      model: { answer: () => ({ fault: faults.reply(reply) }) },
    })
    const inputs = { ...onePartEach, concurrency: '1', 'api-key': key, 'fallback-models': 'second' }
    const result = await scene.run({ inputs, debug: true })
    expectIncomplete(scene, result, /^4 of 4 hunks .*refused the key \(401.*set the input `api-key`/)
    expect(scene.model.requests).toHaveLength(1)
    expect(findings).toHaveLength(4)
    expectKeyUnseen(scene, result)
  })

  test('that it never had is told which input to set', async () => {
    await using scene = await startScene({ model: { apiKey: key } })
    expectIncomplete(
      scene,
      await scene.run(),
      /refused the key \(401: You didn't provide an API key.*`api-key`/,
    )
    expect(scene.model.requests).toHaveLength(1)
  })
})

describe.concurrent('a public server without a key', () => {
  test.each([
    ['the default', 'https://api.openai.com/v1'],
    ['Azure', 'https://shop.openai.azure.com/openai/v1'],
    ['OpenRouter', 'https://openrouter.ai/api/v1'],
  ])('%s: nothing is asked, and the reason names the input and who gets no secrets', async (_, url) => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'base-url': url } })
    expectIncomplete(scene, result, /needs a key and the input `api-key` is empty.*forks and Dependabot/)
    expect(result.outputs.reason).toContain(new URL(url).hostname)
    expect(scene.model.requests).toEqual([])
    expect(result.outputs).toMatchObject({ 'prompt-tokens': '0', findings: '0' })
  })

  test('from a fork, whose token may not write either, is told in the job summary', async () => {
    await using scene = await startScene({ pullRequest: { fromFork: true } })
    scene.github.token(defaultToken, {
      login: 'github-actions[bot]',
      type: 'Bot',
      permissions: { contents: 'read', pull_requests: 'read' },
    })
    const result = await scene.run({ inputs: { 'base-url': 'https://api.openai.com/v1' } })
    expect(result).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } })
    expect(result.summary).toMatch(/`?api-key.*forks and Dependabot/)
    expect(scene.pull.reviews()).toEqual([])
  })
})
