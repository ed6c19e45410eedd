import { describe, expect, test } from 'vitest'
import { cpuClock } from '../../cpu-clock.ts'
import type { SimulatedGitHub, SimulatedPullRequest, SimulatedRepository } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOf } from './test-client.ts'

const reviewsPath = '/repos/octo/demo/pulls/1/reviews'
const commentsPath = '/repos/octo/demo/pulls/1/comments'
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join('')

let github: SimulatedGitHub
let repository: SimulatedRepository
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>

/** a.ts has two hunks: line 5 replaced (2…8 shown), and a line added after 30 (28…34 shown). */
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository({ files: { 'a.ts': lines(1, 40), 'b.ts': 'b\n' } })
  pull = await repository.openPullRequest({
    files: { 'a.ts': `${lines(1, 4)}changed 5\n${lines(6, 30)}added 31\n${lines(31, 40)}` },
    author: { login: 'ann' },
  })
  client = clientOf(github)
})

const comment = (anchor: object) => ({ path: 'a.ts', body: 'Why?', ...anchor })
const review = (...anchors: object[]) => ({ event: 'COMMENT', body: 'Hm.', comments: anchors.map(comment) })

describe('creating a review', () => {
  test('answers 200 with the review, and everybody sees its comments', async () => {
    const posted = await client.post(reviewsPath, review({ line: 5 }, { line: 5, side: 'LEFT' }))
    expect(posted.status).toBe(200)
    expect(posted.json).toMatchObject({ state: 'COMMENTED', body: 'Hm.', commit_id: pull.headSha })
    expect(posted.json.id).toBeGreaterThan(2 ** 31)
    expect(posted.json).not.toHaveProperty('comments')
    const comments = (await client.get(commentsPath)).json
    expect(comments).toMatchObject([
      { line: 5, side: 'RIGHT', start_line: null, pull_request_review_id: posted.json.id, position: 5 },
      { line: 5, side: 'LEFT', diff_hunk: '@@ -2,7 +2,7 @@ line 1\n line 2\n line 3\n line 4\n-line 5' },
    ])
    expect(pull.reviews()).toMatchObject([
      { user: 'github-actions[bot]', comments: [{ line: 5 }, { side: 'LEFT' }] },
    ])
    const legacy = (await client.get(`${reviewsPath}/${posted.json.id}/comments`)).json
    expect(legacy[0]).toMatchObject({ position: 5 })
    expect(legacy[0]).not.toHaveProperty('line')
  })

  test.each([
    ['a path outside the diff', { path: 'b.ts', line: 1 }, 'Path could not be resolved'],
    ['a line between the hunks', { line: 20 }, 'Line could not be resolved'],
    ['no line at all', {}, 'Line could not be resolved'],
    ['a context line on the left', { line: 4, side: 'LEFT' }, 'Line could not be resolved'],
    ['an added line on the left', { line: 31, side: 'LEFT' }, 'Line could not be resolved'],
    ['a range that ends where it starts', { start_line: 5, line: 5 }, 'must precede the end line'],
    ['a range that runs backwards', { start_line: 6, line: 5 }, 'must precede the end line'],
    ['a range across hunks', { start_line: 5, line: 30 }, 'must be part of the same hunk'],
    ['a range that starts outside', { start_line: 1, line: 5 }, 'must be part of the same hunk'],
    ['a position below the last line', { position: 99 }, 'position is invalid'],
    ['a body that is too long', { line: 5, body: 'x'.repeat(65_537) }, 'Body is too long'],
  ])('refuses %s, and stores nothing', async (_what, anchor, reason) => {
    const posted = await client.post(reviewsPath, review({ line: 5 }, anchor))
    expect(posted.status).toBe(422)
    expect(posted.json).toMatchObject({ message: 'Unprocessable Entity', status: '422' })
    expect(posted.json.errors).toHaveLength(1)
    expect(posted.json.errors[0]).toContain(reason)
    expect(pull.reviews()).toEqual([])
  })

  test.each([
    ['the first shown line', { line: 2 }],
    ['the last shown line', { line: 34 }],
    ['a range inside a hunk', { start_line: 2, start_side: 'RIGHT', line: 8, side: 'RIGHT' }],
    ['a range from a deleted to an added line', { start_line: 5, start_side: 'LEFT', line: 5 }],
    ['65,536 characters beyond the basic plane', { line: 5, body: '😀'.repeat(65_536) }],
  ])('accepts %s', async (_what, anchor) => {
    expect((await client.post(reviewsPath, review(anchor))).status).toBe(200)
  })

  test('joins different reasons into one sentence that names no comment', async () => {
    const posted = await client.post(
      reviewsPath,
      review({ path: 'b.ts', line: 1 }, { line: 20 }, { line: 21 }),
    )
    expect(posted.json.errors).toEqual(['Path could not be resolved and Line could not be resolved'])
  })

  test('refuses keys and values that are not in the schema', async () => {
    const unknown = await client.post(reviewsPath, review({ line: 5, subject_type: 'line' }))
    expect(unknown.status).toBe(422)
    expect(unknown.json.message).toMatch(/^Invalid request\.\n\n.*"subject_type" is not a permitted key\.$/)
    expect(unknown.json).not.toHaveProperty('errors')
    const event = await client.post(reviewsPath, { event: 'COMMENTED', body: 'x' })
    expect(event.json.message).toContain(
      'COMMENTED is not a member of ["APPROVE","REQUEST_CHANGES","COMMENT"].',
    )
    const line = await client.post(reviewsPath, review({ line: null }))
    expect(line.json.message).toContain('nil is not an integer.')
    const body = await client.post(reviewsPath, { event: 'COMMENT', comments: [{ path: 'a.ts' }] })
    expect(body.json.message).toContain('"body" wasn\'t supplied.')
  })

  test('wants a body for REQUEST_CHANGES, and for a COMMENT without comments', async () => {
    const empty = await client.post(reviewsPath, {
      event: 'REQUEST_CHANGES',
      comments: [comment({ line: 5 })],
    })
    expect(empty.json.errors).toEqual(['You need to leave a comment indicating the requested changes.'])
    expect((await client.post(reviewsPath, { event: 'COMMENT', body: '' })).status).toBe(422)
    const inline = { event: 'COMMENT', body: '', comments: [comment({ line: 5 })] }
    expect((await client.post(reviewsPath, inline)).status).toBe(200)
    expect((await client.post(reviewsPath, { event: 'REQUEST_CHANGES', body: 'No.' })).status).toBe(200)
  })

  test("knows the author's own pull request, and what GitHub Actions may not do", async () => {
    github.token('ann-token', { login: 'ann', permissions: null })
    const ann = clientOf(github, 'ann-token')
    const approve = { event: 'APPROVE' }
    expect((await ann.post(reviewsPath, approve)).json.errors).toEqual([
      'Can not approve your own pull request',
    ])
    const changes = { event: 'REQUEST_CHANGES', body: 'x' }
    expect((await ann.post(reviewsPath, changes)).json.errors[0]).toContain('your own pull request')
    expect((await ann.post(reviewsPath, { event: 'COMMENT', body: 'x' })).status).toBe(200)
    expect((await client.post(reviewsPath, approve)).json.errors).toEqual([
      'GitHub Actions is not permitted to approve pull requests.',
    ])
    github.token('bob-token', { login: 'bob', permissions: null })
    expect((await clientOf(github, 'bob-token').post(reviewsPath, approve)).json.state).toBe('APPROVED')
  })

  test('is refused while the conversation is locked', async () => {
    pull.edit({ locked: true })
    expect((await client.post(reviewsPath, review())).json.errors).toEqual(['lock prevents review'])
    const timeline = await client.post('/repos/octo/demo/issues/1/comments', { body: 'x' })
    expect(timeline.status).toBe(403)
  })

  test('anchors to the commit it names, which must be one of the pull request', async () => {
    const first = pull.headSha
    await pull.push({
      'a.ts': `new first\n${lines(1, 4)}changed 5\n${lines(6, 30)}added 31\n${lines(31, 40)}`,
    })
    const posted = await client.post(reviewsPath, { ...review({ line: 5 }), commit_id: first })
    expect(posted.json).toMatchObject({ commit_id: first })
    expect((await client.get(commentsPath)).json[0]).toMatchObject({ line: 6, original_line: 5 })
    const base = await client.post(reviewsPath, { ...review({ line: 5 }), commit_id: pull.baseSha })
    expect(base.status).toBe(422)
    await pull.forcePush({ 'a.ts': 'all new\n' })
    expect((await client.post(reviewsPath, { ...review({ line: 5 }), commit_id: first })).status).toBe(422)
  })
})

