import { beforeEach, describe, expect, test } from 'vitest'
import type { SimulatedGitHub, SimulatedPullRequest } from './index.ts'
import { useFreshGitHub } from './fresh-github.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>

useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({
    files: { 'a.ts': 'one\n', 'b.bin': Buffer.from([0, 1]) },
  })
  pull = await repository.openPullRequest({ files: { 'a.ts': 'two\n' }, author: { login: 'ann' } })
  client = clientOf(github)
})

const post = (body: object) => client.post('/repos/octo/demo/pulls/1/reviews', body)
const comments = [{ path: 'a.ts', line: 1, body: 'Why?' }]
const onPull = (fields: string) =>
  `{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) { ${fields} } } }`

test('the pull request is the one REST shows', async () => {
  const { data } = await client.graphql(
    onPull(`headRefOid baseRefOid changedFiles isCrossRepository state author { __typename login }
      files(first: 5) { nodes { path changeType } } commits(last: 1) { totalCount nodes { commit { oid } } }`),
  )
  expect(data.repository.pullRequest).toMatchObject({
    headRefOid: pull.headSha,
    baseRefOid: pull.baseSha,
    changedFiles: 1,
    isCrossRepository: false,
    state: 'OPEN',
    author: { __typename: 'User', login: 'ann' },
    files: { nodes: [{ path: 'a.ts', changeType: 'MODIFIED' }] },
    commits: { totalCount: 1, nodes: [{ commit: { oid: pull.headSha } }] },
  })
})

test('reviews carry 64-bit ids, and a bot without its suffix', async () => {
  const { json } = await post({ event: 'COMMENT', body: 'Hm.', comments })
  const { data, errors } = await client.graphql(
    onPull(`reviews(first: 10) { totalCount nodes { fullDatabaseId state viewerDidAuthor author { __typename login }
      comments(first: 10) { nodes { path line originalLine outdated viewerDidAuthor } } } }`),
  )
  expect(errors).toBeUndefined()
  expect(data.repository.pullRequest.reviews.nodes).toEqual([
    {
      fullDatabaseId: String(json.id),
      state: 'COMMENTED',
      viewerDidAuthor: true,
      author: { __typename: 'Bot', login: 'github-actions' },
      comments: {
        nodes: [{ path: 'a.ts', line: 1, originalLine: 1, outdated: false, viewerDidAuthor: true }],
      },
    },
  ])
  expect((await client.graphql('{ viewer { login } }')).data.viewer.login).toBe('github-actions[bot]')
  const narrow = await client.graphql(onPull('reviews(first: 1) { nodes { databaseId } }'))
  expect(narrow.errors[0].message).toContain('Int cannot represent')
})

test('a pending review exists only for its author', async () => {
  await post({ body: 'draft', comments })
  github.token('bob-token', { login: 'bob', permissions: null })
  const query = onPull('reviews(first: 10) { totalCount } reviewThreads(first: 10) { totalCount }')
  expect((await client.graphql(query)).data.repository.pullRequest).toEqual({
    reviews: { totalCount: 1 },
    reviewThreads: { totalCount: 1 },
  })
  expect((await clientOf(github, 'bob-token').graphql(query)).data.repository.pullRequest).toEqual({
    reviews: { totalCount: 0 },
    reviewThreads: { totalCount: 0 },
  })
})

