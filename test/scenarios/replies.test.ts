import { describe, expect, it } from 'vitest'
import type { AccountSpec, Behaviour } from '../simulators/github/index.ts'
import { type Answer, plantedReviewer } from '../simulators/model/index.ts'
import { startServerScene } from './server-setup.ts'
import {
  expectCleanTraffic,
  type Scene,
  type SceneOptions,
  type SceneRun,
  small,
  startScene,
} from './setup.ts'

const ann: AccountSpec = { login: 'ann' }
const mended = {
  'src/price.ts': small.after['src/price.ts'].replace('String(euros)', 'euros.toFixed(2).toString()'),
}

/** A pull request by ann with one finding of ours in a thread. The model judges as told, in order. */
async function startConversation(...judgements: readonly Answer[]) {
  const scene = await startScene(conversation(judgements))
  await scene.run()
  const [thread] = scene.pull.threads()
  if (thread === undefined) throw new Error('the finding has no thread')
  return { scene, thread }
}

function conversation(judgements: readonly Answer[]): SceneOptions {
  const review = plantedReviewer(small.findings)
  let asked = 0
  return {
    pullRequest: { author: ann },
    model: {
      answer: (request) =>
        request.schemaName === 'patchpilot_reply'
          ? (judgements[asked++] ?? { content: 'Nobody told the model what to say.' })
          : review(request),
    },
  }
}

const judgement = (resolution: string, reply = 'Callers pass whole euros.') => ({
  content: { reply, resolution },
})

/** Somebody replies, and the workflow runs. */
const run = (scene: Scene, payload: object, about: SceneRun = {}) =>
  scene.run({ event: { name: 'pull_request_review_comment', payload }, ...about })
const judged = ({ model }: Pick<Scene, 'model'>) =>
  model.requests.filter(({ schemaName }) => schemaName === 'patchpilot_reply').length
const answersIn = ({ pull }: Pick<Scene, 'pull'>) =>
  pull.threads().flatMap(({ replies }) => replies.filter(({ body }) => body.startsWith('<!-- patchpilot:')))

describe('a reply in a thread of ours', () => {
  it('that is right gets the finding withdrawn with thanks, which lasts', async () => {
    const { scene, thread } = await startConversation(judgement('withdraw'))
    await using _ = scene
    const reply = scene.pull.reply(thread.id, 'All callers pass whole euros.', ann)
    const result = await run(scene, reply)
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: { verdict: 'skipped', reason: 'answered a reply in a thread (withdraw)' },
    })
    expect(answersIn(scene).map(({ body }) => body)).toEqual([
      expect.stringMatching(
        /^<!-- patchpilot:reply \d+ withdraw -->\nThank you, this finding is withdrawn\.\n\nCallers pass whole euros\.$/,
      ),
    ])
    const prompt = scene.model.requests.at(-1)?.prompt
    expect(prompt).toContain('All callers pass whole euros.')
    expect(prompt).toContain('3   return String(euros)')
    expectCleanTraffic(scene)
    await scene.pull.push({ 'src/price.ts': `// All in euros.\n${small.after['src/price.ts']}` })
    const { report } = await scene.run({
      event: { name: 'pull_request', payload: scene.pull.event('synchronize') },
    })
    expect(report).toMatchObject({ findings: [{ placement: 'repeated' }] })
    expect(scene.pull.threads()).toHaveLength(1)
  })

  it('that is wrong gets the evidence, and no second answer to the next', async () => {
    const { scene, thread } = await startConversation(judgement('keep', '`price(150)` is "1.5".'))
    await using _ = scene
    await run(scene, scene.pull.reply(thread.id, 'This is nonsense.', { login: 'bob' }, 'MEMBER'))
    expect(answersIn(scene)[0]?.body).toContain('keep -->\n`price(150)` is "1.5".')
    const result = await run(scene, scene.pull.reply(thread.id, 'It is still nonsense.', ann))
    expect(result.outputs.reason).toContain('argues once')
    expect([judged(scene), answersIn(scene).length]).toEqual([1, 1])
    expectCleanTraffic(scene)
  })

  it('about a fix closes the thread only where the code has changed', async () => {
    const { scene, thread } = await startConversation(judgement('fixed'))
    await using _ = scene
    await scene.pull.push(mended)
    const result = await run(scene, scene.pull.reply(thread.id, 'Fixed.', ann))
    expect(result.outputs.reason).toBe('answered a reply in a thread (fixed)')
    expect(scene.pull.threads()).toMatchObject([{ minimizedReason: 'outdated' }])
    const head = scene.pull.headSha.slice(0, 7)
    expect(answersIn(scene)[0]?.body).toContain(`Thank you, this is fixed in \`src/price.ts\` at ${head}.`)
  })

  it('about a fix that is none keeps the finding', async () => {
    const { scene, thread } = await startConversation(judgement('fixed'))
    await using _ = scene
    await run(scene, scene.pull.reply(thread.id, 'Fixed.', ann))
    expect(scene.pull.threads()).toMatchObject([{ isResolved: false, isMinimized: false }])
    expect(answersIn(scene)[0]?.body).toMatch(/keep -->\nThe quoted lines stand as they were/)
  })

  it('is only shown what would be said in a dry run', async () => {
    const { scene, thread } = await startConversation(judgement('withdraw'))
    await using _ = scene
    const reply = scene.pull.reply(thread.id, 'No.', ann)
    const result = await run(scene, reply, { inputs: { 'dry-run': 'true' } })
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'skipped' } })
    expect(result.stdout).toContain('Thank you, this finding is withdrawn.')
    expect(answersIn(scene)).toEqual([])
  })
})

