import { describe, expect, test } from 'vitest'

import { planted } from '../simulators/model/index.ts'
import { expectCleanTraffic, startScene, writes } from './setup.ts'

const always = Number.POSITIVE_INFINITY
const unicorn = { status: 502, body: '<!DOCTYPE html><html><title>Unicorn!</title></html>' } as const
const json = { 'content-type': 'application/json; charset=utf-8' }

describe.concurrent('the second page of files', () => {
  const names = Array.from({ length: 105 }, (_, index) => `src/part-${String(index).padStart(3, '0')}.ts`)
  const last = names.at(-1) ?? ''
  const twoPages = {
    before: { 'README.md': '# Parts\n' },
    after: Object.fromEntries(names.map((name) => [name, `export const name = '${name}'\n`])),
    findings: [planted({ path: last, quote: `export const name = '${last}'` })],
  }

  test.each([
    ['breaks off', 'truncate'],
    ['is in conflict', { status: 409, body: { message: 'Conflict' } }],
    ['is empty', { status: 200, headers: json, body: '[]' }],
    ['is no list', { status: 200, headers: json, body: '{}' }],
    ['is a web page', { status: 200, body: unicorn.body }],
    ['dies on its way', 'reset'],
  ] as const)('%s: it is read again, and nothing is lost', async (_, behaviour) => {
    await using scene = await startScene(twoPages)
    scene.github.faults.add({ path: /\/files$/, nth: 2, behaviour })
    const { exitCode, outputs, report } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(report).toMatchObject({ files: Array(names.length).fill({ coverage: 'reviewed' }) })
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: last, line: 1 }] }])
  })
})

describe.concurrent('files that GitHub does not list', () => {
  const json = { 'content-type': 'application/json; charset=utf-8' }
  const fileEntry = {
    ...{ sha: 'a'.repeat(40), status: 'modified', additions: 1, deletions: 1, changes: 2 },
    ...{ blob_url: '', raw_url: '', contents_url: '' },
  }
  const changed = {
    'src/price.ts': 'export const price = 2\n',
    'src/unlisted.ts': 'export const hidden = 1\n',
  }

  /** GitHub lists one file of two, as it lists 3,000 of more. */
  async function startWithUnlisted() {
    const scene = await startScene({
      before: { 'src/price.ts': 'export const price = 1\n' },
      after: changed,
      findings: [planted({ path: 'src/unlisted.ts', quote: 'export const hidden = 1' })],
    })
    const body = [
      {
        ...fileEntry,
        filename: 'src/price.ts',
        patch: '@@ -1 +1 @@\n-export const price = 1\n+export const price = 2',
      },
    ]
    scene.github.faults.add({
      path: /\/files$/,
      times: always,
      behaviour: { status: 200, headers: json, body: JSON.stringify(body) },
    })
    return scene
  }

  test('are found in the trees, read and reviewed', async () => {
    await using scene = await startWithUnlisted()
    const { exitCode, outputs, report } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: 'src/unlisted.ts', line: 1 }] }])
    expect(report).toMatchObject({
      files: [
        { path: 'src/price.ts', coverage: 'reviewed' },
        { path: 'src/unlisted.ts', coverage: 'reviewed', hunks: [{ oldStart: 0, newStart: 1 }] },
      ],
    })
    expect(scene.github.violations).toEqual([])
  })

  test('make the review incomplete where the trees cannot be read, and the rest is reviewed', async () => {
    await using scene = await startWithUnlisted()
    scene.github.faults.add({ path: /\/git\/trees\//, times: always, behaviour: { status: 404 } })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('did not list 1 of the changed files'),
    })
    expect(scene.pull.reviews()[0]?.body).toContain('did not list 1')
  })
})

