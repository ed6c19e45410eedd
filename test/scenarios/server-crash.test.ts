import { describe, expect, test } from 'vitest'
import { change, eventually, idle, kill, reviewed, slowModel, startAnother } from './server-hands.ts'
import { type ServerScene, startServerScene } from './server-setup.ts'
import { expectCleanTraffic, type Scene } from './setup.ts'

const looked = /^looked for lost reviews/

describe.concurrent('after kill -9', () => {
  /** Kills the server, lets GitHub have the delivery on its record, and starts it again. */
  const restart = async (scene: ServerScene, env: Readonly<Record<string, string>> = {}) => {
    await kill(scene.server)
    scene.github.faults.clear()
    return startAnother({ ...scene.env, ...env })
  }
  const deliverRecorded = async (scene: ServerScene, pull: Scene['pull'] = scene.pull) => {
    const payload = pull.event('opened')
    expect((await scene.deliver('pull_request', payload)).status).toBe(202)
    scene.installation.recordDelivery({ event: 'pull_request', payload })
  }

  test('what ran and what waited is reviewed once', async () => {
    const model = slowModel()
    await using scene = await startServerScene({ model, env: { WORKERS: '1' } })
    const other = await scene.repository.openPullRequest(change('other'))
    await deliverRecorded(scene)
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await deliverRecorded(scene, other)
    await eventually(() => expect(other.checkRuns()).toMatchObject([{ status: 'queued' }]))
    await using again = await restart(scene)
    model.release()
    await again.logged(/^found 2 pull requests/)
    await reviewed(other)
    await idle(again)
    for (const pull of [scene.pull, other]) {
      expect(pull.reviews()).toHaveLength(1)
      expect(pull.pendingReviews()).toEqual([])
      expect(pull.checkRuns()).toMatchObject([{ status: 'completed', conclusion: 'success' }])
    }
    expectCleanTraffic(scene)
  })

  test('a review that was written and not submitted is not there twice', async () => {
    await using scene = await startServerScene()
    scene.github.faults.add({ path: /\/reviews\/\d+\/events$/, behaviour: 'hang' })
    await deliverRecorded(scene)
    await eventually(() => expect(scene.pull.pendingReviews()).toHaveLength(1))
    await using again = await restart(scene)
    await reviewed(scene.pull)
    await idle(again)
    expect(scene.pull.reviews()).toMatchObject([{ comments: [expect.anything()] }])
    expect(scene.pull.pendingReviews()).toEqual([])
    expect(scene.pull.checkRuns()).toMatchObject([{ conclusion: 'success' }])
  })

  test('a review that was posted is not done again, and its check run is ended', async () => {
    await using scene = await startServerScene({ env: { PATCHPILOT_FAIL_ON: 'high' } })
    const untilKilled = () => (scene.pull.reviews().length === 0 ? undefined : new Promise(() => {}))
    scene.github.faults.add({
      ...{ method: 'PATCH', path: /\/check-runs\/\d+$/, times: Number.POSITIVE_INFINITY },
      behaviour: { mutate: untilKilled },
    })
    await deliverRecorded(scene)
    await reviewed(scene.pull)
    expect(scene.pull.checkRuns()).toMatchObject([{ status: 'in_progress' }])
    await using again = await restart(scene)
    await eventually(() => expect(scene.pull.checkRuns()).toMatchObject([{ conclusion: 'failure' }]))
    await idle(again)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.pull.checkRuns()).toMatchObject([{ annotations: [expect.anything()] }])
  })

  test('a head that takes the server down again and again is left alone in the end', async () => {
    await using scene = await startServerScene({ model: slowModel() })
    await deliverRecorded(scene)
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await eventually(() => expect(scene.pull.checkRuns()).toMatchObject([{ externalId: 'pull=1 tries=1' }]))
    {
      await using second = await restart(scene)
      await eventually(() => expect(scene.pull.checkRuns()).toMatchObject([{ externalId: 'pull=1 tries=2' }]))
      await kill(second)
    }
    await rewriteCheck(scene, 'pull=1 tries=50')
    const asked = scene.model.requests.length
    await using last = await startAnother({ ...scene.env, PATCHPILOT_LOG_LEVEL: 'debug' })
    await last.logged(/tried too often/)
    await last.logged(looked)
    await idle(last)
    expect(scene.model.requests).toHaveLength(asked)
    expect(scene.pull.reviews()).toEqual([])
  })
})

/** As if servers before this one had written it. */
async function rewriteCheck({ github, pull, repository }: ServerScene, externalId: string): Promise<void> {
  const [run] = pull.checkRuns()
  const { authorization } =
    github.requests.findLast(({ path }) => path.includes('/check-runs'))?.headers ?? {}
  const answer = await fetch(`${github.url}/repos/${repository.fullName}/check-runs/${run?.id}`, {
    method: 'PATCH',
    headers: { authorization: String(authorization), 'user-agent': 'an earlier server' },
    body: JSON.stringify({ external_id: externalId }),
  })
  expect(answer.status).toBe(200)
}
