import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { contextWindow, type Fault, faults, openAiError } from '../simulators/model/index.ts'
import { hurried } from './hurried.ts'
import { startScene } from './setup.ts'

/** What the job summary says to change, each as the inputs it names. */
function advised({ summary }: ActionResult): readonly string[] {
  const section = summary.split('\n### What to change\n')[1]?.split('\n#')[0] ?? ''
  return section.split('\n').filter((line) => line.startsWith('- '))
}

describe.concurrent('what to change is said', () => {
  const always = (fault: Fault) => ({ answer: () => ({ fault: hurried(fault) }) })
  const hang = { answer: () => ({ fault: faults.hang() }) }

  test.each<[string, Parameters<typeof startScene>[0], Record<string, string>, RegExp]>([
    ['a refused key', { model: always(faults.reply(openAiError(401, 'No'))) }, {}, /`api-key` exists/],
    ['an unknown model', {}, { model: 'gpt-9' }, /name for `model`.*`GET \/models`/],
    ['no credit', { model: always(faults.insufficientQuota()) }, {}, /top the account up/],
    ['a rate limit', { model: always(faults.rateLimited()) }, {}, /Lower `concurrency`/],
    ['a server that fails', { model: always(faults.serverError()) }, {}, /Run the job again later/],
    ['a small context', { model: { profiles: [contextWindow(300)] } }, {}, /Set `request-tokens` to half/],
    [
      'answers in prose',
      { model: { answer: () => ({ content: 'Looks good!' }) } },
      {},
      /Take a larger `model`/,
    ],
    ['no key', {}, { 'base-url': 'https://api.openai.com/v1' }, /by hand.*`pull-request` set to 1:/],
    [
      'a slow model',
      { model: hang },
      { timeout: '4' },
      /Raise `timeout`.*The slowest request.*faster `model`/s,
    ],
    ['the budget', {}, { 'max-tokens': '900' }, /Raise `max-tokens`.*0 of 1 hunk/],
  ])('after %s', async (_, options, inputs, expected) => {
    await using scene = await startScene(options)
    const result = await scene.run({ inputs })
    expect(result.outputs.verdict).toBe('inconclusive')
    expect(advised(result).join('\n')).toMatch(expected)
    expect(advised(result).length).toBeLessThanOrEqual(2)
  })

  test('after a model server that cannot be reached', async () => {
    await using scene = await startScene()
    await scene.model.close()
    const advice = advised(await scene.run({ inputs: { timeout: '4' } }))
    expect(advice).toEqual([expect.stringContaining('the runner reaches `base-url`')])
  })

  test('after GitHub has failed', async () => {
    await using scene = await startScene()
    scene.github.faults.add({
      path: /./,
      times: Number.POSITIVE_INFINITY,
      behaviour: { status: 502, body: '' },
    })
    const result = await scene.run({ inputs: { timeout: '3' } })
    expect(advised(result)).toEqual([expect.stringMatching(/^- Run the job again/)])
  })

  test('after GitHub has refused the token', async () => {
    await using scene = await startScene()
    const [advice, ...others] = advised(await scene.run({ token: 'unknown' }))
    expect(advice).toContain('`github-token`')
    expect(others).toEqual([])
  })

  test('where a fork’s token may not write, although the review is done', async () => {
    await using scene = await startScene({ pullRequest: { fromFork: true } })
    const permissions = { contents: 'read', pull_requests: 'read' } as const
    scene.github.token('read-only', { login: 'github-actions[bot]', permissions })
    const result = await scene.run({ token: 'read-only' })
    expect(result.outputs.verdict).toBe('findings')
    expect(advised(result)).toEqual([expect.stringContaining('`pull-request` set to 1:')])
  })

  test('where the metrics could not be pushed, although the review is posted', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'pushgateway-url': `${scene.model.url}/nowhere` } })
    expect(result.outputs.verdict).toBe('findings')
    expect(advised(result)).toEqual([expect.stringContaining('`pushgateway-url`')])
  })
})
