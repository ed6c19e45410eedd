import { describe, expect, test } from 'vitest'
import { planted } from '../simulators/model/index.ts'
import { expectCleanTraffic, startScene, writes } from './setup.ts'

const before = {
  'src/orders.ts': `import { db } from './db'

export async function find(id: string) {
  if (id === '') throw new Error('no id')
  return db.get(id)
}

export function total(orders: Order[]): number {
  let sum = 0
  for (const order of orders) sum += order.amount
  return sum
}
`,
}

const after = {
  'src/orders.ts': `import { db } from './db'

export async function find(id: string) {
  return db.query(\`select * from orders where id = '\${id}'\`)
}

export function total(orders: Order[]): number {
  let sum = 0
  for (let i = 0; i <= orders.length; i++) {
    sum += orders[i].amount
  }
  return sum
}
`,
  'src/retry.ts': 'export const retries = 1e9\n',
}

const onAddedLine = planted({
  path: 'src/orders.ts',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a line of the reviewed code
  quote: "  return db.query(`select * from orders where id = '${id}'`)",
  severity: 'critical',
  category: 'security',
  title: 'SQL injection',
  suggestion: "  return db.query('select * from orders where id = ?', [id])",
})
const onDeletedLine = planted({
  path: 'src/orders.ts',
  quote: "  if (id === '') throw new Error('no id')",
  side: 'LEFT',
  title: 'Empty ids are not refused any more',
})
const onRange = planted({
  path: 'src/orders.ts',
  quote: '  for (let i = 0; i <= orders.length; i++) {\n    sum += orders[i].amount\n  }',
  title: 'Reads past the end',
  suggestion: '  for (const order of orders) sum += order.amount',
})
const onContextLine = planted({
  path: 'src/orders.ts',
  quote: 'export function total(orders: Order[]): number {',
  severity: 'medium',
  title: 'No test covers the total',
})
const inNewFile = planted({
  path: 'src/retry.ts',
  quote: 'export const retries = 1e9',
  severity: 'medium',
  title: 'Retries for ever',
})
const leastSevere = planted({
  path: 'src/orders.ts',
  quote: '  let sum = 0',
  severity: 'low',
  title: 'A reduce would do',
})
const withoutPlace = planted({
  path: 'src/orders.ts',
  quote: 'this line is in nobody’s diff',
  severity: 'low',
  title: 'Orders are never archived',
})

const all = [leastSevere, onContextLine, onRange, withoutPlace, onAddedLine, inNewFile, onDeletedLine]

describe('a pull request with findings of every kind', () => {
  test('gets one review with each finding on its line and side, the rest folded', async () => {
    const answer = () => ({ content: { summary: 'Orders are read by SQL now.', findings: all } })
    await using scene = await startScene({ before, after, model: { answer } })

    const { outputs, exitCode, report } = await scene.run()

    const [review, ...others] = scene.pull.reviews()
    expect(others).toEqual([])
    expect(review).toMatchObject({
      state: 'COMMENTED',
      user: 'github-actions[bot]',
      commitId: scene.pull.headSha,
    })
    const places = review?.comments.map(({ path, side, startLine, line }) => [path, side, startLine, line])
    expect(places).toEqual([
      ['src/orders.ts', 'RIGHT', null, 4],
      ['src/orders.ts', 'RIGHT', 9, 11],
      ['src/orders.ts', 'LEFT', null, 4],
      ['src/orders.ts', 'RIGHT', null, 7],
      ['src/retry.ts', 'RIGHT', null, 1],
    ])
    expect(review?.comments[0]?.body).toContain(`\`\`\`suggestion\n${onAddedLine.suggestion}\n\`\`\``)
    expect(review?.comments[2]?.body).not.toContain('suggestion')
    for (const { title } of all) expect(review?.body).toContain(title)
    expect(review?.body).toContain('Orders are read by SQL now.')
    expect(review?.body).toMatch(/over .max-comments/)

    expect(outputs).toMatchObject({
      verdict: 'findings',
      findings: '7',
      'highest-severity': 'critical',
      'review-id': String(review?.id),
      'review-url': `${scene.pull.url}#pullrequestreview-${review?.id}`,
    })
    expect(exitCode).toBe(0)
    expect(report).toMatchObject({
      files: [{ coverage: 'reviewed' }, { coverage: 'reviewed' }],
      findings: [...Array(5).fill({ placement: 'inline' }), { placement: 'folded' }, { placement: 'folded' }],
    })
    expectCleanTraffic(scene)
    expect(writes(scene.github)).toHaveLength(2)
    expect(scene.model.requests).toHaveLength(1)
  })

  test('fails the step when one is at least as severe as `fail-on`', async () => {
    await using scene = await startScene()
    const [atLimit, below] = [{ 'fail-on': 'high' }, { 'fail-on': 'critical' }]
    expect((await scene.run({ inputs: atLimit })).exitCode).toBe(1)
    expect((await scene.run({ inputs: below })).exitCode).toBe(0)
    expect(scene.pull.reviews()).toHaveLength(1)
  })

  test('gets no more inline comments than `max-comments` allows, and loses none', async () => {
    const quotes = Array.from({ length: 12 }, (_, index) => `export const limit${index} = ${index}`)
    await using scene = await startScene({
      after: { 'src/limits.ts': `${quotes.join('\n')}\n` },
      findings: quotes.map((quote) => planted({ path: 'src/limits.ts', quote, title: `${quote} is odd` })),
    })
    await scene.run({ inputs: { 'max-comments': '2' } })
    const [review] = scene.pull.reviews()
    expect(review?.comments).toMatchObject([{ line: 1 }, { line: 2 }])
    for (const quote of quotes) expect(review?.body).toContain(`${quote} is odd`)
    expectCleanTraffic(scene)
  })
})

test('a pull request without findings is told so in a review without comments', async () => {
  await using scene = await startScene({ findings: [] })
  const { outputs, exitCode } = await scene.run({ inputs: { 'fail-on': 'low' } })
  expect(scene.pull.reviews()).toMatchObject([{ comments: [], body: expect.stringContaining('no findings') }])
  expect(outputs).toMatchObject({ verdict: 'passed', reason: '', findings: '0', 'highest-severity': 'none' })
  expect(exitCode).toBe(0)
  expectCleanTraffic(scene)
})

describe('the number of files', () => {
  test.each([100, 120])('of %i costs at most 8 requests to GitHub, and none is left out', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `src/part-${String(index).padStart(3, '0')}.ts`)
    const last = names.at(-1) ?? ''
    await using scene = await startScene({
      before: { 'README.md': '# Parts\n' },
      after: Object.fromEntries(names.map((name) => [name, `export const name = '${name}'\n`])),
      findings: [planted({ path: last, quote: `export const name = '${last}'` })],
    })
    const { outputs, report } = await scene.run()
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: last, line: 1 }] }])
    expect(report).toMatchObject({ files: Array(count).fill({ coverage: 'reviewed' }) })
    expect(scene.github.requests.length).toBeLessThanOrEqual(8)
    expectCleanTraffic(scene)
  })
})