describe.concurrent('files without a patch', () => {
  test('that have no lines to review do not make the review incomplete', async () => {
    await using scene = await startScene({
      before: {
        'src/price.ts': 'export const price = 1\n',
        'src/old-name.ts': 'export const name = 1\n',
        'run.sh': { content: 'exit 0\n', mode: '100644' },
      },
      after: {
        'src/price.ts': 'export const price = 2\n',
        'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
        'src/empty.ts': '',
        'run.sh': { content: 'exit 0\n', mode: '100755' },
      },
      pullRequest: { renames: { 'src/old-name.ts': 'src/new-name.ts' } },
      findings: [planted({ path: 'src/price.ts', quote: 'export const price = 2' })],
    })
    const { exitCode, outputs, report } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    const coverage = (path: string, coverage: string) => expect.objectContaining({ path, coverage })
    expect(report).toMatchObject({
      files: expect.arrayContaining([
        coverage('src/price.ts', 'reviewed'),
        coverage('logo.png', 'binary'),
        coverage('src/empty.ts', 'no-patch'),
        coverage('src/new-name.ts', 'no-patch'),
        coverage('run.sh', 'no-patch'),
      ]),
    })
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ path: 'src/price.ts' }] }])
    expectCleanTraffic(scene)
  })

  const large = {
    before: {
      'src/price.ts': 'export const price = 1\n',
      'src/rates.ts': 'const a = 1\nconst b = 2\nconst c = 3\n',
    },
    after: {
      'src/price.ts': 'export const price = 2\n',
      'src/rates.ts': 'const a = 1\nconst b = 5\nconst c = 3\n',
    },
    pullRequest: { tooLarge: ['src/rates.ts'] },
    findings: [planted({ path: 'src/rates.ts', quote: 'const b = 5' })],
  }

  test('that GitHub finds too large are read at both ends, and reviewed', async () => {
    await using scene = await startScene(large)
    // both ends of the diff, and not the tip of the base
    await scene.repository.push({ 'src/rates.ts': 'const nothing = 0\n' })
    const { exitCode, outputs, report } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'findings', findings: '1' })
    expect(report).toMatchObject({
      files: [
        { path: 'src/price.ts', coverage: 'reviewed' },
        { path: 'src/rates.ts', coverage: 'reviewed', hunks: [{ oldStart: 1, newStart: 1, request: 1 }] },
      ],
    })
    expect(scene.model.requests[0]?.prompt).toContain(
      '@@ -1,3 +1,3 @@\n const a = 1\n2 -const b = 2\n2 +const b = 5',
    )
    // GitHub itself takes no comment where it shows no diff: the finding is folded
    expect(scene.pull.reviews()[0]?.body).toContain('src/rates.ts')
  })

  test('that cannot be read make the review incomplete', async () => {
    await using scene = await startScene(large)
    scene.github.faults.add({ graphql: /PatchPilotSources/, times: always, behaviour: unicorn })
    scene.github.faults.add({ path: /\/git\/blobs\//, times: always, behaviour: { status: 404 } })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('src/rates.ts'),
    })
    expect(scene.pull.reviews()[0]?.body).toMatch(/Not reviewed.*src\/rates\.ts/s)
  })

  test("are not sent to anybody where the base's rules on what to send cannot be read", async () => {
    await using scene = await startScene(large)
    scene.github.faults.add({ graphql: /PatchPilotSources/, times: always, behaviour: unicorn })
    scene.github.faults.add({ path: /\/git\//, times: always, behaviour: { status: 404 } })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('contents: read'),
    })
    expect(scene.model.requests).toEqual([])
  })

  test('leave nothing to ask when they are all there is', async () => {
    await using scene = await startScene({
      after: { 'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]) },
    })
    const { exitCode, outputs } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('passed')
    expect(scene.model.requests).toEqual([])
    expectCleanTraffic(scene)
  })
})

describe.concurrent('GraphQL', () => {
  test('that fails once is asked again', async () => {
    await using scene = await startScene()
    scene.github.faults.add({ graphql: /./, behaviour: unicorn })
    expect((await scene.run()).outputs.verdict).toBe('findings')
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.github.requests.length).toBeLessThanOrEqual(8)
  })

  test.each([
    ['fails', unicorn],
    ['is not there', { status: 404, body: { message: 'Not Found' } }],
    ['does not know a field', { status: 200, body: { errors: [{ message: 'Field … doesn’t exist' }] } }],
    ['answers nonsense', { status: 200, body: { data: { repository: {} } } }],
  ] as const)('that always %s is done without', async (_, behaviour) => {
    await using scene = await startScene()
    scene.github.faults.add({ graphql: /./, times: always, behaviour })
    const { exitCode, outputs, durationMs } = await scene.run()
    expect(exitCode).toBe(0)
    expect(outputs.verdict).toBe('findings')
    expect(durationMs).toBeLessThan(15_000)
    expect(scene.pull.reviews()).toMatchObject([{ comments: [{ line: 3 }] }])
    expect(scene.github.requests.length).toBeLessThanOrEqual(18)

    await scene.run()
    expect(scene.pull.reviews()).toHaveLength(1)
    expect(scene.model.requests).toHaveLength(1)
    expect(scene.github.violations).toEqual([])
  })
})

test('GraphQL that stops working half-way is done without', async () => {
  await using scene = await startScene()
  scene.github.faults.add({ graphql: /./, nth: 2, times: always, behaviour: unicorn })
  expect((await scene.run()).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(scene.pull.pendingReviews()).toEqual([])
})

test('the pull request is read again after a 502, also by REST', async () => {
  await using scene = await startScene()
  scene.github.faults.add({ graphql: /./, times: always, behaviour: { status: 404, body: {} } })
  scene.github.faults.add({ method: 'GET', path: /\/pulls\/1$/, behaviour: unicorn })
  expect((await scene.run()).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toHaveLength(1)
})

describe.concurrent('what cannot be read is inconclusive and says what to change', () => {
  test('a bad token', async () => {
    await using scene = await startScene()
    const { exitCode, outputs } = await scene.run({ token: 'expired-token' })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/401.*github-token/),
    })
    expect(writes(scene.github)).toEqual([])
    expect(scene.model.requests).toEqual([])
  })

  test('a repository that the token does not see', async () => {
    await using scene = await startScene({ repository: { private: true } })
    scene.github.token('elsewhere', { login: 'github-actions[bot]', repositories: ['octo/other'] })
    const { exitCode, outputs } = await scene.run({ token: 'elsewhere' })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/octo\/demo#1.*permissions: pull-requests: write/),
    })
    expect(scene.model.requests).toEqual([])
  })

  test('a token without permission for pull requests', async () => {
    await using scene = await startScene({ repository: { private: true } })
    scene.github.token('blind', { login: 'github-actions[bot]', permissions: { contents: 'read' } })
    const { outputs } = await scene.run({ token: 'blind' })
    expect(outputs).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('pull-requests: write'),
    })
    expect(scene.model.requests).toEqual([])
  })

  test('`on-inconclusive: warn` turns it green, with a warning', async () => {
    await using scene = await startScene()
    const inputs = { 'on-inconclusive': 'warn' }
    const { exitCode, annotations } = await scene.run({ token: 'expired-token', inputs })
    expect(exitCode).toBe(0)
    expect(annotations).toMatchObject([{ name: 'warning', message: expect.stringContaining('401') }])
  })
})
