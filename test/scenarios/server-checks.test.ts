import { describe, expect, test } from 'vitest'
import { faults, openAiError, planted, plantedReviewer } from '../simulators/model/index.ts'
import { change, eventually, fine, idle, messages, reviewed, slowModel } from './server-hands.ts'
import { type ServerScene, startServerScene } from './server-setup.ts'
import { expectCleanTraffic, type Scene, small, writes } from './setup.ts'

/** Waits until the newest check run of the head has ended, as the so many-th. */
async function checked(pull: Scene['pull'], count = 1) {
  await eventually(() => {
    expect(pull.checkRuns()).toHaveLength(count)
    expect(pull.checkRuns().at(-1)?.status).toBe('completed')
  })
  return pull.checkRuns()[count - 1]
}

/** Too little for any question. */
const noTokens = { PATCHPILOT_MAX_TOKENS: '1' }

describe.concurrent('the check run of a head', () => {
  test.each([
    ['success', 'nothing found', {}, () => fine],
    ['success', 'findings that are no reason to fail', {}, plantedReviewer(small.findings)],
    ['failure', 'findings that are', { PATCHPILOT_FAIL_ON: 'high' }, plantedReviewer(small.findings)],
    ['failure', 'no complete review', noTokens, () => fine],
    ['neutral', 'that, where it is allowed', { ...noTokens, PATCHPILOT_ON_INCONCLUSIVE: 'warn' }, () => fine],
  ])('ends with %s for %s', async (conclusion, _, env, answer) => {
    await using scene = await startServerScene({ env, model: { answer } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    const run = await checked(scene.pull)
    expect(run).toMatchObject({ name: 'PatchPilot', app: 'shop-reviewer', conclusion })
    expect(run?.detailsUrl).toContain(`${scene.pull.reviews()[0]?.id ?? '/apps/'}`)
    expectCleanTraffic(scene)
  })

  test('says when it waits, when it is under way, and how it ended', async () => {
    const model = slowModel()
    await using scene = await startServerScene({ model, env: { WORKERS: '1' } })
    const second = await scene.repository.openPullRequest(change('second'))
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.pull.checkRuns()).toMatchObject([{ status: 'in_progress' }]))
    await scene.deliver('pull_request', second.event('opened'))
    await eventually(() => expect(second.checkRuns()).toMatchObject([{ status: 'queued' }]))
    model.release()
    const run = await checked(second)
    expect(run?.history).toEqual(['queued', 'in_progress', 'success'])
    expect(run?.actions).toMatchObject([{ label: 'Full review' }])
    expect(Date.parse(run?.completedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run?.startedAt ?? ''))
    expectCleanTraffic(scene)
  })

  test('says that another attempt follows, and how that one ended', async () => {
    const keyRefused = { fault: faults.reply(openAiError(401, 'Incorrect API key provided')) }
    await using scene = await startServerScene({
      model: { answer: ({ index }) => (index === 0 ? keyRefused : fine) },
    })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.pull.checkRuns()[0]?.title).toBe('Waiting for another attempt'))
    const run = await checked(scene.pull)
    expect(run?.history.slice(-4)).toEqual(['in_progress', 'queued', 'in_progress', 'success'])
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('carries every finding, also where that takes several requests', async () => {
    const lines = Array.from({ length: 120 }, (_, index) => `export const value${index} = ${index}`)
    const findings = lines.map((quote, index) =>
      planted({ path: 'src/many.ts', quote, start_line: index + 1, end_line: index + 1 }),
    )
    const after = { 'src/many.ts': `${lines.join('\n')}\n` }
    await using scene = await startServerScene({ after, findings, env: { PATCHPILOT_FAIL_ON: 'low' } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    const run = await checked(scene.pull)
    const annotated = run?.annotations.map(({ start_line }) => Number(start_line)).toSorted((a, b) => a - b)
    expect(annotated).toEqual(lines.map((_, index) => index + 1))
    expect(run?.history.at(-1)).toBe('failure')
    expect(run?.history.filter((state) => state === 'failure')).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('is cancelled when a newer head takes its place, whether it runs or waits', async () => {
    const model = slowModel()
    await using scene = await startServerScene({ model, env: { WORKERS: '1' } })
    const second = await scene.repository.openPullRequest(change('second'))
    const older = [scene.pull.headSha, second.headSha]
    for (const pull of [scene.pull, second]) {
      await scene.deliver('pull_request', pull.event('opened'))
      await eventually(() => expect(pull.checkRuns()).toHaveLength(1))
    }
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await second.push({ 'src/second.ts': 'export const second = 2\n' })
    await scene.deliver('pull_request', second.event('synchronize'))
    await scene.pull.push({ 'src/first.ts': 'export const first = 2\n' })
    await scene.deliver('pull_request', scene.pull.event('synchronize'))
    model.release()
    for (const [index, pull] of [scene.pull, second].entries()) {
      await reviewed(pull)
      expect(await checked(pull)).toMatchObject({ conclusion: 'success' })
      const cancelled = { conclusion: 'cancelled', title: 'A newer head has taken its place' }
      await eventually(() => expect(pull.checkRuns(older[index])).toMatchObject([cancelled]))
    }
    expectCleanTraffic(scene)
  })

  test('is cancelled when the server stops in the middle, and goes on with the next', async () => {
    await using scene = await startServerScene({
      env: { PATCHPILOT_DRAIN_SECONDS: '2', WORKERS: '1' },
      model: slowModel(),
    })
    const second = await scene.repository.openPullRequest(change('second'))
    for (const pull of [scene.pull, second]) {
      await scene.deliver('pull_request', pull.event('opened'))
      await eventually(() => expect(pull.checkRuns()).toHaveLength(1))
    }
    scene.server.signal('SIGTERM')
    expect(await scene.server.ended).toBe(0)
    for (const pull of [scene.pull, second]) {
      expect(pull.checkRuns()).toMatchObject([{ conclusion: 'cancelled', title: /stopped/ }])
      expect(pull.reviews()).toEqual([])
    }
  })
})

describe.concurrent.each([
  ['of the same repository', false],
  ['of a fork', true],
])('asked again for a pull request %s', (_, fromFork) => {
  const start = async () => {
    const scene = await startServerScene({ pullRequest: { fromFork } })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    const run = await checked(scene.pull)
    if (run === undefined) throw new Error('no check run')
    return { scene, run }
  }

  test('"Re-run" ends a check run of its own, and asks and posts nothing that was said already', async () => {
    const { scene, run } = await start()
    await using _ = scene
    const again = run.rerequest()
    expect((await scene.deliver('check_run', again, { id: 'click' })).status).toBe(202)
    expect(await checked(scene.pull, 2)).toMatchObject({ conclusion: 'success', annotations: [{}] })
    await scene.deliver('check_run', again, { id: 'click' })
    await scene.deliver('check_suite', run.rerequestSuite())
    expect(await checked(scene.pull, 3)).toMatchObject({ conclusion: 'success', annotations: [{}] })
    await idle(scene.server)
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('"Full review" asks the model again', async () => {
    const { scene, run } = await start()
    await using _ = scene
    await scene.deliver('check_run', run.requestAction('full_review'))
    expect(await checked(scene.pull, 2)).toMatchObject({ conclusion: 'success' })
    await idle(scene.server)
    expect(scene.model.requests).toHaveLength(2)
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })
})

describe.concurrent('without the permission to write check runs', () => {
  const checkRequests = ({ github }: Pick<ServerScene, 'github'>) =>
    github.requests.filter(({ path }) => path.includes('/check-runs')).length

  test('reviews go on, one warning says what is missing, and once it is given there are check runs', async () => {
    const permissions = { contents: 'read', metadata: 'read', pull_requests: 'write' } as const
    await using scene = await startServerScene({ model: { answer: () => fine } })
    const { installation, pull, server } = scene
    installation.grant(permissions)
    await scene.deliver('pull_request', pull.event('opened'))
    await reviewed(pull)
    await idle(server)
    const asked = checkRequests(scene)
    await pull.push(change('second').files)
    await scene.deliver('pull_request', pull.event('synchronize'))
    const head = pull.headSha.slice(0, 7)
    await eventually(() => expect(pull.reviews()[0]?.body).toContain(`As of ${head}`))
    await idle(server)
    expect(messages(server, 'warning')).toEqual([expect.stringContaining('checks: write')])
    expect(checkRequests(scene)).toBe(asked)
    expect(
      writes(scene.github).filter((line) => line.includes('check-runs') && line.endsWith('201')),
    ).toEqual([])

    installation.grant({ ...permissions, checks: 'write' })
    await scene.deliver('installation', { action: 'new_permissions_accepted' })
    await pull.push(change('third').files)
    await scene.deliver('pull_request', pull.event('synchronize'))
    expect(await checked(pull)).toMatchObject({ conclusion: 'success' })
    expect(messages(server, 'warning')).toHaveLength(1)
  })
})
