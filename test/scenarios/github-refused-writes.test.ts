import { describe, expect, test } from 'vitest'
import { planted } from '../simulators/model/index.ts'
import { type Scene, type SceneOptions, startScene, writes } from './setup.ts'

const lines = ['export const first = 1', 'export const second = 2', 'export const third = 3']
const three: SceneOptions = {
  after: { 'src/numbers.ts': `${lines.join('\n')}\n` },
  findings: lines.map((quote) => planted({ path: 'src/numbers.ts', quote, title: `About ${quote}` })),
}
const always = Number.POSITIVE_INFINITY
const creation = { method: 'POST', path: /\/reviews$/ } as const
const submission = { method: 'POST', path: /\/events$/ } as const

function onlyReview(scene: Scene) {
  expect(scene.github.violations).toEqual([])
  expect(scene.pull.pendingReviews()).toEqual([])
  const [review, ...others] = scene.pull.reviews()
  expect(others).toEqual([])
  return review
}

describe.concurrent('inline comments that GitHub refuses', () => {
  test('are folded, and the others stand on their lines', async () => {
    await using scene = await startScene(three)
    const lineUnresolved = (comment: { line?: unknown }) => comment.line === 2
    scene.github.faults.add({ ...creation, times: always, behaviour: { lineUnresolved } })
    const { exitCode, outputs, report } = await scene.run()
    const review = onlyReview(scene)
    expect(review?.comments.map(({ line }) => line)).toEqual([1, 3])
    expect(review?.body).toMatch(/GitHub refused the inline comment: .*Line could not be resolved/)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '3' })
    expect(exitCode).toBe(0)
    expect(report).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ title: `About ${lines[1]}`, placement: 'folded' }),
      ]),
    })
  })

  test('are all folded when none is taken', async () => {
    await using scene = await startScene(three)
    scene.github.faults.add({ ...creation, times: always, behaviour: { lineUnresolved: () => true } })
    const { outputs } = await scene.run()
    const review = onlyReview(scene)
    expect(review?.comments).toEqual([])
    for (const line of lines) expect(review?.body).toContain(`About ${line}`)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '3' })
  })

  test.each([
    ['once', { lineUnresolved: () => true }] as const,
    ['once, while a review without comments is left behind', '422-orphan-body'] as const,
  ])('%s, are posted after all', async (_, behaviour) => {
    await using scene = await startScene(three)
    scene.github.faults.add({ ...creation, behaviour })
    const { outputs } = await scene.run()
    expect(onlyReview(scene)?.comments.map(({ line }) => line)).toEqual([1, 2, 3])
    expect(outputs.verdict).toBe('findings')
  })
})

describe.concurrent('exactly one review, when on its creation', () => {
  test.each([
    ['the answer is lost behind a 502', 'commit-then-502'],
    ['the connection dies after it', 'commit-then-reset'],
    ['the connection dies before it', 'reset'],
    ['the answer breaks off', 'truncate'],
    ['GitHub fails once', { status: 502, body: '<html>Unicorn!</html>' }],
    ['GitHub is overloaded once', { status: 503, body: { message: 'Service unavailable' } }],
    ['the repository has a new name (301)', { redirect: 301 }],
    ['the repository has a new name (307)', { redirect: 307 }],
  ] as const)('%s', async (_, behaviour) => {
    await using scene = await startScene(three)
    scene.github.faults.add({ ...creation, behaviour })
    const { exitCode, outputs } = await scene.run()
    const review = onlyReview(scene)
    expect(review?.comments).toHaveLength(3)
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'findings', 'review-id': String(review?.id) })
  })
})

describe.concurrent('exactly one review, when on its submission', () => {
  test.each([
    ['the answer is lost behind a 502', 'commit-then-502'],
    ['the connection dies after it', 'commit-then-reset'],
    ['the connection dies before it', 'reset'],
    ['GitHub fails once', { status: 500, body: { message: 'Server Error' } }],
    ['the repository has a new name', { redirect: 307 }],
  ] as const)('%s', async (_, behaviour) => {
    await using scene = await startScene(three)
    scene.github.faults.add({ ...submission, behaviour })
    const { exitCode, outputs } = await scene.run()
    const review = onlyReview(scene)
    expect(review?.comments).toHaveLength(3)
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'findings', 'review-id': String(review?.id) })
  })
})

