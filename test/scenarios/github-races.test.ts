import { describe, expect, test } from 'vitest'
import { writeReviewMarker } from '../../src/finding/marker.ts'
import { planted } from '../simulators/model/index.ts'
import { refusals, type Scene, small, startScene } from './setup.ts'

/** What each push adds, and what may be said about it. */
const rounds = ['alpha.open(1)', 'beta = beta || 2', 'close(gamma)']
const about = (quote: string) => [
  [planted({ path: 'src/round.ts', quote, title: 'Runs twice' })],
  [planted({ path: 'src/round.ts', quote, title: 'Never closed', category: 'performance' })],
]

/** Answers nobody before everybody has asked, so that the runs reach their posting together. */
function meetingPoint(expected: number) {
  let waiting: (() => void)[] = []
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (waiting.length < expected) return
      for (const go of waiting) go()
      waiting = []
    })
}

const claims = [
  small.findings,
  [planted({ path: 'src/price.ts', quote: '  const euros = cents / 100', title: 'Rounds too late' })],
]

/** Answers to so many runs at the same moment, each with other findings than the one before. */
function answeringTogether(runs: number) {
  const together = meetingPoint(runs)
  return async ({ index }: { index: number }) => {
    await together()
    return { content: { summary: 'Prices.', findings: claims[index % 2] } }
  }
}

describe('two runs at once on one head post exactly one review', () => {
  test.each(['the same answer', 'different answers'])('when the model gives them %s', async (answers) => {
    const together = meetingPoint(2)
    await using scene = await startScene({
      model: {
        answer: async ({ index }) => {
          await together()
          const findings = about(added)[answers === 'different answers' ? index % 2 : 0]
          return { content: { summary: 'Prices.', findings } }
        },
      },
    })
    let added = ''
    for (const [at, line] of rounds.entries()) {
      added = line
      const sha = await scene.pull.push({ 'src/round.ts': `${line}\n` })
      const event = { name: 'pull_request', payload: scene.pull.event('synchronize') }
      const results = await Promise.all([scene.run({ event }), scene.run({ event })])
      for (const { exitCode, outputs } of results) {
        expect(exitCode).toBe(0)
        expect(outputs.verdict).toBe('findings')
      }
      expect(results.filter(({ outputs }) => outputs['review-id'] !== '')).toHaveLength(1)
      expect(scene.pull.reviews()).toHaveLength(at + 1)
      expect(scene.pull.reviews().at(-1)).toMatchObject({ commitId: sha, comments: [{}] })
      expect(scene.pull.pendingReviews()).toEqual([])
    }
    expect(scene.github.violations).toEqual([])
  })

  test('also three, while GitHub is slow to answer', async () => {
    await using scene = await startScene({ model: { answer: answeringTogether(3) } })
    const times = Number.POSITIVE_INFINITY
    scene.github.faults.add({ method: 'POST', path: /./, times, behaviour: { delay: 200 } })
    const results = await Promise.all([scene.run(), scene.run(), scene.run()])
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{}] }])
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})

test('two runs at once post one review also where GraphQL does not work', async () => {
  await using scene = await startScene({ model: { answer: answeringTogether(2) } })
  const times = Number.POSITIVE_INFINITY
  scene.github.faults.add({ graphql: /./, times, behaviour: { status: 404, body: {} } })
  const results = await Promise.all([scene.run(), scene.run()])
  expect(results.map(({ outputs }) => outputs.verdict)).toEqual(['findings', 'findings'])
  expect(scene.pull.reviews()).toMatchObject([{ comments: [{}] }])
  expect(scene.pull.pendingReviews()).toEqual([])
})

describe.concurrent('a pending review that nobody submits', () => {
  async function leavePending(scene: Scene, token: string, body: string): Promise<void> {
    const { owner, name } = scene.repository
    const response = await fetch(`${scene.github.url}/repos/${owner}/${name}/pulls/1/reviews`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ body }),
    })
    expect(response.ok).toBe(true)
    expect(scene.pull.pendingReviews()).toHaveLength(1)
  }

  const deadRun = (scene: Scene) =>
    writeReviewMarker({
      version: 1,
      runId: 'a-run-that-died',
      time: new Date().toISOString(),
      headSha: scene.pull.headSha,
      reviewedHunks: [],
      complete: false,
      findings: [],
    })

  async function expectTakenOver(scene: Scene): Promise<void> {
    const { exitCode, outputs, durationMs } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ line: 3 }] }])
    expect(scene.pull.pendingReviews()).toEqual([])
    expect(durationMs).toBeGreaterThan(15_000)
    // The one refusal that says somebody is there.
    expect(new Set(refusals(scene.github))).toEqual(new Set(['POST /repos/octo/demo/pulls/1/reviews 422']))
  }

  test('was left by a run that died: it is waited for, then replaced', async () => {
    await using scene = await startScene()
    await leavePending(scene, 'test-token', `${deadRun(scene)}\nHalf a review`)
    await expectTakenOver(scene)
  })

  test('of a bot has no marker: it is waited for, then replaced', async () => {
    await using scene = await startScene()
    await leavePending(scene, 'test-token', 'Half a review of another tool')
    await expectTakenOver(scene)
  })

  test('is a person’s own draft: it is never touched, and the reason names it', async () => {
    await using scene = await startScene()
    scene.github.token('ann-token', { login: 'ann', permissions: null })
    await leavePending(scene, 'ann-token', 'What I think of this, unfinished')
    const { exitCode, outputs, summary } = await scene.run({ token: 'ann-token' })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/@ann.*unfinished review/),
    })
    expect(summary).toContain(small.findings[0].title)
    expect(scene.pull.pendingReviews()).toMatchObject([{ body: 'What I think of this, unfinished' }])
    expect(scene.pull.reviews()).toEqual([])
  })

  test('is waited for no longer than `timeout` allows', async () => {
    await using scene = await startScene()
    await leavePending(scene, 'test-token', 'Half a review of another tool')
    const { exitCode, outputs, durationMs, summary } = await scene.run({ inputs: { timeout: '8' } })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('`timeout`') })
    expect(durationMs).toBeLessThan(15_000)
    expect(summary).toContain(small.findings[0].title)
    expect(scene.pull.pendingReviews()).toHaveLength(1)
    expect(scene.pull.reviews()).toEqual([])
  })

  test('is submitted in time: the other run’s review stands, and a second one adds what is new', async () => {
    await using scene = await startScene()
    await leavePending(scene, 'test-token', `${deadRun(scene)}\nStill at work`)
    const [pending] = scene.pull.pendingReviews()
    scene.github.faults.add({
      method: 'GET',
      path: /\/reviews$/,
      nth: 2,
      behaviour: {
        mutate: () =>
          fetch(`${scene.github.url}/repos/octo/demo/pulls/1/reviews/${pending?.id}/events`, {
            method: 'POST',
            headers: { authorization: 'Bearer test-token' },
            body: JSON.stringify({ event: 'COMMENT' }),
          }),
      },
    })
    const { outputs, durationMs } = await scene.run()
    expect(durationMs).toBeLessThan(14_000)
    expect(outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toMatchObject([{ comments: [] }, { comments: [{ line: 3 }] }])
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})