describe('a pending review', () => {
  test('is one per identity, also under concurrency, and blocks submitted ones', async () => {
    const posts = await Promise.all(
      Array.from({ length: 8 }, () => client.post(reviewsPath, { body: 'mine' })),
    )
    expect(posts.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(422)])
    expect(pull.pendingReviews()).toHaveLength(1)
    const blocked = await client.post(reviewsPath, review({ line: 5 }))
    expect(blocked.json.errors).toEqual(['User can only have one pending review per pull request'])
    const single = await client.post(commentsPath, { ...comment({ line: 5 }), commit_id: pull.headSha })
    expect(single.json.errors).toMatchObject([{ resource: 'PullRequestReview', field: 'user_id' }])
    github.token('bob-token', { login: 'bob', permissions: null })
    expect((await clientOf(github, 'bob-token').post(reviewsPath, review({ line: 5 }))).status).toBe(200)
  })

  test('exists only for its author', async () => {
    const { json } = await client.post(reviewsPath, { body: 'draft', comments: [comment({ line: 5 })] })
    expect(json).toMatchObject({ state: 'PENDING' })
    expect(json).not.toHaveProperty('submitted_at')
    github.token('bob-token', { login: 'bob', permissions: null })
    const bob = clientOf(github, 'bob-token')
    expect((await bob.get(reviewsPath)).json).toEqual([])
    expect((await bob.get(`${reviewsPath}/${json.id}`)).status).toBe(404)
    expect((await bob.delete(`${reviewsPath}/${json.id}`)).status).toBe(404)
    expect((await client.get(reviewsPath)).json).toHaveLength(1)
    expect((await client.get(commentsPath)).json).toEqual([])
    expect(pull.reviews()).toEqual([])
  })

  test('is submitted once, or deleted; a submitted one cannot be deleted', async () => {
    const { json } = await client.post(reviewsPath, { body: 'draft', comments: [comment({ line: 5 })] })
    const one = `${reviewsPath}/${json.id}`
    expect((await client.post(`${one}/events`, {})).json.message).toContain('"event" wasn\'t supplied.')
    const submitted = await client.post(`${one}/events`, { event: 'COMMENT', body: 'done' })
    expect(submitted.json).toMatchObject({
      state: 'COMMENTED',
      body: 'done',
      submitted_at: expect.any(String),
    })
    expect((await client.post(`${one}/events`, { event: 'COMMENT' })).status).toBe(422)
    expect((await client.delete(one)).status).toBe(422)
    expect((await client.put(one, { body: 'edited' })).json.body).toBe('edited')
    const second = (await client.post(reviewsPath, { body: 'again' })).json
    expect((await client.delete(`${reviewsPath}/${second.id}`)).status).toBe(200)
    expect((await client.get(reviewsPath)).json).toHaveLength(1)
  })
})

