import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { expectCleanTraffic, startScene, writes } from './setup.ts'

test.concurrent('a pull request that our own identity opened is reviewed', async () => {
  await using scene = await startScene({
    pullRequest: { author: { login: 'github-actions[bot]', type: 'Bot' } },
  })
  expect((await scene.run()).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toMatchObject([{ user: 'github-actions[bot]', state: 'COMMENTED' }])
  expectCleanTraffic(scene)
})

test.concurrent('a person’s token reviews as that person, also on a pull request of their own', async () => {
  await using scene = await startScene({ pullRequest: { author: { login: 'ann', type: 'User' } } })
  scene.github.token('ann-token', { login: 'ann', permissions: null })
  expect((await scene.run({ token: 'ann-token' })).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toMatchObject([{ user: 'ann', state: 'COMMENTED' }])
  expectCleanTraffic(scene)
})

test.concurrent('GitHub Enterprise Server is reached under its own prefix, GraphQL included', async () => {
  await using scene = await startScene()
  const { url, serverUrl } = scene.github
  const github = { url: `${url}/api/v3`, serverUrl, graphqlUrl: `${url}/api/graphql` }
  expect((await scene.run({ github })).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(scene.github.requests.filter(({ path }) => !/^\/api\/(v3\/repos\/|graphql$)/.test(path))).toEqual([])
  expectCleanTraffic(scene)
})

test.concurrent('a token of 520 characters works and stays out of the log', async () => {
  await using scene = await startScene()
  const token = `ghs_${'a1B2'.repeat(129)}`
  scene.github.token(token, { login: 'github-actions[bot]' })
  const { stdout, stderr, summary } = await scene.run({ token, debug: true })
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(`${stdout}${stderr}${summary}`.replaceAll(`::add-mask::${token}`, '')).not.toContain(token)
  expectCleanTraffic(scene)
})

const newKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
const { privateKey, publicKey } = newKeys()
const app = { appId: 4711, slug: 'shop-reviewer', publicKey, tokenLength: 520 }
const inputs = { 'app-id': '4711', 'app-private-key': privateKey }

test.concurrent('an App reviews as its installation, and recognises itself', async () => {
  await using scene = await startScene()
  scene.github.installApp({ ...app, repositories: [scene.repository.fullName] })

  expect((await scene.run({ inputs })).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toMatchObject([{ user: 'shop-reviewer[bot]' }])
  expect(scene.github.requests.length).toBeLessThanOrEqual(8)

  const again = await scene.run({ inputs })
  expect(again.outputs).toMatchObject({ verdict: 'findings', reason: expect.stringContaining('already') })
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(scene.model.requests).toHaveLength(1)
  expectCleanTraffic(scene)
})

test.concurrent('an App recognises itself where GraphQL does not work', async () => {
  await using scene = await startScene()
  scene.github.installApp({ ...app, repositories: [scene.repository.fullName] })
  scene.github.faults.add({
    graphql: /./,
    times: Number.POSITIVE_INFINITY,
    behaviour: { status: 404, body: { message: 'Not Found' } },
  })
  await scene.run({ inputs })
  await scene.run({ inputs })
  expect(scene.pull.reviews()).toHaveLength(1)
  expect(scene.model.requests).toHaveLength(1)
})

test.concurrent.each([
  ['the installation cannot be read', { path: /\/installation$/ }, 502],
  ['its token cannot be made', { path: /\/access_tokens$/ }, 502],
  ['its new token is not known everywhere yet', { path: /\/files$/ }, 401],
] as const)('an App gets over it when at first %s', async (_, fault, status) => {
  await using scene = await startScene()
  scene.github.installApp({ ...app, repositories: [scene.repository.fullName] })
  scene.github.faults.add({ ...fault, behaviour: { status, body: { message: 'Not now' } } })
  expect((await scene.run({ inputs })).outputs.verdict).toBe('findings')
  expect(scene.pull.reviews()).toMatchObject([{ user: 'shop-reviewer[bot]' }])
})

describe.concurrent('an App that cannot act is inconclusive and names the inputs', () => {
  const cannotAct = {
    verdict: 'inconclusive',
    reason: expect.stringMatching(/app-id.*app-private-key/),
  }

  test.each([
    ['it is not installed on the repository', { ...app, repositories: ['octo/other'] }, privateKey],
    ['the key is another App’s', { ...app, repositories: ['octo/demo'] }, newKeys().privateKey],
    ['the id is another App’s', { ...app, appId: 1, repositories: ['octo/demo'] }, privateKey],
    [
      'the key is damaged',
      { ...app, repositories: ['octo/demo'] },
      privateKey.replace(/\n[^-]{200}/, '\nAAAA'),
    ],
  ])('because %s', async (_, installed, key) => {
    await using scene = await startScene()
    scene.github.installApp(installed)
    const { exitCode, outputs } = await scene.run({ inputs: { ...inputs, 'app-private-key': key } })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject(cannotAct)
    expect(writes(scene.github)).toEqual([])
    expect(scene.model.requests).toEqual([])
  })
})

test.concurrent('an App’s inputs are not blamed for GitHub’s own trouble', async () => {
  await using scene = await startScene()
  scene.github.installApp({ ...app, repositories: [scene.repository.fullName] })
  const times = Number.POSITIVE_INFINITY
  const behaviour = { status: 403, headers: { 'retry-after': '900' }, body: { message: 'Not now' } }
  scene.github.faults.add({ path: /\/installation$/, times, behaviour })
  const { outputs } = await scene.run({ inputs })
  expect(outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/rate limit/) })
  expect(outputs.reason).not.toContain('app-private-key')
})
