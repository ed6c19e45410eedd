import { request } from 'node:http'
import { expect, test } from 'vitest'
import type { SimulatedGitHub } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { installTestApp, jwt } from './test-app.ts'
import { clientOf } from './test-client.ts'

const reviewsPath = '/repos/octo/demo/pulls/1/reviews'

let github: SimulatedGitHub
useFreshGitHub((fresh) => {
  github = fresh
})

async function demo(options: { private?: boolean } = {}) {
  const repository = await github.createRepository({ files: { a: '1\n' }, ...options })
  return repository.openPullRequest({ files: { a: '2\n' } })
}

test('an unknown token is told so', async () => {
  const { status, json } = await clientOf(github, 'nonsense').get('/rate_limit')
  expect(status).toBe(401)
  expect(json).toMatchObject({ message: 'Bad credentials', status: '401' })
})

test('what a token may only read it cannot write', async () => {
  await demo()
  github.token('reader', {
    login: 'github-actions[bot]',
    permissions: { contents: 'read', pull_requests: 'read' },
  })
  const reader = clientOf(github, 'reader')
  expect((await reader.get(reviewsPath)).status).toBe(200)
  const refused = await reader.post(reviewsPath, { event: 'COMMENT', body: 'x' })
  expect(refused.status).toBe(403)
  expect(refused.json.message).toBe('Resource not accessible by integration')
})

test('a private repository a token does not cover is not found', async () => {
  await demo({ private: true })
  github.token('elsewhere', { login: 'app[bot]', repositories: ['octo/other'] })
  expect((await clientOf(github, 'elsewhere').get('/repos/octo/demo/pulls/1')).status).toBe(404)
  github.token('blind', { login: 'app[bot]', permissions: { contents: 'read' } })
  expect((await clientOf(github, 'blind').get(reviewsPath)).status).toBe(403)
})

test('GITHUB_TOKEN has no user, a person has', async () => {
  expect((await clientOf(github).get('/user')).json.message).toBe('Resource not accessible by integration')
  github.token('ann-token', { login: 'ann', permissions: null })
  expect((await clientOf(github, 'ann-token').get('/user')).json.login).toBe('ann')
})

test('a token of 520 characters is a token', async () => {
  const secret = `ghs_${'a'.repeat(516)}`
  github.token(secret, { login: 'app[bot]' })
  expect((await clientOf(github, secret).get('/rate_limit')).json.rate.limit).toBe(5000)
})

test('every answer has the headers of GitHub, and an etag that works', async () => {
  await demo()
  const client = clientOf(github)
  const { headers, json } = await client.get('/repos/octo/demo/pulls/1')
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(headers.get('x-github-request-id')).toBeTruthy()
  expect(headers.get('x-ratelimit-remaining')).toBe('999')
  expect(json).toHaveProperty('merge_commit_sha')
  const again = await client.get('/repos/octo/demo/pulls/1', { 'if-none-match': headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})

test('the API version decides what is sent', async () => {
  await demo()
  const client = clientOf(github)
  const newer = await client.get('/repos/octo/demo/pulls/1', { 'x-github-api-version': '2026-03-10' })
  expect(newer.json).not.toHaveProperty('merge_commit_sha')
  expect((await client.get('/repos/octo/demo', { 'x-github-api-version': '1999-01-01' })).status).toBe(400)
})

test('GitHub Enterprise Server addresses work too', async () => {
  await demo()
  const client = clientOf(github)
  expect((await client.get('/api/v3/repos/octo/demo/pulls/1')).status).toBe(200)
  const { json } = await client.post('/api/graphql', { query: '{ viewer { login } }' })
  expect(json.data.viewer.login).toBe('github-actions[bot]')
})

test('broken JSON, an unknown route and a missing user agent are refused', async () => {
  await demo()
  const client = clientOf(github)
  expect((await client.post(reviewsPath, '{"a":')).json.message).toBe('Problems parsing JSON')
  expect((await client.post(reviewsPath, '[]')).json.message).toBe('Body should be a JSON object')
  expect((await client.get('/repos/octo/demo/nothing')).json.message).toBe('Not Found')
  expect(github.requests.map(({ status }) => status)).toEqual([400, 400, 404])
  const status = await new Promise((resolve, reject) => {
    request(github.url, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(403)
})

test('an app proves itself with a JWT and gets a token for its installation', async () => {
  await demo({ private: true })
  const { installationId } = installTestApp(github, ['octo/demo'], { tokenLength: 520 })
  const now = Math.floor(Date.now() / 1000)
  const app = clientOf(github, jwt())
  expect((await app.get('/app')).json).toMatchObject({ id: 42, slug: 'patchpilot' })
  expect((await app.get('/repos/octo/demo/installation')).json.id).toBe(installationId)
  const minted = await app.post(`/app/installations/${installationId}/access_tokens`, {
    repositories: ['demo'],
  })
  expect(minted.status).toBe(201)
  expect(minted.json.token).toHaveLength(520)
  const posted = await clientOf(github, minted.json.token).post(reviewsPath, { event: 'COMMENT', body: 'x' })
  expect(posted.json.user).toMatchObject({ login: 'patchpilot[bot]', type: 'Bot' })

  expect((await clientOf(github, jwt({ exp: now + 3600 })).get('/app')).json.message).toContain(
    'too far in the future',
  )
  expect((await clientOf(github, jwt({ exp: now - 1 })).get('/app')).status).toBe(401)
  expect((await clientOf(github, jwt({ iat: now + 300 })).get('/app')).json.message).toContain("'iat'")
  expect((await clientOf(github, jwt({ iss: 43 })).get('/app')).json.message).toBe('Integration not found')
  expect((await clientOf(github, `${jwt().slice(0, -4)}AAAA`).get('/app')).status).toBe(401)
  expect((await app.get(reviewsPath)).status).toBe(401)
})
