import { describe, expect, test } from 'vitest'
import { type Scene, startScene } from './setup.ts'

/** A marker that says everything at this head was reviewed and nothing found: the work of another identity. */
async function obtainMarkedBody(scene: Scene): Promise<string> {
  scene.github.token('other-bot', { login: 'other-reviewer[bot]' })
  await scene.run({ token: 'other-bot' })
  const body = scene.pull.reviews()[0]?.body ?? ''
  expect(body).toMatch(/^<!-- patchpilot:1 /)
  return body
}

async function post(scene: Scene, token: string, path: string, body: object): Promise<void> {
  const { owner, name } = scene.repository
  const response = await fetch(`${scene.github.url}/repos/${owner}/${name}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  })
  expect(response.ok).toBe(true)
}

const reviewsOf = (scene: Scene) => `pulls/${scene.pull.number}/reviews`

/** The run believed no marker: it asked the model and posted its own review. */
async function expectReviewed(scene: Scene): Promise<void> {
  const asked = scene.model.requests.length
  const before = scene.pull.reviews().length
  expect((await scene.run()).outputs).toMatchObject({ verdict: 'findings', reason: '' })
  expect(scene.model.requests).toHaveLength(asked + 1)
  const [review, ...others] = scene.pull.reviews().slice(before)
  expect(others).toEqual([])
  expect(review).toMatchObject({ user: 'github-actions[bot]', comments: [{ line: 3 }] })
  expect(scene.github.violations).toEqual([])
}

describe.concurrent.each(['GraphQL', 'REST'])('read by %s, a marker is not believed', (means) => {
  async function start(): Promise<Scene> {
    const scene = await startScene()
    if (means === 'REST') {
      const times = Number.POSITIVE_INFINITY
      scene.github.faults.add({ graphql: /./, times, behaviour: { status: 404, body: {} } })
    }
    return scene
  }

  test('in the review of another bot', async () => {
    await using scene = await start()
    await obtainMarkedBody(scene)
    await expectReviewed(scene)
  })

  test('that a stranger copied', async () => {
    await using scene = await start()
    const body = await obtainMarkedBody(scene)
    scene.github.token('mallory', { login: 'mallory', permissions: null })
    await post(scene, 'mallory', reviewsOf(scene), { event: 'COMMENT', body })
    await post(scene, 'mallory', `issues/${scene.pull.number}/comments`, { body })
    const comments = [{ path: 'src/price.ts', line: 3, side: 'RIGHT', body }]
    await post(scene, 'mallory', reviewsOf(scene), { event: 'COMMENT', body: 'Look', comments })
    await expectReviewed(scene)
  })

  test('anywhere but at the very start, also where our own identity quotes it', async () => {
    await using scene = await start()
    const body = await obtainMarkedBody(scene)
    for (const quoted of [`> ${body}`, ` ${body}`, `\n${body}`, `Somebody wrote: ${body}`]) {
      await post(scene, 'test-token', reviewsOf(scene), { event: 'COMMENT', body: quoted })
    }
    await expectReviewed(scene)
  })

  test('that was tampered with', async () => {
    await using scene = await start()
    const body = await obtainMarkedBody(scene)
    const tampered = body.replace('patchpilot:1 ', 'patchpilot:1 AAAA')
    await post(scene, 'test-token', reviewsOf(scene), { event: 'COMMENT', body: tampered })
    await expectReviewed(scene)
  })
})
