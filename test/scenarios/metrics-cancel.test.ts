import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMissing } from '../servers/installed.ts'
import { type Pushgateway, startPushgateway } from '../servers/pushgateway.ts'
import { pass, startRelay } from '../servers/relay.ts'
import { groupOf, locks, pushingTo } from './metrics-setup.ts'
import { small, startScene } from './setup.ts'

/** So long the runner waits for the end that it asked for. */
const killedAfterMs = 7_500

/** The model thinks until the run has pushed its zeros. */
async function answerOnceThereAreZeros(gateway: Pushgateway) {
  const deadline = Date.now() + 30_000
  while ((await gateway.samples('patchpilot_reviews_total')).length === 0 && Date.now() < deadline)
    await sleep(20)
  return { content: { summary: 'Prices.', findings: small.findings } }
}

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('a cancelled run', () => {
  /** Cancels a run at its nth request to the gateway. */
  async function cancelAt(nth: number) {
    await using gateway = await startPushgateway()
    await using scene = await startScene({ model: { answer: () => answerOnceThereAreZeros(gateway) } })
    let cancel = () => {}
    let cancelledAt = 0
    await using relay = await startRelay(gateway.url, ({ index }) => {
      if (index === nth) {
        cancelledAt = performance.now()
        cancel()
      }
      return pass
    })
    const onStart = (run: { cancel(): void }) => {
      cancel = () => run.cancel()
    }
    const result = await scene.run(pushingTo(relay, { onStart }))
    return {
      result,
      cancelled: cancelledAt > 0,
      msAfterCancel: performance.now() - cancelledAt,
      requests: relay.requests.length,
      left: await locks(gateway),
      reviews: await gateway.samples('patchpilot_reviews_total', groupOf(scene)),
    }
  }

  test.each([0, 1, 2])(
    'leaves no lock, whenever it is cancelled (every third request from %i)',
    async (first) => {
      for (let nth = first; ; nth += 3) {
        const run = await cancelAt(nth)
        if (!run.cancelled) break
        expect({ nth, left: run.left }).toEqual({ nth, left: [] })
        expect(run.result.signal).toBeNull()
        expect(run.msAfterCancel).toBeLessThan(killedAfterMs)
        expect(run.reviews.reduce((sum, { value }) => sum + value, 0)).toBeLessThanOrEqual(1)
      }
    },
  )

  test('leaves no lock and no verdict when the model was still thinking', async () => {
    await using gateway = await startPushgateway()
    let cancel = () => {}
    const answer = async () => {
      await answerOnceThereAreZeros(gateway)
      cancel()
      return { content: { summary: 'Prices.', findings: [] }, latencyMs: 30_000 }
    }
    await using scene = await startScene({ model: { answer } })
    const onStart = (run: { cancel(): void }) => {
      cancel = () => run.cancel()
    }
    const result = await scene.run(pushingTo(gateway, { onStart }))
    expect(result.exitCode).toBe(130)
    expect(await locks(gateway)).toEqual([])
    const reviews = await gateway.samples('patchpilot_reviews_total', groupOf(scene))
    expect(reviews.length).toBeGreaterThan(0)
    expect(reviews.filter(({ value }) => value !== 0)).toEqual([])
  })
})
