import { describe, expect, test } from 'vitest'
import { expectCleanTraffic, type Scene, startScene, writes } from './setup.ts'

/** Skipped by what the event says: green, with a reason, and nobody was asked anything. */
async function expectSkippedUnasked(scene: Scene, run: ReturnType<Scene['run']>, reason: RegExp) {
  const { exitCode, outputs, summary, annotations } = await run
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({
    verdict: 'skipped',
    reason: expect.stringMatching(reason),
    findings: '0',
    'review-id': '',
  })
  expect(summary).toMatch(reason)
  expect(annotations).toEqual([])
  expect(scene.github.requests).toEqual([])
  expect(scene.model.requests).toEqual([])
}

/** Skipped by what the pull request turns out to be: nobody is written to, and no model asked. */
async function expectSkipped(scene: Scene, run: ReturnType<Scene['run']>, reason: RegExp) {
  const { exitCode, outputs } = await run
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ verdict: 'skipped', reason: expect.stringMatching(reason) })
  expect(writes(scene.github)).toEqual([])
  expect(scene.model.requests).toEqual([])
}

describe.concurrent('a pull request is reviewed', () => {
  test.each([
    ['pull_request', 'opened'],
    ['pull_request', 'synchronize'],
    ['pull_request', 'reopened'],
    ['pull_request', 'ready_for_review'],
    ['pull_request_target', 'opened'],
  ])('on %s %s', async (name, action) => {
    await using scene = await startScene()
    const { exitCode, outputs } = await scene.run({ event: { name, payload: scene.pull.event(action) } })
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('on workflow_dispatch by its number', async () => {
    await using scene = await startScene()
    const event = { name: 'workflow_dispatch', payload: scene.repository.dispatchEvent({}) }
    const { outputs } = await scene.run({ event, inputs: { 'pull-request': String(scene.pull.number) } })
    expect(outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toMatchObject([{ commitId: scene.pull.headSha }])
    expectCleanTraffic(scene)
  })

  test('from a fork, also one that was deleted since', async () => {
    await using scene = await startScene({ pullRequest: { fromFork: true } })
    scene.pull.deleteFork()
    const event = { name: 'pull_request_target', payload: scene.pull.event('opened') }
    expect((await scene.run({ event })).outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })
})

describe.concurrent('an event that is not ours', () => {
  test.each(['labeled', 'edited', 'closed', 'converted_to_draft'])('pull_request %s', async (action) => {
    await using scene = await startScene()
    const event = { name: 'pull_request', payload: scene.pull.event(action) }
    await expectSkippedUnasked(scene, scene.run({ event }), new RegExp(`"${action}"`))
  })

  test('a draft', async () => {
    await using scene = await startScene({ pullRequest: { draft: true } })
    await expectSkippedUnasked(scene, scene.run(), /draft/)
  })

  test('a closed pull request', async () => {
    await using scene = await startScene()
    scene.pull.close()
    const event = { name: 'pull_request', payload: scene.pull.event('synchronize') }
    await expectSkippedUnasked(scene, scene.run({ event }), /closed/)
  })

  test('a comment without a command', async () => {
    await using scene = await startScene()
    const event = { name: 'issue_comment', payload: scene.pull.comment('Nice!') }
    await expectSkippedUnasked(scene, scene.run({ event }), /no command/)
  })

  test('push', async () => {
    await using scene = await startScene()
    const { repository } = scene.pull.event('opened')
    const payload = { ref: 'refs/heads/main', commits: [], repository }
    await expectSkippedUnasked(scene, scene.run({ event: { name: 'push', payload } }), /"push"/)
  })

  test('workflow_dispatch without a number', async () => {
    await using scene = await startScene()
    const event = { name: 'workflow_dispatch', payload: scene.repository.dispatchEvent({}) }
    await expectSkippedUnasked(scene, scene.run({ event }), /pull-request/)
  })

  test('a payload that is none of GitHub’s', async () => {
    await using scene = await startScene()
    const { repository } = scene.pull.event('opened')
    const payload = { action: 'opened', pull_request: { number: 'one' }, repository }
    const result = await scene.run({ event: { name: 'pull_request', payload } })
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('payload'),
    })
    expect(scene.github.requests).toEqual([])
  })
})

describe.concurrent('workflow_dispatch', () => {
  const dispatched = (scene: Scene, number = scene.pull.number) =>
    scene.run({
      event: { name: 'workflow_dispatch', payload: scene.repository.dispatchEvent({}) },
      inputs: { 'pull-request': String(number) },
    })

  test('skips a closed pull request', async () => {
    await using scene = await startScene()
    scene.pull.close({ merged: true })
    await expectSkipped(scene, dispatched(scene), /closed/)
  })

  test('skips a draft', async () => {
    await using scene = await startScene({ pullRequest: { draft: true } })
    await expectSkipped(scene, dispatched(scene), /draft/)
  })

  test('is inconclusive about a number that nobody has, and says what to check', async () => {
    await using scene = await startScene()
    const { exitCode, outputs } = await dispatched(scene, 404)
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/octo\/demo#404.*number/),
    })
    expect(writes(scene.github)).toEqual([])
    expect(scene.model.requests).toEqual([])
  })
})

describe.concurrent('an event that is late', () => {
  test('about a head that is gone ends as superseded', async () => {
    await using scene = await startScene()
    const event = { name: 'pull_request', payload: scene.pull.event('opened') }
    const headSha = await scene.pull.push({ 'src/more.ts': 'export {}\n' })
    const reason = new RegExp(`superseded.*${headSha.slice(0, 7)}`)
    await expectSkipped(scene, scene.run({ event }), reason)
  })

  test('about a pull request that has become a draft is skipped', async () => {
    await using scene = await startScene()
    const event = { name: 'pull_request', payload: scene.pull.event('opened') }
    scene.pull.edit({ draft: true })
    await expectSkipped(scene, scene.run({ event }), /draft/)
  })
})