describe('single comments', () => {
  const single = (anchor: object) => ({ ...comment(anchor), commit_id: pull.headSha })

  test('make a review of their own, can be replied to once, edited and deleted', async () => {
    const posted = await client.post(commentsPath, single({ line: 5, side: 'RIGHT' }))
    expect(posted.status).toBe(201)
    const reply = await client.post(`${commentsPath}/${posted.json.id}/replies`, { body: 'Because.' })
    expect(reply.json).toMatchObject({ in_reply_to_id: posted.json.id, line: 5 })
    expect((await client.post(`${commentsPath}/${reply.json.id}/replies`, { body: 'x' })).status).toBe(404)
    expect(pull.reviews()).toMatchObject([{ body: '' }, { body: '' }])
    const path = `/repos/octo/demo/pulls/comments/${posted.json.id}`
    expect((await client.patch(path, { body: 'Really?' })).json.body).toBe('Really?')
    expect((await client.delete(path)).status).toBe(204)
    expect((await client.get(path)).status).toBe(404)
  })

  test('are refused with objects, not strings', async () => {
    const line = await client.post(commentsPath, single({ line: 20 }))
    expect(line.json).toMatchObject({
      message: 'Validation Failed',
      errors: [
        { field: 'pull_request_review_thread.line', code: 'custom' },
        { field: 'pull_request_review_thread.diff_hunk', code: 'missing_field' },
      ],
    })
    const both = await client.post(commentsPath, single({ line: 5, subject_type: 'line' }))
    expect(both.json.message).toContain('"subject_type" is not a permitted key.')
    expect((await client.post(commentsPath, single({}))).json.message).toContain(
      'No subschema in "oneOf" matched.',
    )
    const file = await client.post(commentsPath, single({ subject_type: 'file' }))
    expect(file.json).toMatchObject({ subject_type: 'file' })
  })
})

