import { expect, test } from 'vitest'
import { expectCleanTraffic, small, startScene, writes } from './setup.ts'

test('a dry run asks the model, shows the review, and posts nothing', async () => {
  await using scene = await startScene()
  const { exitCode, outputs, stdout, summary, report } = await scene.run({ inputs: { 'dry-run': 'true' } })
  expect(writes(scene.github)).toEqual([])
  expect(scene.pull.reviews()).toEqual([])
  expect(scene.pull.pendingReviews()).toEqual([])
  expect(scene.model.requests).toHaveLength(1)
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ verdict: 'findings', findings: '1', 'review-id': '', 'review-url': '' })
  for (const shown of [stdout, summary]) expect(shown).toContain(small.findings[0].title)
  expect(stdout).toMatch(/comment on src\/price\.ts:3 \(RIGHT\)/)
  expect(stdout).not.toContain('<!-- patchpilot')
  expect(report).toMatchObject({
    verdict: 'findings',
    review: null,
    findings: [{ path: 'src/price.ts', line: 3 }],
  })
  expectCleanTraffic(scene)
})

test('a dry run fails the step like a real one', async () => {
  await using scene = await startScene()
  const { exitCode } = await scene.run({ inputs: { 'dry-run': 'true', 'fail-on': 'high' } })
  expect(exitCode).toBe(1)
  expect(scene.pull.reviews()).toEqual([])
})