describe('one answer', () => {
  it('stands however often the event is delivered', async () => {
    const { scene, thread } = await startConversation(judgement('withdraw'), judgement('keep'))
    await using _ = scene
    const reply = scene.pull.reply(thread.id, 'No.', ann)
    await run(scene, reply)
    expect((await run(scene, reply)).outputs.reason).toContain('argues once')
    expect([judged(scene), answersIn(scene).length]).toEqual([1, 1])
  })

  it.each<Behaviour>(['commit-then-502', 'reset'])('stands when GitHub’s is lost: %s', async (behaviour) => {
    const { scene, thread } = await startConversation(judgement('withdraw'))
    await using _ = scene
    scene.github.faults.add({ method: 'POST', path: /\/replies$/, behaviour })
    const result = await run(scene, scene.pull.reply(thread.id, 'No.', ann))
    expect(result.outputs.reason).toBe('answered a reply in a thread (withdraw)')
    expect(answersIn(scene)).toHaveLength(1)
  })

  it('is not given while the model gives none, but when the event comes again', async () => {
    const rubbish = { content: 'I agree with everybody.' }
    const { scene, thread } = await startConversation(rubbish, rubbish, judgement('withdraw'))
    await using _ = scene
    const reply = scene.pull.reply(thread.id, 'No.', ann)
    const failed = await run(scene, reply)
    expect(failed).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } })
    expect(failed.outputs.reason).toContain('no usable answer')
    expect(answersIn(scene)).toEqual([])
    expect((await run(scene, reply)).exitCode).toBe(0)
    expect(answersIn(scene)).toHaveLength(1)
  })
})

describe('nothing is asked of the model, and nobody answered', () => {
  it('for bots, strangers, ourselves, and in threads of others', async () => {
    const { scene, thread } = await startConversation()
    await using _ = scene
    const { pull, github } = scene
    const bot: AccountSpec = { login: 'coverage[bot]', type: 'Bot' }
    const ours: AccountSpec = { login: 'github-actions[bot]', type: 'Bot' }
    github.token('bob-token', { login: 'bob', permissions: null })
    const comments = [{ path: 'src/price.ts', line: 2, body: '<!-- patchpilot:finding f00d -->\nWhy?' }]
    await fetch(`${github.url}/repos/octo/demo/pulls/${pull.number}/reviews`, {
      method: 'POST',
      headers: { authorization: 'Bearer bob-token' },
      body: JSON.stringify({ event: 'COMMENT', body: 'Hm.', comments }),
    })
    const theirs = pull.threads().find(({ author }) => author === 'bob')?.id ?? 0
    const payloads = [
      pull.reply(thread.id, '80 %', bot, 'MEMBER'),
      pull.reply(thread.id, 'I disagree.', { login: 'eve' }, 'NONE'),
      pull.reply(theirs, 'Because.', ann),
      pull.reply(thread.id, 'By another workflow.', ours, 'MEMBER'),
    ]
    for (const payload of payloads) {
      expect(await run(scene, payload)).toMatchObject({ exitCode: 0, outputs: { verdict: 'skipped' } })
    }
    expect(judged(scene)).toBe(0)
    expect(answersIn(scene)).toEqual([])
    expectCleanTraffic(scene)
  })
})

it('the App server answers as well, once for two deliveries', async () => {
  await using scene = await startServerScene(conversation([judgement('withdraw'), judgement('keep')]))
  await scene.deliver('pull_request', scene.pull.event('opened'))
  await expect.poll(() => scene.pull.threads(), { timeout: 15_000 }).toHaveLength(1)
  const reply = scene.pull.reply(scene.pull.threads()[0]?.id ?? 0, 'No.', ann)
  const deliver = () => scene.deliver('pull_request_review_comment', reply)
  await Promise.all([deliver(), deliver()])
  await scene.server.logged(/answered a reply in a thread \(withdraw\)/)
  await deliver()
  await scene.server.logged(/argues once/)
  expect(answersIn(scene)).toMatchObject([{ author: 'shop-reviewer[bot]' }])
  expect(judged(scene)).toBe(1)
  expectCleanTraffic(scene)
})