describe('when the head moves', () => {
  const edited = (text: string) => `${lines(1, 4)}${text}\n${lines(6, 30)}added 31\n${lines(31, 40)}`

  test('comments follow their line, or become outdated', async () => {
    await client.post(reviewsPath, review({ line: 5 }, { line: 31 }, { line: 5, side: 'LEFT' }))
    await pull.push({ 'a.ts': `top\n${edited('changed again')}` })
    const [changed, moved, left] = (await client.get(commentsPath)).json
    expect(changed).toMatchObject({ line: null, position: null, original_line: 5 })
    expect(moved).toMatchObject({ line: 32, commit_id: pull.headSha })
    expect(left).toMatchObject({ line: 5, side: 'LEFT' })
  })

  test('a force-push shows old reviews on the new head', async () => {
    await client.post(reviewsPath, review({ line: 5 }))
    await pull.forcePush({ 'a.ts': edited('rewritten') })
    expect((await client.get(reviewsPath)).json[0].commit_id).toBe(pull.headSha)
  })

  test('an updated branch does not put the files of the base into the pull request', async () => {
    await repository.push({ 'b.ts': 'from base\n' })
    await pull.updateBranch()
    const files = (await client.get('/repos/octo/demo/pulls/1/files')).json
    expect(files).toMatchObject([{ filename: 'a.ts' }])
  })
})

test('timeline comments can be made, listed, edited and deleted', async () => {
  const path = '/repos/octo/demo/issues/1/comments'
  const posted = await client.post(path, { body: 'summary' })
  expect(posted.status).toBe(201)
  expect((await client.get(path)).json).toMatchObject([
    { body: 'summary', user: { login: 'github-actions[bot]' } },
  ])
  const one = `/repos/octo/demo/issues/comments/${posted.json.id}`
  expect((await client.patch(one, { body: 'new' })).json.body).toBe('new')
  expect((await client.delete(one)).status).toBe(204)
  const long = await client.post(path, { body: 'x'.repeat(65_537) })
  expect(long.json.errors).toMatchObject([{ resource: 'IssueComment', code: 'unprocessable', field: 'data' }])
})

test('a file of 19,000 new lines takes comments as fast as a small one', async () => {
  const big = await repository.openPullRequest({ files: { 'big.ts': lines(1, 19_000) } })
  const spentMs = cpuClock()
  const posted = await client.post(`/repos/octo/demo/pulls/${big.number}/reviews`, {
    event: 'COMMENT',
    comments: [{ path: 'big.ts', line: 18_999, body: 'Here.' }],
  })
  expect(posted.status).toBe(200)
  expect(spentMs()).toBeLessThan(2000)
})
