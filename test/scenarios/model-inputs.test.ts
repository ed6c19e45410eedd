import { describe, expect, test } from 'vitest'
import { faults, manyFindings } from '../simulators/model/index.ts'
import { expectReviewed, reportOf } from './model-setup.ts'
import { small, startScene } from './setup.ts'

const [finding] = small.findings
const ofEverySeverity = [
  { ...finding, severity: 'low', title: 'A vague name' },
  { ...finding, severity: 'medium', title: 'Rounding differs' },
  { ...finding, severity: 'high', title: 'Cents vanish' },
  { ...finding, severity: 'critical', title: 'Customers overpay' },
]

describe.concurrent('invalid inputs', () => {
  test('are all reported at once, and nothing is sent to anybody', async () => {
    await using scene = await startScene()
    const wrong = {
      timeout: 'soon',
      'fail-on': 'blocker',
      concurrency: '0',
      'max-comments': '-1',
      language: 'x-',
    }
    const result = await scene.run({ inputs: { ...wrong, 'on-inconclusive': 'warn' } })
    expect(result.exitCode).toBe(1)
    const told = result.annotations.map(({ message }) => message).join('\n')
    for (const [name, value] of Object.entries(wrong)) {
      expect(told).toContain(name)
      expect(told).toContain(JSON.stringify(value))
      expect(result.outputs.reason).toContain(name)
    }
    expect(result.outputs).toMatchObject({
      verdict: 'inconclusive',
      findings: '0',
      'highest-severity': 'none',
    })
    expect(result.report).toMatchObject({ version: 1, verdict: 'inconclusive' })
    expect(result.summary).toContain('inconclusive')
    expect(scene.github.requests).toEqual([])
    expect(scene.model.requests).toEqual([])
  })

  test('include an empty base-url, which never means the public server', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'base-url': '', 'api-key': 'sk-1' } })
    expect(result.exitCode).toBe(1)
    expect(result.outputs.reason).toMatch(/'base-url' is empty/)
    expect(scene.github.requests).toEqual([])
  })

  test('are told without their secrets', async () => {
    await using scene = await startScene()
    const result = await scene.run({
      inputs: { 'api-key': 'sk one two', 'base-url': 'ftp://me:word@host/v1' },
    })
    expect(result.exitCode).toBe(1)
    expect(result.outputs.reason).toMatch(/'api-key'.*'base-url'/)
    const told = `${result.outputs.reason}${result.annotations.map(({ message }) => message)}`
    expect(told).not.toContain('sk one two')
    expect(told).not.toContain('word@')
  })
})

test.concurrent('inputs without effect so far warn, and the review goes on', async () => {
  await using scene = await startScene()
  const result = await scene.run({
    inputs: { passes: '3', verify: 'false', language: 'en' },
  })
  expectReviewed(scene, result, 1)
  expect(result.annotations.map(({ name, message }) => [name, message.match(/'([\w-]+)'/)?.[1]])).toEqual([
    ['warning', 'passes'],
    ['warning', 'verify'],
  ])
})

describe.concurrent('the step', () => {
  test.each([
    ['none', 0],
    ['low', 1],
    ['medium', 1],
    ['high', 1],
    ['critical', 0],
  ])('with a high finding and `fail-on: %s` ends with %i', async (failOn, exitCode) => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'fail-on': failOn } })
    expect(result.exitCode).toBe(exitCode)
    expect(result.outputs).toMatchObject({ verdict: 'findings', 'highest-severity': 'high' })
    expect(result.annotations).toHaveLength(exitCode)
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test('does not fail for a finding that was not severe enough to be posted', async () => {
    await using scene = await startScene()
    const result = await scene.run({ inputs: { 'fail-on': 'low', 'min-severity': 'critical' } })
    expectReviewed(scene, result, 0)
    expect(reportOf(result).findings).toMatchObject([{ placement: 'below-min-severity' }])
    expect(scene.pull.reviews()).toMatchObject([{ comments: [] }])
  })

  test('is green with a warning for an incomplete review where that was asked for', async () => {
    await using scene = await startScene({ model: { answer: () => ({ fault: faults.insufficientQuota() }) } })
    const result = await scene.run({ inputs: { 'on-inconclusive': 'warn' } })
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: { verdict: 'inconclusive' },
      annotations: [{ name: 'warning', message: expect.stringContaining('out of credit') }],
    })
    expect(scene.pull.reviews()).toMatchObject([{ body: expect.stringContaining('review incomplete') }])
  })
})

describe.concurrent('findings', () => {
  test('below `min-severity` are counted, not posted', async () => {
    await using scene = await startScene({ findings: ofEverySeverity })
    const result = await scene.run({ inputs: { 'min-severity': 'high' } })
    expectReviewed(scene, result, 2)
    const placed = reportOf(result).findings.map(({ title, placement }) => [title, placement])
    expect(placed).toEqual([
      ['Customers overpay', 'inline'],
      ['Cents vanish', 'inline'],
      ['Rounding differs', 'below-min-severity'],
      ['A vague name', 'below-min-severity'],
    ])
    expect(JSON.stringify(scene.pull.reviews())).not.toMatch(/vague name|Rounding differs/)
  })

  test('over `max-comments` stand in the review, the worst ones inline', async () => {
    await using scene = await startScene({ findings: ofEverySeverity })
    expectReviewed(scene, await scene.run({ inputs: { 'max-comments': '1' } }), 4)
    const [review] = scene.pull.reviews()
    expect(review?.comments).toMatchObject([{ body: expect.stringContaining('Customers overpay') }])
    for (const { title } of ofEverySeverity) expect(review?.body).toContain(title)
  })

  test('all stand in the review with `max-comments: 0`', async () => {
    const findings = manyFindings(finding, 3).map((one, index) => ({
      ...one,
      title: `${'xyz'[index]} is wrong`,
    }))
    await using scene = await startScene({ findings })
    const result = await scene.run({ inputs: { 'max-comments': '0' } })
    expect(result.outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toMatchObject([{ comments: [] }])
    expect(scene.pull.reviews()[0]?.body).toContain('x is wrong')
  })
})
