import { describe, expect, test } from 'vitest'
import { type Behaviour, type Fault, limitAnswers } from '../simulators/github/index.ts'
import { startScene, writes } from './setup.ts'

const always = Number.POSITIVE_INFINITY
const reading = { method: 'GET', path: /\/files$/ } as const
const creation = { method: 'POST', path: /\/reviews$/ } as const
const submission = { method: 'POST', path: /\/events$/ } as const

const resetSoon = () => limitAnswers.primary({ resetsAt: new Date(Date.now() + 2_000) })
const abuse = {
  status: 422,
  headers: { 'retry-after': '1' },
  body: {
    message: 'Validation Failed',
    errors: [{ resource: 'PullRequestReview', code: 'abuse', field: 'base' }],
  },
}
const graphqlResetSoon = () => ({
  status: 200,
  headers: {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 2),
  },
  body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation.' }] },
})

const limits: readonly [string, () => Behaviour][] = [
  ['primary limit with its reset near', resetSoon],
  ['secondary limit (403)', () => limitAnswers.secondary({ retryAfter: 1 })],
  ['secondary limit (429)', () => limitAnswers.secondary({ status: 429, retryAfter: 1 })],
  ['limit with nothing but Retry-After', () => ({ status: 403, headers: { 'retry-after': '1' }, body: {} })],
  ['limit in the guise of a 422', () => abuse],
]

describe.concurrent('a short rate limit is waited out, and one review is posted', () => {
  async function expectWaited(fault: Pick<Fault, 'method' | 'path' | 'graphql'>, behaviour: () => Behaviour) {
    await using scene = await startScene()
    scene.github.faults.add({ ...fault, behaviour: behaviour() })
    const { exitCode, outputs, durationMs } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(durationMs).toBeGreaterThan(1_000)
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ line: 3 }] }])
    expect(scene.pull.pendingReviews()).toEqual([])
    expect(scene.github.violations).toEqual([])
  }

  test.each(limits)('a %s while reading', (_, behaviour) => expectWaited(reading, behaviour))
  test.each(limits)('a %s while posting', (_, behaviour) => expectWaited(creation, behaviour))
  test('a secondary limit while submitting', () =>
    expectWaited(submission, () => limitAnswers.secondary({ retryAfter: 1 })))
  test('GraphQL’s own limit', () => expectWaited({ graphql: /./ }, graphqlResetSoon))
})

test('GraphQL’s limit far away does not keep us from reading by REST', async () => {
  await using scene = await startScene()
  scene.github.faults.add({ graphql: /./, times: always, behaviour: limitAnswers.graphql() })
  const { exitCode, durationMs } = await scene.run()
  expect(exitCode).toBe(0)
  expect(durationMs).toBeLessThan(15_000)
  expect(scene.pull.reviews()).toHaveLength(1)
})

describe.concurrent('a limit longer than `timeout` ends the review at once, as inconclusive', () => {
  const inputs = { timeout: '30' }
  const far = () => limitAnswers.primary({ resetsAt: new Date(Date.now() + 1_800_000) })

  test.each([
    ['a primary limit', far],
    ['a secondary limit', () => limitAnswers.secondary({ retryAfter: 600 })],
    ['a limit that does not say for how long', () => limitAnswers.secondary()],
    ['a limit in the guise of a 422', () => limitAnswers.abuse()],
  ] as const)('%s while reading', async (_, behaviour) => {
    await using scene = await startScene()
    scene.github.faults.add({ path: /./, times: always, behaviour: behaviour() })
    const { exitCode, outputs, durationMs } = await scene.run({ inputs })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/rate limit/i) })
    expect(durationMs).toBeLessThan(15_000)
    expect(scene.model.requests).toEqual([])
    expect(writes(scene.github)).toEqual([])
  })

  test.each([
    ['a primary limit', far],
    ['a secondary limit', () => limitAnswers.secondary({ retryAfter: 600 })],
    ['a limit in the guise of a 422', () => limitAnswers.abuse()],
  ] as const)('%s while posting', async (_, behaviour) => {
    await using scene = await startScene()
    scene.github.faults.add({ ...creation, times: always, behaviour: behaviour() })
    const { exitCode, outputs, durationMs, summary } = await scene.run({ inputs })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/rate/i),
      findings: '1',
    })
    expect(summary).toContain('Prices lose their cents')
    expect(durationMs).toBeLessThan(15_000)
    expect(scene.pull.reviews()).toEqual([])
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})
