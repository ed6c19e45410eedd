import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../simulators/github/json.ts'
import { faults, openAiError } from '../simulators/model/index.ts'
import { eventually, idle, slowModel } from './server-hands.ts'
import { type ServerScene, startServerScene } from './server-setup.ts'
import { expectCleanTraffic, type Scene, type SceneRun, startScene, writes } from './setup.ts'

const member = { login: 'somebody' }

/** A comment by a member of the organization, unless told otherwise. */
const says = (scene: Pick<Scene, 'pull'>, body: string) => scene.pull.comment(body, member, 'MEMBER')

/** Runs the action on the event of a comment. */
const runOn = (scene: Scene, payload: JsonObject, run: SceneRun = {}) =>
  scene.run({ event: { name: 'issue_comment', payload }, ...run })

const ask = (scene: Scene, body: string, run?: SceneRun) => runOn(scene, says(scene, body), run)

/** The comments that PatchPilot wrote. */
const answers = ({ pull }: Pick<Scene, 'pull'>) =>
  pull.state.issueComments.filter(({ author }) => author.type === 'Bot').map(({ body }) => body)

/** What stands at the comments that people wrote. */
const receipts = ({ pull }: Pick<Scene, 'pull'>) =>
  pull.state.issueComments
    .filter(({ author }) => author.type === 'User')
    .map(({ reactions }) => reactions.map(({ content }) => content).join(' '))

const marked = /^<!-- patchpilot:answer \d+ -->\n/
const listed = /`\/patchpilot review`.*`\/patchpilot review full`.*`\/patchpilot help`/s

