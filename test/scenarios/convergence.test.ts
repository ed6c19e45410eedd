import { describe, expect, test } from 'vitest'
import { type PlantedFinding, planted, plantedReviewer } from '../simulators/model/index.ts'
import { expectCleanTraffic, type Scene, type SceneOptions, startScene, writes } from './setup.ts'

const body = (name: string, line: string) =>
  [`export function ${name}(items: number[]) {`, '  const count = items.length', `  ${line}`, '}', ''].join(
    '\n',
  )

const division = 'return items.reduce((sum, one) => sum + one) / count'
const guarded = 'return count === 0 ? 0 : items.reduce((sum, one) => sum + one, 0) / count'

const empty = planted({
  ...{ path: 'src/average.ts', quote: `  ${division}`, start_line: 3, end_line: 3 },
  ...{ title: 'An empty list divides by zero', body: 'With no items the count is 0.' },
})

type Told = { findings: readonly PlantedFinding[]; stillThere: boolean }

/** A pull request whose model says what `told` holds at the moment. */
async function startHistory(options: Partial<SceneOptions> = {}) {
  const told: Told = { findings: [empty], stillThere: false }
  const scene = await startScene({
    before: { 'src/other.ts': body('other', 'return count') },
    after: { 'src/average.ts': body('average', division) },
    model: {
      models: ['gpt-5.4-mini', 'another'],
      answer: (request) => {
        if (request.schemaName !== 'patchpilot_verify') return plantedReviewer(told.findings)(request)
        const ids = [...request.prompt.matchAll(/^BEGIN problem (f\d+) /gm)].map(([, id = '']) => id)
        const verdict = { keep: told.stillThere, probability: 0.9, impact: 0.5, reason: 'As shown.' }
        return { content: { verdicts: ids.map((id) => ({ id, ...verdict })) } }
      },
    },
    ...options,
  })
  return { scene, told, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() }
}

const pushed = ({ pull }: Scene) => ({ name: 'pull_request', payload: pull.event('synchronize') })
const asked = ({ model }: Scene) => model.requests.map(({ schemaName }) => schemaName)
const bodyOf = ({ pull }: Scene) => pull.reviews()[0]?.body ?? ''

