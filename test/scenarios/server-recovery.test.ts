import { describe, expect, test } from 'vitest'
import { change, eventually, fine, idle, kill, messages, reviewed, startAnother } from './server-hands.ts'
import { installApp, type ServerScene, startServerScene } from './server-setup.ts'
import { limitAnswers } from '../simulators/github/index.ts'
import { expectCleanTraffic, type Scene } from './setup.ts'

const hour = 60 * 60_000
const ago = (ms: number) => new Date(Date.now() - ms)
/** Every look is in the log, and the next follows at once instead of in five minutes. */
const watched = { PATCHPILOT_LOG_LEVEL: 'debug' }
const hurried = { PATCHPILOT_RECOVERY_SECONDS: '1', ...watched }
const looked = /^looked for lost reviews/

/** The model was never asked more than once, and one review is all that there is. */
function expectOneReview({ pull, model }: Pick<ServerScene, 'pull' | 'model'>): void {
  expect(pull.reviews()).toHaveLength(1)
  expect(pull.pendingReviews()).toEqual([])
  expect(model.requests.filter(({ status }) => status === 200)).toHaveLength(1)
}

describe.concurrent('after downtime', () => {
  test('each open pull request where something happened is reviewed once, and no other', async () => {
    const others: Record<string, Scene['pull']> = {}
    await using scene = await startServerScene({
      model: { answer: () => fine },
      prepare: async ({ github, repository, pull }, installation) => {
        const record = (event: object, told: object = {}) =>
          installation.recordDelivery({ event: 'pull_request', payload: { ...event }, ...told })
        const open = async (name: string, spec: object = {}) => {
          const opened = await repository.openPullRequest({ ...change(name), ...spec })
          others[name] = opened
          return opened
        }
        record(pull.event('opened'))
        record((await open('refused')).event('opened'), { statusCode: 503 })
        record((await open('late')).event('opened'), { statusCode: 0, status: 'timed out' })
        await open('unknown')
        record((await open('draft', { draft: true })).event('opened'))
        const closed = await open('closed')
        record(closed.event('opened'), { statusCode: 503 })
        closed.close()
        ;(await open('old')).state.updatedAt = ago(73 * hour).toISOString()
        installation.recordDelivery({ event: 'installation', payload: { action: 'created' } })

        const removed = await github.createRepository({ name: 'removed' })
        const there = await removed.openPullRequest(change('removed'))
        others.removed = there
        record(there.event('opened'))

        const quiet = await github.createRepository({ name: 'quiet' })
        const forgotten = await quiet.openPullRequest(change('quiet'))
        others.quiet = forgotten
        installApp(github, [quiet.fullName]).recordDelivery({
          ...{ event: 'pull_request', payload: forgotten.event('opened'), at: ago(73 * hour) },
        })
      },
    })
    await scene.server.logged(/^found 4 pull requests/)
    await idle(scene.server)
    expect(scene.pull.reviews()).toHaveLength(1)
    const counts = Object.entries(others).map(([name, pull]) => [name, pull.reviews().length])
    expect(Object.fromEntries(counts)).toEqual({
      ...{ refused: 1, late: 1, unknown: 1 },
      ...{ draft: 0, closed: 0, old: 0, removed: 0, quiet: 0 },
    })
    expect(scene.model.requests).toHaveLength(4)
    expect(messages(scene.server, 'warning')).toEqual([])
    expectCleanTraffic(scene)
  })

  test.each([
    ['its check run says so', {}, 1],
    ['its review does, where the App may not write check runs', { checks: 'read' } as const, 0],
  ])('what is reviewed is left alone: %s', async (_, permissions, checkRuns) => {
    await using scene = await startServerScene({ permissions, env: watched })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await reviewed(scene.pull)
    await idle(scene.server)
    expect(scene.pull.checkRuns()).toHaveLength(checkRuns)
    await kill(scene.server)
    scene.installation.recordDelivery({ event: 'pull_request', payload: scene.pull.event('opened') })
    await using again = await startAnother(scene.env)
    await again.logged(looked)
    await idle(again)
    expectOneReview(scene)
    expect(scene.pull.checkRuns()).toHaveLength(checkRuns)
  })

  test('it finds what is far behind on the record', async () => {
    let behind: Scene['pull'] | undefined
    await using scene = await startServerScene({
      model: { answer: () => fine },
      prepare: async ({ github, repository, pull }) => {
        const other = await github.createRepository({ name: 'other' })
        behind = await other.openPullRequest(change('behind'))
        const app = installApp(github, [repository.fullName, other.fullName])
        app.recordDelivery({
          ...{ event: 'pull_request', payload: behind.event('opened'), at: ago(48 * hour) },
        })
        pull.close()
        for (let count = 0; count < 250; count++)
          app.recordDelivery({ event: 'pull_request', payload: pull.event('edited'), at: ago(count * 1000) })
      },
    })
    await reviewed(behind)
    const pages = scene.github.requests.filter(({ path }) => path === '/app/hook/deliveries')
    expect(pages).toHaveLength(3)
    expect(scene.model.requests).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('an installation whose limit is used up does not keep the others waiting, and is not forgotten', async () => {
    let limited: Scene['pull'] | undefined
    await using scene = await startServerScene({
      env: hurried,
      model: { answer: () => fine },
      prepare: async ({ github, pull }, installation) => {
        const repository = await github.createRepository({ owner: 'busy', name: 'web' })
        limited = await repository.openPullRequest(change('limited'))
        const lately = { event: 'pull_request', at: ago(hour) }
        installation.recordDelivery({ ...lately, payload: pull.event('opened'), at: ago(2 * hour) })
        installApp(github, [repository.fullName]).recordDelivery({
          ...{ ...lately, payload: limited.event('opened') },
        })
        const behaviour = limitAnswers.primary({ resetsAt: new Date(Date.now() + hour) })
        github.faults.add({ path: /\/repos\/busy\/web\/pulls$/, behaviour, times: 2 })
      },
    })
    await reviewed(scene.pull)
    await reviewed(limited)
    expect(scene.model.requests).toHaveLength(2)
  })

  test('an installation that was suspended is looked at when it is back', async () => {
    await using scene = await startServerScene({
      env: watched,
      prepare: ({ pull }, installation) => {
        installation.recordDelivery({ event: 'pull_request', payload: pull.event('opened'), at: ago(hour) })
        installation.suspend()
      },
    })
    await scene.server.logged(looked)
    expect(messages(scene.server)).toContainEqual(expect.stringMatching(/^not looked at: .*suspended/))
    // GitHub may tell of a pull request before it tells of the suspension.
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await scene.server.logged(/given up/)
    await scene.deliver('installation', { action: 'suspend' })
    scene.installation.unsuspend()
    await scene.deliver('installation', { action: 'unsuspend' })
    await reviewed(scene.pull)
    await idle(scene.server)
    expectOneReview(scene)
    expect(scene.pull.checkRuns()).toMatchObject([{ conclusion: 'success' }])
  })

  test('what was refused or never arrived is found while the server runs', async () => {
    await using scene = await startServerScene({ env: hurried })
    await scene.server.logged(looked)
    const told = { event: 'pull_request', statusCode: 0, status: 'failed to connect to host' }
    scene.installation.recordDelivery({ ...told, payload: scene.pull.event('opened') })
    await reviewed(scene.pull)
    await scene.pull.push(change('more').files)
    scene.installation.recordDelivery({ ...told, payload: scene.pull.event('synchronize'), statusCode: 503 })
    // it has nothing new to say, and the first review's body tells of it
    const head = scene.pull.headSha.slice(0, 7)
    await eventually(() => expect(scene.pull.reviews()[0]?.body).toContain(`As of ${head}`))
    await idle(scene.server)
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })
})
