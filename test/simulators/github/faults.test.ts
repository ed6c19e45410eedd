import { expect, test } from 'vitest'
import { limitAnswers, type SimulatedGitHub, type SimulatedPullRequest } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOf } from './test-client.ts'

const reviewsPath = '/repos/octo/demo/pulls/1/reviews'
const pullPath = '/repos/octo/demo/pulls/1'
const review = { event: 'COMMENT', body: 'Hm.' }

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>

useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ files: { 'a.ts': 'one\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': 'two\n' } })
  client = clientOf(github)
})

test('a fault hits the requests it was told to, then things are well again', async () => {
  github.faults.add({ method: 'GET', path: /\/pulls\/1$/, nth: 2, times: 2, behaviour: { status: 500 } })
  const statuses = []
  for (let n = 0; n < 4; n += 1) statuses.push((await client.get(pullPath)).status)
  expect(statuses).toEqual([200, 500, 500, 200])
  expect(github.requests.map(({ status }) => status)).toEqual(statuses)
})

test('a reset connection has done nothing, a commit before it has', async () => {
  github.faults.add({ method: 'POST', behaviour: 'reset' })
  await expect(client.post(reviewsPath, review)).rejects.toThrow('fetch failed')
  expect(pull.reviews()).toHaveLength(0)
  github.faults.add({ method: 'POST', behaviour: 'commit-then-reset' })
  await expect(client.post(reviewsPath, review)).rejects.toThrow('fetch failed')
  expect(pull.reviews()).toHaveLength(1)
  github.faults.add({ method: 'POST', behaviour: 'commit-then-502' })
  const unicorn = await client.post(reviewsPath, review)
  expect(unicorn.status).toBe(502)
  expect(unicorn.text).toContain('Unicorn')
  expect(pull.reviews()).toHaveLength(2)
  expect(github.requests.map(({ status }) => status)).toEqual([null, null, 502])
})

test('a truncated answer has its headers and half of its body', async () => {
  github.faults.add({ path: /\/files$/, behaviour: 'truncate' })
  const response = await fetch(`${github.url}${pullPath}/files`)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

test('a hanging request can be given up', async () => {
  github.faults.add({ path: /\/files$/, behaviour: 'hang' })
  const asked = fetch(`${github.url}${pullPath}/files`, { signal: AbortSignal.timeout(50) })
  await expect(asked).rejects.toThrow()
})

test('a redirect leads to the repository by its id', async () => {
  github.faults.add({ path: /\/repos\/octo\/demo\/pulls\/1$/, behaviour: { redirect: 301 } })
  const moved = await client.get(pullPath)
  expect(moved.status).toBe(301)
  expect((await client.get(moved.headers.get('location') ?? '')).json.number).toBe(1)
})

test('lines can be called unresolvable, and a refused review can leave an orphan', async () => {
  const good = { path: 'a.ts', line: 1, body: 'good' }
  const bad = { path: 'a.ts', line: 1, body: 'bad' }
  github.faults.add({
    method: 'POST',
    times: Number.POSITIVE_INFINITY,
    behaviour: { lineUnresolved: ({ body }) => body === 'bad' },
  })
  const refused = await client.post(reviewsPath, { ...review, comments: [good, bad] })
  expect(refused.json.errors).toEqual(['Line could not be resolved'])
  expect((await client.post(reviewsPath, { ...review, comments: [good] })).status).toBe(200)
  github.faults.clear()
  github.faults.add({ method: 'POST', behaviour: '422-orphan-body' })
  expect((await client.post(reviewsPath, { ...review, body: 'orphan', comments: [good] })).status).toBe(422)
  expect(pull.reviews().at(-1)).toMatchObject({ body: 'orphan', comments: [] })
})

test('the head can move just before a request, and requests can be slow', async () => {
  const before = pull.headSha
  github.faults.add({ path: /\/files$/, behaviour: { mutate: () => pull.push({ 'c.ts': 'new\n' }) } })
  github.faults.add({ path: /\/files$/, behaviour: { delay: 30 } })
  const startedAt = performance.now()
  expect((await client.get(`${pullPath}/files`)).json).toHaveLength(2)
  expect(performance.now() - startedAt).toBeGreaterThan(25)
  expect(pull.headSha).not.toBe(before)
})

test('limits look as they do on the wire', async () => {
  const say = async (behaviour: Parameters<typeof github.faults.add>[0]['behaviour']) => {
    github.faults.add({ path: /\/pulls\/1$/, behaviour })
    return client.get(pullPath)
  }
  const primary = await say(limitAnswers.primary({ resetsAt: new Date(5000) }))
  expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
  expect(primary.headers.get('x-ratelimit-reset')).toBe('5')
  const secondary = await say(limitAnswers.secondary())
  expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([403, null])
  expect(secondary.json.message).toContain('secondary rate limit')
  const told = await say(limitAnswers.secondary({ status: 429, retryAfter: 7 }))
  expect([told.status, told.headers.get('retry-after')]).toEqual([429, '7'])
  expect((await say(limitAnswers.abuse())).json.errors[0].code).toBe('abuse')
  expect((await say(limitAnswers.unicorn())).headers.get('content-type')).toContain('text/html')
  github.faults.add({ graphql: /viewer/, behaviour: limitAnswers.graphql() })
  expect((await client.graphql('{ viewer { login } }')).errors[0].type).toBe('RATE_LIMITED')
})