describe.concurrent('a push', () => {
  test('with nothing to say posts nothing, and is remembered in the summary', async () => {
    await using history = await startHistory()
    const { scene } = history
    await scene.run()
    await scene.pull.push({ 'src/clean.ts': body('clean', 'return count + 1') })
    const second = await scene.run({ event: pushed(scene) })
    expect(second.exitCode).toBe(0)
    expect(second.outputs).toMatchObject({ verdict: 'findings', findings: '1', 'review-id': '' })
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{}] }])
    expect(scene.pull.pendingReviews()).toEqual([])
    expect(bodyOf(scene)).toContain('## PatchPilot: 1 open finding')
    expect(bodyOf(scene)).toContain(`As of ${scene.pull.headSha.slice(0, 7)}`)
    expect(scene.model.requests[1]?.prompt).not.toContain('src/average.ts')
    // and the same head again: nothing is asked, nothing written
    const before = writes(scene.github).length
    const again = await scene.run({ event: pushed(scene) })
    expect(again.outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.model.requests).toHaveLength(2)
    expect(writes(scene.github)).toHaveLength(before)
    expectCleanTraffic(scene)
  })

  test('that rewords and shifts what was said says it once', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run()
    told.findings = [
      {
        ...empty,
        quote: `  const count = items.length\n  ${division}`,
        title: 'Division by the count of no items',
      },
    ]
    await scene.pull.push({ 'src/average.ts': `// more\n${body('average', division)}` })
    const { outputs, report } = await scene.run({ event: pushed(scene) })
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1', 'review-id': '' })
    expect(report).toMatchObject({ findings: [{ placement: 'repeated', path: 'src/average.ts', line: 4 }] })
    expect(scene.pull.threads()).toHaveLength(1)
  })

  test('with a new bug on an old line says that one', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run()
    told.findings = [
      { ...empty, category: 'performance', title: 'Sums twice', body: 'The caller has the total already.' },
    ]
    await scene.pull.push({ 'src/average.ts': `// more\n${body('average', division)}` })
    const { outputs } = await scene.run({ event: pushed(scene) })
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '2' })
    const [first, second] = scene.pull.reviews()
    expect(second).toMatchObject({ comments: [{ path: 'src/average.ts' }] })
    expect(second?.body).toContain('## PatchPilot: 1 new finding')
    expect(second?.body).toContain(`#pullrequestreview-${first?.id}).`)
    expect(first?.body).toContain('## PatchPilot: 2 open findings')
    expectCleanTraffic(scene)
  })

  test('after a rebase onto a moved base asks nothing', async () => {
    await using history = await startHistory({
      before: { 'src/average.ts': `${'// a line\n'.repeat(20)}${body('average', 'return count')}` },
      after: { 'src/average.ts': `${'// a line\n'.repeat(20)}${body('average', division)}` },
    })
    const { scene } = history
    await scene.run()
    await scene.repository.push({
      'src/average.ts': `// moved\n// down\n${'// a line\n'.repeat(20)}${body('average', 'return count')}`,
    })
    await scene.pull.rebase()
    const { outputs, report } = await scene.run({ event: pushed(scene) })
    expect(asked(scene)).toEqual(['patchpilot_review'])
    expect(outputs).toMatchObject({ verdict: 'findings', 'review-id': '' })
    expect(outputs.reason).toContain('nothing new to review')
    expect(report).toMatchObject({ findings: [{ placement: 'repeated', line: 25 }] })
    expect(scene.pull.reviews()).toHaveLength(1)
    expectCleanTraffic(scene)
  })

  test('with another model asks again, and repeats nothing', async () => {
    await using history = await startHistory()
    const { scene } = history
    await scene.run()
    const { outputs } = await scene.run({ inputs: { model: 'another' } })
    expect(asked(scene)).toEqual(['patchpilot_review', 'patchpilot_review'])
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.pull.threads()).toHaveLength(1)
  })
})

describe.concurrent('a finding whose code has changed', () => {
  const fix = { 'src/average.ts': body('average', guarded) }

  test('is closed once the model, asked about it, does not see it any more', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run()
    told.findings = []
    await scene.pull.push(fix)
    const { outputs, report } = await scene.run({ event: pushed(scene) })
    expect(asked(scene).toSorted()).toEqual(['patchpilot_review', 'patchpilot_review', 'patchpilot_verify'])
    expect(outputs).toMatchObject({ verdict: 'passed', findings: '0', 'review-id': '' })
    expect(report).toMatchObject({ findings: [] })
    const [thread] = scene.pull.threads()
    expect(thread?.isResolved || thread?.isMinimized).toBe(true)
    expect(bodyOf(scene)).toContain('## PatchPilot: no open findings')
    expect(bodyOf(scene)).toContain('<summary>Addressed: 1</summary>')
    // it stays so, and costs nothing more
    const requests = scene.model.requests.length
    expect((await scene.run({ event: pushed(scene) })).outputs.verdict).toBe('passed')
    expect(scene.model.requests).toHaveLength(requests)
  })

  test('is told again when the fix is reverted, also if the model forgets it', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run({ inputs: { 'max-comments': '0' } })
    told.findings = []
    await scene.pull.push(fix)
    expect((await scene.run({ event: pushed(scene) })).outputs.verdict).toBe('passed')
    const requests = scene.model.requests.length
    await scene.pull.push({ 'src/average.ts': body('average', division) })
    const back = await scene.run({ event: pushed(scene), inputs: { 'fail-on': 'high' } })
    expect(scene.model.requests).toHaveLength(requests)
    expect(back).toMatchObject({ exitCode: 1, outputs: { verdict: 'findings', findings: '1' } })
    // in a comment of its own, that stays open
    expect(scene.pull.threads()).toMatchObject([{ isResolved: false, isMinimized: false }])
    expect(scene.pull.threads()[0]?.body).toContain('This was mended once, and is back.')
    const again = await scene.run({ event: pushed(scene) })
    expect(again.outputs).toMatchObject({ verdict: 'findings', findings: '1', 'review-id': '' })
    expect(scene.pull.threads()).toMatchObject([{ isResolved: false, isMinimized: false }])
  })

  test('stays open when the model says that it is still there', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run()
    Object.assign(told, { findings: [], stillThere: true })
    await scene.pull.push(fix)
    const { outputs } = await scene.run({ event: pushed(scene) })
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.pull.threads()).toMatchObject([{ isResolved: false, isMinimized: false, replies: [] }])
  })

  test('stays open when the model forgets it while its code is there', async () => {
    await using history = await startHistory()
    const { scene, told } = history
    await scene.run()
    told.findings = []
    await scene.pull.push({ 'src/average.ts': `// more\n${body('average', division)}` })
    const { outputs } = await scene.run({ event: pushed(scene) })
    expect(asked(scene)).toEqual(['patchpilot_review', 'patchpilot_review'])
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.pull.threads()).toMatchObject([{ isResolved: false, isMinimized: false }])
  })
})

