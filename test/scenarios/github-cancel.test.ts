import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SimulatedGitHub } from '../simulators/github/index.ts'
import { type Scene, type SceneOptions, small, startScene, writes } from './setup.ts'

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const

/** So long the runner waits for the end that it asked for. */
const killedAfterMs = 7_500

type Signal = (typeof signals)[number][0]

/** A scene whose run can be stopped from inside its servers. */
async function startStoppable(signal: Signal, options: (stop: () => void) => SceneOptions) {
  let stoppedAt = 0
  let pid = 0
  const stop = () => {
    stoppedAt = performance.now()
    process.kill(pid, signal)
  }
  const scene = await startScene(options(stop))
  return {
    scene,
    stop,
    async run() {
      const result = await scene.run({
        onStart: (started) => {
          pid = started.pid
        },
      })
      return { ...result, msAfterSignal: performance.now() - stoppedAt }
    },
    [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
  }
}

/** Nothing is left on GitHub, also not a moment later. */
async function expectNothingPosted({ pull, github }: Scene): Promise<void> {
  const written = writes(github).length
  await sleep(700)
  expect(writes(github)).toHaveLength(written)
  expect(pull.reviews()).toEqual([])
  expect(pull.pendingReviews()).toEqual([])
}

const slowly = (github: SimulatedGitHub, fault: object, stop: () => void) => {
  github.faults.add({ ...fault, behaviour: { mutate: stop } })
  github.faults.add({ ...fault, behaviour: { delay: 600 } })
}

describe.concurrent.each(signals)('%s', (signal, exitCode) => {
  test('while the model answers: ends at once, and nothing is posted', async () => {
    await using stoppable = await startStoppable(signal, (stop) => ({
      model: {
        answer: () => {
          stop()
          return { content: { summary: 'Prices.', findings: small.findings }, latencyMs: 60_000 }
        },
      },
    }))
    const result = await stoppable.run()
    expect(result.exitCode).toBe(exitCode)
    expect(result.msAfterSignal).toBeLessThan(killedAfterMs)
    expect(writes(stoppable.scene.github)).toEqual([])
    await expectNothingPosted(stoppable.scene)
  })

  test('while the review is being created: what comes of it is removed', async () => {
    await using stoppable = await startStoppable(signal, () => small)
    const { scene, stop } = stoppable
    slowly(scene.github, { method: 'POST', path: /\/reviews$/ }, stop)
    const result = await stoppable.run()
    expect(result.exitCode).toBe(exitCode)
    expect(result.msAfterSignal).toBeLessThan(killedAfterMs)
    await expectNothingPosted(scene)
  })

  test('while the pending review is held: it is removed', async () => {
    await using stoppable = await startStoppable(signal, () => small)
    const { scene, stop } = stoppable
    slowly(scene.github, { graphql: /PatchPilotState/, nth: 2 }, stop)
    const result = await stoppable.run()
    expect(result.exitCode).toBe(exitCode)
    expect(result.msAfterSignal).toBeLessThan(killedAfterMs)
    expect(writes(scene.github).map((write) => write.split(' ')[0])).toEqual(['POST', 'DELETE'])
    await expectNothingPosted(scene)
  })

  test('while the review is being submitted: it is taken back before GitHub gets to it', async () => {
    await using stoppable = await startStoppable(signal, () => small)
    const { scene, stop } = stoppable
    slowly(scene.github, { method: 'POST', path: /\/events$/ }, stop)
    const result = await stoppable.run()
    expect(result.exitCode).toBe(exitCode)
    expect(result.msAfterSignal).toBeLessThan(killedAfterMs)
    await expectNothingPosted(scene)
  })
})