describe.concurrent('the action, on a comment', () => {
  test('/patchpilot review reviews the head that there is, and the review is the answer', async () => {
    await using scene = await startScene()
    const payload = says(scene, '\n/PatchPilot  review \nIt is time.')
    await scene.pull.push({ 'src/more.ts': 'export {}\n' })
    const { exitCode, outputs } = await runOn(scene, payload)
    expect([exitCode, outputs.verdict]).toEqual([0, 'findings'])
    expect(scene.pull.reviews()).toMatchObject([{ commitId: scene.pull.headSha }])
    expect([answers(scene), receipts(scene)]).toEqual([[], ['eyes']])
    expectCleanTraffic(scene)
  })

  test('/patchpilot review names the review of a head that has one, and what would review it again', async () => {
    await using scene = await startScene()
    const { outputs } = await scene.run()
    const asked = scene.model.requests.length
    await ask(scene, '/patchpilot review')
    expect(answers(scene)).toEqual([expect.stringContaining(String(outputs['review-url']))])
    expect(answers(scene)[0]).toMatch(/`\/patchpilot review full`/)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(asked)
    expectCleanTraffic(scene)
  })

  test('/patchpilot review full asks the model again, and repeats nothing', async () => {
    await using scene = await startScene()
    await scene.run()
    const asked = scene.model.requests.length
    await ask(scene, '/patchpilot review full')
    expect(scene.model.requests.length).toBeGreaterThan(asked)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(answers(scene)).toEqual([expect.stringMatching(/nothing new to say/)])
    expectCleanTraffic(scene)
  })

  test('/patchpilot review of a draft is done', async () => {
    await using scene = await startScene({ pullRequest: { draft: true } })
    expect((await ask(scene, '/patchpilot review')).outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test('/patchpilot review of a closed pull request is answered with the reason', async () => {
    await using scene = await startScene()
    scene.pull.close()
    const { exitCode, outputs } = await ask(scene, '/patchpilot review')
    expect([exitCode, outputs.verdict]).toEqual([0, 'skipped'])
    expect(answers(scene)).toEqual([expect.stringContaining('Not reviewed: the pull request is closed.')])
    expect(scene.model.requests).toEqual([])
  })

  test('/patchpilot review that finds no model is answered by its review, which says why', async () => {
    await using scene = await startScene({
      model: { answer: () => ({ fault: faults.reply(openAiError(401, 'Incorrect API key provided')) }) },
    })
    expect((await ask(scene, '/patchpilot review')).outputs.verdict).toBe('inconclusive')
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(answers(scene)).toEqual([])
  })

  test('/patchpilot review that cannot even be read is answered with the reason', async () => {
    await using scene = await startScene()
    scene.github.faults.add({ path: /\/pulls\/1\/files$/, times: 9, behaviour: { status: 403, body: {} } })
    expect((await ask(scene, '/patchpilot review')).outputs.verdict).toBe('inconclusive')
    expect(answers(scene)).toEqual([expect.stringMatching(/could not be completed: GitHub does not show/)])
  })

  test.each(['/patchpilot help', '/patchpilot', '/patchpilot review fully'])(
    '%s is answered with the commands, once however often it runs',
    async (body) => {
      await using scene = await startScene()
      const payload = says(scene, body)
      const { exitCode, outputs } = await runOn(scene, payload)
      await runOn(scene, payload)
      expect([exitCode, outputs.verdict, outputs.reason]).toEqual([
        ...[0, 'skipped', expect.stringMatching(/answered: http.*#issuecomment-\d+/)],
      ])
      expect(answers(scene)).toEqual([expect.stringMatching(marked)])
      expect(answers(scene)[0]).toMatch(listed)
      expect(receipts(scene)).toEqual(['eyes'])
      expect(scene.model.requests).toEqual([])
      expect(scene.github.violations).toEqual([])
    },
  )

  test.each(['commit-then-502', 'reset', 'truncate'] as const)(
    'its answer is written once where GitHub’s is lost: %s',
    async (trouble) => {
      await using scene = await startScene()
      scene.github.faults.add({ method: 'POST', path: /\/comments$/, behaviour: trouble })
      await ask(scene, '/patchpilot help')
      expect(answers(scene)).toHaveLength(1)
    },
  )

  test('a receipt that GitHub refuses troubles nobody', async () => {
    await using scene = await startScene()
    scene.github.faults.add({ path: /\/reactions$/, times: 9, behaviour: { status: 500 } })
    expect((await ask(scene, '/patchpilot review')).outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test.each([
    ['by a stranger', '/patchpilot review', { login: 'mallory' }, 'NONE'],
    ['by a contributor', '/patchpilot help', { login: 'mallory' }, 'CONTRIBUTOR'],
    ['by a bot', '/patchpilot review', { login: 'renovate[bot]' }, 'COLLABORATOR'],
    ['without a command', 'Nice! Try\n/patchpilot review', member, 'MEMBER'],
  ] as const)('%s does nothing at all', async (_, body, author, association) => {
    await using scene = await startScene()
    const { exitCode, outputs } = await runOn(scene, scene.pull.comment(body, author, association))
    expect([exitCode, outputs.verdict]).toEqual([0, 'skipped'])
    expect([scene.github.requests, scene.model.requests]).toEqual([[], []])
  })

  test('an answer of its own gives no command', async () => {
    await using scene = await startScene()
    await ask(scene, '/patchpilot help')
    const before = scene.github.requests.length
    const own = scene.pull.comment(answers(scene)[0] ?? '', { login: 'github-actions[bot]' }, 'NONE')
    expect((await runOn(scene, own)).outputs.verdict).toBe('skipped')
    expect(scene.github.requests).toHaveLength(before)
  })

  test('with a dry run nothing is written', async () => {
    await using scene = await startScene()
    const inputs = { 'dry-run': 'true' }
    expect((await ask(scene, '/patchpilot help', { inputs })).stdout).toMatch(listed)
    await ask(scene, '/patchpilot review', { inputs })
    expect(writes(scene.github)).toEqual([])
  })

  test('with a token that only reads, the job summary has the answer', async () => {
    await using scene = await startScene()
    const permissions = { contents: 'read', pull_requests: 'read' } as const
    scene.github.token('read-only', { login: 'github-actions[bot]', type: 'Bot', permissions })
    const { exitCode, summary, annotations } = await ask(scene, '/patchpilot help', { token: 'read-only' })
    expect(exitCode).toBe(0)
    expect(summary).toMatch(listed)
    expect(annotations).toMatchObject([{ name: 'warning', message: expect.stringMatching(/not answered/) }])
    expect(answers(scene)).toEqual([])
  })
})

describe.concurrent('the App’s server, on a comment', () => {
  const deliver = (scene: ServerScene, body: string, id?: string) =>
    scene.deliver('issue_comment', says(scene, body), id === undefined ? {} : { id })
  const reviewedOnce = (scene: ServerScene) => eventually(() => expect(scene.pull.reviews()).toHaveLength(1))

  test('/patchpilot review reviews the head, draft or not, with its check run', async () => {
    await using scene = await startServerScene({ pullRequest: { draft: true } })
    expect(await (await deliver(scene, '/patchpilot review')).json()).toMatchObject({ result: 'queued' })
    await reviewedOnce(scene)
    await idle(scene.server)
    expect(scene.pull.checkRuns()).toMatchObject([{ conclusion: 'success' }])
    expect([answers(scene), receipts(scene)]).toEqual([[], ['eyes']])
    expect(await scene.metrics()).toMatch(/reviews_total\{verdict="findings",trigger="issue_comment"\} 1/)
    expectCleanTraffic(scene)
  })

  test('/patchpilot help is answered once, however often it is delivered', async () => {
    await using scene = await startServerScene()
    const payload = says(scene, '/patchpilot help')
    for (let delivery = 1; delivery <= 2; delivery++) {
      const answer = await scene.deliver('issue_comment', payload, { id: 'the-same' })
      expect(await answer.json()).toMatchObject({ result: 'answered', pullRequest: 'octo/demo#1' })
    }
    expect(answers(scene)).toEqual([expect.stringMatching(listed)])
    expect(scene.model.requests).toEqual([])
    expectCleanTraffic(scene)
  })

  test('a command waits for the review that runs, and spoils nothing of it', async () => {
    const model = slowModel()
    await using scene = await startServerScene({ model })
    await scene.deliver('pull_request', scene.pull.event('opened'))
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await deliver(scene, '/patchpilot review')
    await deliver(scene, '/patchpilot help')
    expect(answers(scene)).toHaveLength(1)
    model.release()
    await eventually(() => expect(answers(scene)).toHaveLength(2))
    expect(answers(scene)[1]).toContain(`#pullrequestreview-${scene.pull.reviews()[0]?.id}`)
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(1)
    await idle(scene.server)
    expect(scene.pull.checkRuns().map(({ conclusion }) => conclusion)).not.toContain('cancelled')
    expectCleanTraffic(scene)
  })

  test('a newer push takes the place of what a command asked for, and says so', async () => {
    const model = slowModel()
    await using scene = await startServerScene({ model })
    await deliver(scene, '/patchpilot review full')
    await eventually(() => expect(scene.model.requests).toHaveLength(1))
    await scene.pull.push({ 'src/more.ts': 'export {}\n' })
    await scene.deliver('pull_request', scene.pull.event('synchronize'))
    model.release()
    await reviewedOnce(scene)
    expect(scene.pull.reviews()).toMatchObject([{ commitId: scene.pull.headSha }])
    await eventually(() =>
      expect(answers(scene)).toEqual([expect.stringMatching(/newer push.*review full/s)]),
    )
  })

  test('a stranger is not heard, and what was written before is not a command when it is edited', async () => {
    await using scene = await startServerScene()
    const stranger = scene.pull.comment('/patchpilot review', { login: 'mallory' }, 'NONE')
    const edited = { ...says(scene, '/patchpilot review'), action: 'edited' }
    for (const payload of [stranger, edited]) {
      const answer = await scene.deliver('issue_comment', payload)
      expect(await answer.json()).toMatchObject({ result: 'ignored' })
    }
    await idle(scene.server)
    expect(scene.github.requests.filter(({ path }) => path.includes('/repos/'))).toEqual([])
  })
})