test('a finding is known by its own comment where somebody has edited the review away', async () => {
  await using history = await startHistory()
  const { scene } = history
  await scene.run()
  for (const review of scene.pull.state.reviews) review.body = 'Edited by hand.'
  const { outputs } = await scene.run()
  expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
  expect(scene.pull.threads()).toHaveLength(1)
})

describe.concurrent('a finding that people dismiss', () => {
  const more = { 'src/average.ts': `// more\n${body('average', division)}` }
  const strict = { 'fail-on': 'medium' }

  test.each([
    ['a maintainer resolves its thread', 'maintainer', 0],
    ['the author resolves its thread', 'author', 1],
  ])('is not said again: %s', async (_, who, exitCode) => {
    await using history = await startHistory({ pullRequest: { author: { login: 'author' } } })
    const { scene } = history
    scene.pull.associate('maintainer', 'COLLABORATOR', 'write')
    await scene.run()
    const [thread] = scene.pull.threads()
    scene.pull.resolve(thread?.id ?? 0, who)
    await scene.pull.push(more)
    const run = await scene.run({ event: pushed(scene), inputs: strict })
    expect(run.exitCode).toBe(exitCode)
    expect(run.outputs.verdict).toBe(exitCode === 0 ? 'passed' : 'findings')
    expect(scene.pull.threads()).toHaveLength(1)
    expect(bodyOf(scene)).toContain(`resolved by @\u200b${who}`)
  })

  test.each([
    ['a maintainer', 'maintainer', 0],
    ['a stranger', 'stranger', 1],
    ['the author', 'author', 1],
  ])('is not said again: %s gives it a thumbs down', async (_, who, exitCode) => {
    await using history = await startHistory({ pullRequest: { author: { login: 'author' } } })
    const { scene } = history
    scene.pull.associate('maintainer', 'COLLABORATOR', 'write')
    await scene.run()
    const [thread] = scene.pull.threads()
    scene.pull.react(thread?.id ?? 0, '-1', who)
    await scene.pull.push(more)
    const run = await scene.run({ event: pushed(scene), inputs: strict })
    expect(run.exitCode).toBe(exitCode)
    expect(scene.pull.threads()).toHaveLength(1)
  })
})

test('a head that is replaced while the model is asked costs no further wave, and gets no review', async () => {
  const part = (name: string) =>
    Array.from({ length: 120 }, (_, at) => `export const ${name}${at} = read(${at})`).join('\n')
  const after = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [`src/${name}.ts`, `${part(name)}\n`]),
  )
  let replaced = false
  await using scene: Scene = await startScene({
    after,
    model: {
      answer: async (request) => {
        if (!replaced) await scene.pull.push({ 'src/new.ts': 'export {}\n' })
        replaced = true
        return plantedReviewer([])(request)
      },
    },
  })
  const { exitCode, outputs } = await scene.run({ inputs: { concurrency: '1', 'request-tokens': '4000' } })
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ verdict: 'skipped', reason: expect.stringContaining('superseded') })
  expect(scene.model.requests).toHaveLength(1)
  expect(scene.pull.reviews()).toEqual([])
  expect(scene.pull.pendingReviews()).toEqual([])
})
