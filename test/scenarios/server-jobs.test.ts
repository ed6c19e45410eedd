import { describe, expect, test } from 'vitest'
import { faults } from '../simulators/model/index.ts'
import { expectCleanTraffic, small } from './setup.ts'
import { startServerScene } from './server-setup.ts'

const fine = { content: { summary: 'Fine.', findings: [] } }

describe.concurrent('reviews by the server', () => {
  test('leave a head for a newer one, and only that is reviewed', async () => {
    const { promise: asked, resolve: firstAsked } = Promise.withResolvers<void>()
    await using scene = await startServerScene({
      model: {
        answer: ({ index }) => {
          if (index > 0) return fine
          firstAsked()
          return { fault: faults.hang() }
        },
      },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await asked
    await scene.pull.push({ ...small.after, 'src/other.ts': 'export const other = 1\n' })
    await scene.deliver('pull_request', scene.pull.event('synchronize'))
    await scene.server.logged(/^verdict: passed/)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.pull.reviews()[0]?.body).toContain(scene.pull.headSha.slice(0, 7))
    expect(await scene.metrics()).toContain('status="superseded"} 1\n')
    expectCleanTraffic(scene)
  })

  test('are tried again when they could not be completed', async () => {
    await using scene = await startServerScene({
      env: { PATCHPILOT_TIMEOUT: '600' },
      model: { answer: ({ index }) => (index < 6 ? { fault: faults.reset() } : fine) },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await scene.server.logged(/attempt 2 in/)
    const metrics = await scene.metrics()
    expect(metrics).toContain('patchpilot_queue_jobs{state="delayed"} 1\n')
    // The task has not ended, and nobody was told anything yet.
    expect(metrics).toContain('patchpilot_tasks_total{name="review_pull_request",status="failed"} 0\n')
    expect(scene.pull.reviews()).toEqual([])
  })

  test('finish when the server is told to stop, which takes nothing new and ends with 0', async () => {
    await using scene = await startServerScene({ model: { latencyMs: 1500 } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await expect.poll(() => scene.model.requests.length).toBe(1)
    scene.server.signal('SIGTERM')
    await scene.server.logged(/^stopping/)
    expect(await scene.server.ended).toBe(0)
    expect(scene.pull.reviews()).toMatchObject([{ state: 'COMMENTED' }])
    expectCleanTraffic(scene)
  })

  test('are stopped when they take too long for that, and leave nothing pending', async () => {
    await using scene = await startServerScene({
      env: { PATCHPILOT_DRAIN_SECONDS: '1' },
      model: { answer: () => ({ fault: faults.hang() }) },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await expect.poll(() => scene.model.requests.length).toBe(1)
    scene.server.signal('SIGTERM')
    expect(await scene.server.ended).toBe(0)
    expect(scene.pull.reviews()).toEqual([])
    expect(scene.pull.pendingReviews()).toEqual([])
  })
})
