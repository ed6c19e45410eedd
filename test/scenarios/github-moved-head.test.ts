import { describe, expect, test } from 'vitest'
import { plantedReviewer } from '../simulators/model/index.ts'
import { type Scene, small, startScene, writes } from './setup.ts'

/** Ends quietly: the push has started a run of its own. */
async function expectSuperseded(scene: Scene): Promise<void> {
  const { exitCode, outputs, annotations } = await scene.run({ inputs: { 'fail-on': 'low' } })
  expect(outputs).toMatchObject({
    verdict: 'skipped',
    reason: expect.stringMatching(new RegExp(`superseded.*${scene.pull.headSha.slice(0, 7)}`)),
    'review-id': '',
  })
  expect(exitCode).toBe(0)
  expect(annotations).toEqual([])
  expect(scene.pull.reviews()).toEqual([])
  expect(scene.pull.pendingReviews()).toEqual([])
  expect(scene.github.violations).toEqual([])
}

const sameFile = { 'src/price.ts': 'export const price = 0\n' }

describe.concurrent('the head moves', () => {
  test.each([
    ['to more files', { 'src/more.ts': 'export {}\n' }],
    ['within the same file', sameFile],
  ])('%s while GitHub lists them', async (_, files) => {
    await using scene = await startScene()
    scene.github.faults.add({ path: /\/files$/, behaviour: { mutate: () => scene.pull.push(files) } })
    await expectSuperseded(scene)
  })

  test.each(['push', 'forcePush'] as const)('by a %s while the model answers', async (move) => {
    const answer = plantedReviewer(small.findings)
    await using scene: Scene = await startScene({
      model: {
        answer: async (request) => {
          await scene.pull[move](sameFile)
          return answer(request)
        },
      },
    })
    await expectSuperseded(scene)
    expect(scene.model.requests).toHaveLength(1)
  })

  test.each(['push', 'forcePush'] as const)('by a %s right before the review is created', async (move) => {
    await using scene = await startScene()
    scene.github.faults.add({
      method: 'POST',
      path: /\/reviews$/,
      behaviour: { mutate: () => scene.pull[move](sameFile) },
    })
    await expectSuperseded(scene)
  })

  test('right before the review is submitted', async () => {
    await using scene = await startScene()
    scene.github.faults.add({
      graphql: /./,
      nth: 2,
      behaviour: { mutate: () => scene.pull.push(sameFile) },
    })
    await expectSuperseded(scene)
    expect(writes(scene.github).map((write) => write.split(' ')[0])).toEqual(['POST', 'DELETE'])
  })
})

test('a pull request that is closed meanwhile gets no review', async () => {
  await using scene: Scene = await startScene({
    model: {
      answer: () => {
        scene.pull.close({ merged: true })
        return { content: { summary: 'Prices.', findings: small.findings } }
      },
    },
  })
  const { exitCode, outputs } = await scene.run()
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ verdict: 'skipped', reason: expect.stringContaining('closed') })
  expect(scene.pull.reviews()).toEqual([])
  expect(scene.pull.pendingReviews()).toEqual([])
})