test('pages need a size of at most 100, and cursors lead on', async () => {
  for (const body of ['1', '2', '3']) await post({ event: 'COMMENT', body })
  const page = (args: string) =>
    client.graphql(
      onPull(`reviews(${args}) { nodes { body } pageInfo { hasNextPage endCursor hasPreviousPage } }`),
    )
  const first = (await page('first: 2')).data.repository.pullRequest.reviews
  expect(first).toMatchObject({ nodes: [{ body: '1' }, { body: '2' }], pageInfo: { hasNextPage: true } })
  const rest = (await page(`first: 2, after: "${first.pageInfo.endCursor}"`)).data.repository.pullRequest
    .reviews
  expect(rest).toMatchObject({
    nodes: [{ body: '3' }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  })
  const last = (await page('last: 1')).data.repository.pullRequest.reviews
  expect(last).toMatchObject({ nodes: [{ body: '3' }] })
  expect((await client.graphql(onPull('reviews { totalCount }'))).errors[0]).toMatchObject({
    type: 'MISSING_PAGINATION_BOUNDARIES',
    message: 'You must provide a `first` or `last` value to properly paginate the `reviews` connection.',
  })
  expect((await page('first: 101')).errors[0].type).toBe('EXCESSIVE_PAGINATION')
  const deep = 'reviews(first: 100) { nodes { comments(first: 100) { nodes { id } } } }'
  expect((await client.graphql(onPull(deep))).errors).toBeUndefined()
  const alias = Array.from({ length: 50 }, (_, n) => `a${n}: ${deep}`).join(' ')
  expect((await client.graphql(onPull(alias))).errors[0].type).toBe('MAX_NODE_LIMIT_EXCEEDED')
})

test('what does not exist is an error with HTTP 200', async () => {
  const field = await client.graphql('{ viewer { loginn } }')
  expect(field.errors[0]).toMatchObject({
    message: "Field 'loginn' doesn't exist on type 'User'",
    extensions: { code: 'undefinedField' },
  })
  const repository = await client.graphql('{ repository(owner: "octo", name: "none") { id } }')
  expect(repository).toMatchObject({
    data: { repository: null },
    errors: [{ type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'octo/none'." }],
  })
  const number = await client.graphql(
    '{ repository(owner: "octo", name: "demo") { pullRequest(number: 9) { id } } }',
  )
  expect(number.errors[0].type).toBe('NOT_FOUND')
})

test('blobs are read at any commit', async () => {
  const { data } = await client.graphql(
    `query ($text: String!, $binary: String!) { repository(owner: "octo", name: "demo") {
      text: object(expression: $text) { ... on Blob { text byteSize isBinary isTruncated } }
      binary: object(expression: $binary) { ... on Blob { text isBinary } }
      none: object(expression: "HEAD:none") { __typename } } }`,
    { text: `${pull.headSha}:a.ts`, binary: 'main:b.bin' },
  )
  expect(data.repository).toEqual({
    text: { text: 'two\n', byteSize: 4, isBinary: false, isTruncated: false },
    binary: { text: null, isBinary: true },
    none: null,
  })
})

describe('mutations', () => {
  const threads = onPull(
    'reviewThreads(first: 5) { nodes { id isResolved viewerCanResolve diffSide comments(first: 5) { nodes { id isMinimized minimizedReason } } } }',
  )
  const readThread = async () =>
    (await client.graphql(threads)).data.repository.pullRequest.reviewThreads.nodes[0]
  const resolve = `mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }`

  beforeEach(async () => {
    await post({ event: 'COMMENT', body: '', comments })
  })

  test('resolving a thread needs to write contents as well', async () => {
    const thread = await readThread()
    expect(thread).toMatchObject({ isResolved: false, viewerCanResolve: false, diffSide: 'RIGHT' })
    const refused = await client.graphql(resolve, { id: thread.id })
    expect(refused).toMatchObject({ data: { resolveReviewThread: null }, errors: [{ type: 'FORBIDDEN' }] })
    const permissions = { contents: 'write', pull_requests: 'write' } as const
    github.token('writer', { login: 'github-actions[bot]', permissions })
    const done = await clientOf(github, 'writer').graphql(resolve, { id: thread.id })
    expect(done.data.resolveReviewThread.thread.isResolved).toBe(true)
    expect(pull.reviews()[0]?.comments[0]?.resolved).toBe(true)
  })

  test('comments can be minimized and threads replied to', async () => {
    const thread = await readThread()
    await client.graphql(
      `mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } } }`,
      { id: thread.comments.nodes[0].id },
    )
    const replied = await client.graphql(
      `mutation ($id: ID!) { addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $id, body: "Fixed." }) { comment { body replyTo { id } } } }`,
      { id: thread.id },
    )
    expect(replied.data.addPullRequestReviewThreadReply.comment).toMatchObject({ body: 'Fixed.' })
    const { nodes } = (await readThread()).comments
    expect(nodes).toMatchObject([{ isMinimized: true, minimizedReason: 'outdated' }, { isMinimized: false }])
  })
})
