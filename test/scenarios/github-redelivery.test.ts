import { describe, expect, test } from 'vitest'
import { faults, openAiError, planted, plantedReviewer } from '../simulators/model/index.ts'
import { expectCleanTraffic, type Scene, small, startScene, writes } from './setup.ts'

/** Large enough that two of them do not fit into one small request. */
const longFile = (name: string) =>
  Array.from({ length: 40 }, (_, line) => `export const ${name}${line} = '${name} number ${line}'\n`).join('')

const twoRequests = {
  before: { 'README.md': '# Parts\n' },
  after: { 'src/first.ts': longFile('first'), 'src/second.ts': longFile('second') },
} as const
const requestTokens = { 'request-tokens': '2400' }

const inFirst = planted({ path: 'src/first.ts', quote: "export const first7 = 'first number 7'" })
const inSecond = planted({ path: 'src/second.ts', quote: "export const second9 = 'second number 9'" })

/** What another step of the workflow posts with the same token. */
async function sayAsBot({ github, pull, repository }: Scene, body: string): Promise<void> {
  const path = `repos/${repository.fullName}/pulls/${pull.number}/reviews`
  await fetch(`${github.url}/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-token' },
    body: JSON.stringify({ event: 'COMMENT', body }),
  })
}

describe.concurrent('the same event again', () => {
  test('writes nothing, asks nothing, and tells what stands', async () => {
    await using scene = await startScene()
    await scene.run()
    const [review] = scene.pull.reviews()
    const written = writes(scene.github)

    const again = await scene.run()

    expect(writes(scene.github)).toEqual(written)
    expect(scene.pull.reviews()).toEqual([review])
    expect(scene.model.requests).toHaveLength(1)
    expect(again.exitCode).toBe(0)
    expect(again.outputs).toMatchObject({
      verdict: 'findings',
      reason: expect.stringContaining('reviewed already'),
      findings: '1',
      'highest-severity': 'high',
      'review-id': '',
      'prompt-tokens': '0',
    })
    expect(again.report).toMatchObject({
      findings: [{ placement: 'repeated', path: 'src/price.ts', line: 3, title: small.findings[0].title }],
      files: [{ coverage: 'already-reviewed' }],
      usage: { requests: 0 },
    })
    expectCleanTraffic(scene)
  })

  test('still fails the step for what stands', async () => {
    await using scene = await startScene()
    await scene.run()
    expect((await scene.run({ inputs: { 'fail-on': 'medium' } })).exitCode).toBe(1)
    expect(scene.model.requests).toHaveLength(1)
  })

  test('finds its review behind more others than one page holds', async () => {
    await using scene = await startScene()
    await scene.run()
    for (let count = 0; count < 55; count++) await sayAsBot(scene, `Coverage report ${count}`)
    expect((await scene.run()).outputs).toMatchObject({ verdict: 'findings', 'review-id': '' })
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.pull.reviews()).toHaveLength(56)
  })

  test('passes again where nothing was found', async () => {
    await using scene = await startScene({ findings: [] })
    await scene.run()
    const { exitCode, outputs } = await scene.run({ inputs: { 'fail-on': 'low' } })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'passed', reason: expect.stringContaining('reviewed already') })
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(1)
  })
})

test('what an earlier run left unreviewed gets one further review with just that', async () => {
  let broken = true
  const reviewer = plantedReviewer([inFirst, inSecond])
  await using scene = await startScene({
    ...twoRequests,
    model: {
      answer: (request) =>
        broken && request.prompt.includes('second9')
          ? { fault: faults.reply(openAiError(400, 'Not today.')) }
          : reviewer(request),
    },
  })

  const incomplete = await scene.run({ inputs: requestTokens })
  expect(incomplete.exitCode).toBe(1)
  expect(incomplete.outputs).toMatchObject({ verdict: 'inconclusive', findings: '1' })
  expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: 'src/first.ts', line: 8 }] }])
  expect(scene.pull.reviews()[0]?.body).toMatch(/Not reviewed.*src\/second\.ts/s)

  broken = false
  const askedBefore = scene.model.requests.length
  const complete = await scene.run({ inputs: requestTokens })
  const asked = scene.model.requests.slice(askedBefore)
  expect(asked).toHaveLength(1)
  expect(asked[0]?.prompt).not.toContain('first7')
  expect(complete.exitCode).toBe(0)
  expect(complete.outputs).toMatchObject({ verdict: 'findings', findings: '2' })
  expect(scene.pull.reviews()).toHaveLength(2)
  expect(scene.pull.reviews()[1]?.comments).toMatchObject([{ path: 'src/second.ts', line: 10 }])
  expect(scene.pull.reviews()[1]?.body).not.toContain(inFirst.title)

  await scene.run({ inputs: requestTokens })
  expect(scene.pull.reviews()).toHaveLength(2)
  expect(scene.model.requests).toHaveLength(askedBefore + 1)
  expectCleanTraffic(scene)
})

describe.concurrent('scope: full', () => {
  const inputs = { scope: 'full' }

  test('asks again and repeats no comment that stands', async () => {
    await using scene = await startScene()
    await scene.run()
    const { outputs, report } = await scene.run({ inputs })
    expect(scene.model.requests).toHaveLength(2)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(report).toMatchObject({ findings: [{ placement: 'repeated' }] })
    expectCleanTraffic(scene)
  })

  test('is what workflow_dispatch means', async () => {
    await using scene = await startScene()
    await scene.run()
    await scene.run({
      event: { name: 'workflow_dispatch', payload: scene.repository.dispatchEvent({}) },
      inputs: { 'pull-request': '1' },
    })
    expect(scene.model.requests).toHaveLength(2)
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test('posts what is new, and only that', async () => {
    const second = planted({
      path: 'src/price.ts',
      quote: '  const euros = cents / 100',
      severity: 'medium',
      category: 'performance',
      title: 'Divides on every call',
    })
    const answers = [small.findings, [...small.findings, second]]
    const answer = () => ({ content: { summary: 'Prices.', findings: answers.shift() ?? [] } })
    await using scene = await startScene({ model: { answer } })
    await scene.run()
    const { outputs, report } = await scene.run({ inputs })
    expect(scene.pull.reviews()).toMatchObject([
      { comments: [{ line: 3 }] },
      { comments: [{ line: 2, body: expect.stringContaining('Divides on every call') }] },
    ])
    expect(scene.pull.reviews()[1]?.body).not.toContain(small.findings[0].title)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '2' })
    expect(report).toMatchObject({ findings: [{ placement: 'inline' }, { placement: 'repeated' }] })
    expectCleanTraffic(scene)
  })
})