test('a renamed repository is followed at every step', async () => {
  await using scene = await startScene(three)
  for (const step of [{ path: /\/files$/ }, creation, submission]) {
    scene.github.faults.add({ ...step, behaviour: { redirect: 301 } })
  }
  expect((await scene.run()).outputs.verdict).toBe('findings')
  expect(onlyReview(scene)?.comments).toHaveLength(3)
})

/** No review, but every finding reaches people: in the job summary, and as annotations on their lines. */
async function expectToldElsewhere(scene: Scene, run: ReturnType<Scene['run']>) {
  const result = await run
  expect(onlyReview(scene)).toBeUndefined()
  const annotated = result.annotations.filter(({ properties }) => 'file' in properties)
  expect(annotated.map(({ name, properties }) => [name, properties.file, properties.line])).toEqual([
    ['error', 'src/numbers.ts', '1'],
    ['error', 'src/numbers.ts', '2'],
    ['error', 'src/numbers.ts', '3'],
  ])
  for (const line of lines) expect(result.summary).toContain(`About ${line}`)
  expect(result.outputs).toMatchObject({ findings: '3', 'highest-severity': 'high', 'review-id': '' })
  return result
}

describe.concurrent('a review that GitHub does not take', () => {
  test('because it always fails: inconclusive', async () => {
    await using scene = await startScene(three)
    const behaviour = { status: 502, body: '<html>Unicorn!</html>' }
    scene.github.faults.add({ ...creation, times: always, behaviour })
    const { exitCode, outputs } = await expectToldElsewhere(scene, scene.run())
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('posted') })
  })

  test('because it fails at the last step: inconclusive, and the pending review is gone', async () => {
    await using scene = await startScene(three)
    const behaviour = { status: 502, body: '<html>Unicorn!</html>' }
    scene.github.faults.add({ ...submission, times: always, behaviour })
    const { exitCode, outputs } = await expectToldElsewhere(scene, scene.run())
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('submitted') })
  })

  test('because the conversation is locked: the verdict decides', async () => {
    await using scene = await startScene(three)
    scene.pull.edit({ locked: true })
    const { exitCode, outputs, summary } = await expectToldElsewhere(scene, scene.run())
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(summary).toContain('locked')
  })

  test('because the token may only read: the verdict decides, and the permission is named', async () => {
    await using scene = await startScene(three)
    const permissions = { contents: 'read', pull_requests: 'read' } as const
    scene.github.token('read-only', { login: 'github-actions[bot]', permissions })
    const token = 'read-only'
    const { exitCode, outputs, summary } = await expectToldElsewhere(scene, scene.run({ token }))
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(summary).toContain('pull-requests: write')
    expect(writes(scene.github)).toEqual(['POST /repos/octo/demo/pulls/1/reviews 403'])

    const failing = await scene.run({ token, inputs: { 'fail-on': 'high' } })
    expect(failing.exitCode).toBe(1)
  })
})

describe.concurrent('answers that make no sense', () => {
  test('a pending review that nobody sees is waited for, not run against', async () => {
    await using scene = await startScene(three)
    const errors = ['User can only have one pending review per pull request']
    const body = { message: 'Unprocessable Entity', errors, documentation_url: '', status: '422' }
    scene.github.faults.add({ ...creation, times: always, behaviour: { status: 422, body } })
    const { exitCode, outputs } = await scene.run({ inputs: { timeout: '5' } })
    expect(exitCode).toBe(1)
    expect(outputs.verdict).toBe('inconclusive')
    expect(writes(scene.github).filter((write) => /\/reviews 422$/.test(write)).length).toBeLessThanOrEqual(6)
  })

  test('a submission that is answered with no review is looked at before it is sent again', async () => {
    await using scene = await startScene(three)
    scene.github.faults.add({ ...submission, times: always, behaviour: { status: 200, body: {} } })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(1)
    expect(outputs.verdict).toBe('inconclusive')
    expect(writes(scene.github).filter((write) => /\/events 200$/.test(write))).toHaveLength(3)
    const looks = scene.github.requests.filter(
      ({ method, path }) => method === 'GET' && /\/reviews\/\d+$/.test(path),
    )
    expect(looks).toHaveLength(3)
    expect(scene.pull.pendingReviews()).toEqual([])
  })

  test('a 403 that speaks of no permission is no read-only token', async () => {
    await using scene = await startScene(three)
    const body = {
      message: 'The organization has an IP allow list enabled',
      documentation_url: '',
      status: '403',
    }
    scene.github.faults.add({ ...creation, times: always, behaviour: { status: 403, body } })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('IP allow list'),
    })
  })
})
