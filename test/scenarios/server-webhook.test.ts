import { describe, expect, test } from 'vitest'
import { expectCleanTraffic } from './setup.ts'
import type { SimulatedGitHub } from '../simulators/github/index.ts'
import { startServer, startServerScene } from './server-setup.ts'

/** Paths, but for the record of deliveries, which every start looks at. */
const asked = (github: SimulatedGitHub) =>
  github.requests.map(({ path }) => path).filter((path) => path !== '/app/hook/deliveries')

describe.concurrent('a delivery', () => {
  test('becomes one review by the App, and is counted', async () => {
    await using scene = await startServerScene()
    const answer = await scene.deliver('pull_request', scene.pull.event('opened'), { id: 'd-1' })
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ result: 'queued', reason: '', pullRequest: 'octo/demo#1' })
    await scene.server.logged(/^verdict: findings/)
    expect(scene.pull.reviews()).toMatchObject([{ user: 'shop-reviewer[bot]', state: 'COMMENTED' }])
    expectCleanTraffic(scene)

    const metrics = await scene.metrics()
    expect(metrics).toContain('patchpilot_reviews_total{verdict="findings",trigger="pull_request"} 1\n')
    expect(metrics).toContain('patchpilot_tasks_total{name="review_pull_request",status="succeeded"} 1\n')
    expect(metrics).toContain(
      'patchpilot_http_requests_total{method="POST",endpoint="/webhook/",status="202"} 1\n',
    )
    await expect.poll(scene.metrics).toContain('patchpilot_queue_jobs{state="running"} 0\n')
    expect(metrics).not.toContain('repository=')
    const about = { delivery: 'd-1', installation: scene.installationId, pullRequest: 'octo/demo#1' }
    expect(scene.server.log).toContainEqual(expect.objectContaining({ ...about, level: 'info' }))
    expect(scene.server.text()).not.toContain('PRIVATE KEY')
  })

  test('that comes again is no second review', async () => {
    await using scene = await startServerScene()
    const opened = scene.pull.event('opened')
    await scene.deliver('pull_request', opened, { id: 'd-1' })
    await scene.server.logged(/^verdict/)
    const again = await scene.deliver('pull_request', opened, { id: 'd-1' })
    expect(again.status).toBe(202)
    expect(await again.json()).toMatchObject({ result: 'ignored', reason: expect.stringContaining('done') })
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test('keeps the token of its installation for the next', async () => {
    await using scene = await startServerScene()
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await scene.server.logged(/^verdict/)
    await scene.pull.push({ 'src/other.ts': 'export const other = 1\n' })
    await scene.deliver('pull_request', scene.pull.event('synchronize'))
    await expect.poll(() => scene.model.requests.length).toBe(2)
    const signIns = asked(scene.github).filter((path) => path.startsWith('/app'))
    expect(signIns.toSorted()).toEqual(['/app', `/app/installations/${scene.installationId}/access_tokens`])
  })

  test.each([
    ['ping', { zen: 'Keep it logically awesome.', hook_id: 1 }, /ping/],
    ['installation', { action: 'created' }, /installation/],
    ['push', { ref: 'refs/heads/main' }, /push/],
  ])('%s is acknowledged and ignored, with the reason', async (event, payload, reason) => {
    await using scene = await startServerScene()
    const answer = await scene.deliver(event, payload)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ result: 'ignored', reason: expect.stringMatching(reason) })
    expect(asked(scene.github)).toEqual([])
  })

  test('may be a form', async () => {
    await using scene = await startServerScene()
    const payload = { ...scene.pull.event('opened'), installation: { id: scene.installationId } }
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await scene.deliver('pull_request', {}, { body, headers })).status).toBe(202)
    await scene.server.logged(/^verdict: findings/)
  })

  test('may be signed with any of several secrets', async () => {
    await using scene = await startServerScene({ env: { GITHUB_WEBHOOK_SECRET: 'new-one old-one' } })
    for (const secret of ['new-one', 'old-one']) {
      expect((await scene.deliver('ping', {}, { secret })).status).toBe(202)
    }
    expect((await scene.deliver('ping', {}, { secret: 'older-one' })).status).toBe(401)
  })
})

describe.concurrent('what is no delivery', () => {
  test('is refused, and nothing comes of it', async () => {
    await using scene = await startServerScene()
    const opened = scene.pull.event('opened')
    const forged: readonly (readonly [number, Parameters<typeof scene.deliver>[2]])[] = [
      [401, { secret: 'guessed' }],
      [401, { headers: { 'x-hub-signature-256': '' } }],
      [401, { headers: { 'x-hub-signature-256': 'sha256=0' } }],
      [401, { headers: { 'x-hub-signature-256': `sha1=${'0'.repeat(64)}` } }],
      [400, { body: '{"action":' }],
      [400, { body: '"opened"' }],
      [400, { body: JSON.stringify({ action: 'opened', installation: { id: 1 } }) }],
    ]
    for (const [status, changes] of forged) {
      const answer = await scene.deliver('pull_request', opened, changes)
      expect(answer.status).toBe(status)
      expect(await answer.json()).toMatchObject({ result: 'refused', reason: expect.stringMatching(/./) })
    }
    const { status } = await fetch(`${scene.server.url}/webhook`, { method: 'POST', body: '{}' })
    expect(status).toBe(401)
    expect(asked(scene.github)).toEqual([])
    expect(scene.model.requests).toEqual([])
  })

  test('is refused when it is larger than anything GitHub sends', async () => {
    await using scene = await startServerScene()
    const body = JSON.stringify({ filler: 'x'.repeat(26 * 1024 * 1024) })
    const answer = await scene.deliver('ping', {}, { body }).catch((error: Error) => error)
    // A client that still sends may see the connection end instead.
    if (answer instanceof Response) expect(answer.status).toBe(413)
    expect((await scene.deliver('ping', {})).status).toBe(202)
    expect(await scene.metrics()).toMatch(/endpoint="\/webhook\/",status="413"\} 1/)
  })

  test.each([
    ['GET', '/webhook/', 405],
    ['POST', '/metrics', 405],
    ['GET', '/admin', 404],
    ['GET', '/', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/readyz?full=1', 200],
  ])('%s %s is answered with %i', async (method, path, status) => {
    await using scene = await startServerScene()
    expect((await fetch(`${scene.server.url}${path}`, { method })).status).toBe(status)
  })
})

test('a server without its settings says what is missing, all at once, and ends', async () => {
  const server = await startServer({ PATCHPILOT_TIMEOUT: 'soon', PORT: '8000000' })
  expect(await server.ended).toBe(1)
  const messages = server.log.map(({ message }) => String(message))
  for (const name of [
    'GITHUB_APP_ID',
    'GITHUB_PRIVATE_KEY_PEM',
    'GITHUB_WEBHOOK_SECRET',
    'PORT',
    'PATCHPILOT_TIMEOUT',
  ])
    expect(messages.filter((message) => message.startsWith(`${name} is`))).toHaveLength(1)
})
