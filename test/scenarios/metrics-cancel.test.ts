import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMissing } from '../servers/installed.ts'
import { startPushgateway } from '../servers/pushgateway.ts'
import { pass, startRelay } from '../servers/relay.ts'
import { groupOf, locks, pushingTo } from './metrics-setup.ts'
import { small, startScene } from './setup.ts'

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a cancelled run', () => {
  /** Cancels a run at its nth request to the gateway and waits until nothing of it is left. */
  async function cancelAt(
    nth: number,
  ): Promise<{ readonly cancelled: boolean; readonly left: readonly object[] }> {
    await using scene = await startScene()
    await using gateway = await startPushgateway()
    let cancel = () => {}
    let cancelledAt: number | null = null
    await using relay = await startRelay(gateway.url, ({ index }) => {
      if (index === nth) {
        cancelledAt = performance.now()
        cancel()
      }
      return pass
    })
    const result = await scene.run(
      pushingTo(relay, {
        onStart: (run) => {
          cancel = run.cancel
        },
      }),
    )
    if (cancelledAt === null) return { cancelled: false, left: [] }
    expect(result.signal).toBeNull()
    expect(performance.now() - cancelledAt).toBeLessThan(6_000)
    expect(await gateway.samples('patchpilot_reviews_total')).not.toContainEqual(
      expect.objectContaining({ value: 2 }),
    )
    return { cancelled: true, left: await locks(gateway) }
  }

  test.each([0, 1])(
    'leaves no lock, whenever it is cancelled (every other request from %i)',
    async (first) => {
      let requests = 0
      for (let nth = first; ; nth += 2) {
        const { cancelled, left } = await cancelAt(nth)
        if (!cancelled) break
        expect({ nth, left }).toEqual({ nth, left: [] })
        requests++
      }
      expect(requests).toBeGreaterThan(2)
    },
    60_000,
  )

  test('leaves no lock and no verdict when the model was still thinking', async () => {
    await using gateway = await startPushgateway()
    let cancel = () => {}
    const answer = async () => {
      const deadline = Date.now() + 1_500
      while ((await gateway.samples('patchpilot_reviews_total')).length === 0 && Date.now() < deadline)
        await sleep(20)
      cancel()
      return { content: { summary: 'Prices.', findings: small.findings }, latencyMs: 30_000 }
    }
    await using scene = await startScene({ model: { answer } })
    const result = await scene.run(
      pushingTo(gateway, {
        onStart: (run) => {
          cancel = run.cancel
        },
      }),
    )
    expect(result.exitCode).toBe(130)
    expect(await locks(gateway)).toEqual([])
    const reviews = await gateway.samples('patchpilot_reviews_total', groupOf(scene))
    expect(reviews.length).toBeGreaterThan(0)
    expect(reviews.filter(({ value }) => value !== 0)).toEqual([])
  })
})
