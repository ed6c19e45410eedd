import { beforeEach, describe, expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import {
  type Behaviour,
  type Fault,
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedPullRequest,
} from './index.ts'
import { clientOf } from './test-client.ts'

const reviewsPath = '/repos/octo/demo/pulls/1/reviews'
const commentsPath = '/repos/octo/demo/pulls/1/comments'
const timelinePath = '/repos/octo/demo/issues/1/comments'
const comments = [{ path: 'a.ts', line: 1, body: 'Why?' }]

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>
let reviewId: number
let rootId: number
let timelineId: number
let threadNodeId: string
let rootNodeId: string

/** A review with one comment, and a comment below, by a token that may resolve. */
useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ files: { 'a.ts': 'one\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': 'two\n' }, author: { login: 'ann' } })
  const permissions = { contents: 'write', pull_requests: 'write' } as const
  github.token('writer', { login: 'github-actions[bot]', permissions })
  client = clientOf(github, 'writer')
  reviewId = (await client.post(reviewsPath, { event: 'COMMENT', body: 'Hm.', comments })).json.id
  timelineId = (await client.post(timelinePath, { body: 'Hello.' })).json.id
  const [root] = (await client.get(commentsPath)).json
  rootId = root.id
  rootNodeId = root.node_id
  threadNodeId = pull.threads()[0]?.nodeId ?? ''
})

const mutation = (name: string, input: object) =>
  client.post('/graphql', {
    query: `mutation Do($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { clientMutationId } }`,
    variables: { input },
  })

interface Write {
  readonly what: string
  /** The requests that the write makes. */
  readonly requests: Omit<Fault, 'behaviour'>
  /** Changes something anew whenever `n` is another. */
  readonly write: (n: number) => Promise<{ readonly status: number }>
}

const replyByGraphql: Write = {
  what: 'replying by GraphQL',
  requests: { graphql: /addPullRequestReviewThreadReply/ },
  write: (n) =>
    mutation('addPullRequestReviewThreadReply', {
      pullRequestReviewThreadId: threadNodeId,
      body: `reply ${n}`,
    }),
}

const replyByRest: Write = {
  what: 'replying in a thread',
  requests: { method: 'POST', path: /\/replies$/ },
  write: (n) => client.post(`${commentsPath}/${rootId}/replies`, { body: `reply ${n}` }),
}

const writes: readonly Write[] = [
  replyByRest,
  replyByGraphql,
  {
    what: 'editing a review',
    requests: { method: 'PUT', path: /\/reviews\/\d+$/ },
    write: (n) => client.put(`${reviewsPath}/${reviewId}`, { body: `edit ${n}` }),
  },
  {
    what: 'commenting below',
    requests: { method: 'POST', path: /\/issues\/1\/comments$/ },
    write: (n) => client.post(timelinePath, { body: `comment ${n}` }),
  },
  {
    what: 'editing a comment',
    requests: { method: 'PATCH', path: /\/issues\/comments\/\d+$/ },
    write: (n) => client.patch(`/repos/octo/demo/issues/comments/${timelineId}`, { body: `edit ${n}` }),
  },
  {
    what: 'reacting',
    requests: { method: 'POST', path: /\/reactions$/ },
    write: (n) =>
      client.post(`/repos/octo/demo/issues/comments/${timelineId}/reactions`, {
        content: n === 1 ? 'eyes' : '+1',
      }),
  },
  {
    what: 'resolving a thread',
    requests: { graphql: /esolveReviewThread/ },
    write: (n) =>
      mutation(n === 1 ? 'resolveReviewThread' : 'unresolveReviewThread', { threadId: threadNodeId }),
  },
  {
    what: 'minimising a comment',
    requests: { graphql: /minimizeComment/ },
    write: (n) =>
      mutation('minimizeComment', {
        subjectId: rootNodeId,
        classifier: n === 1 ? 'OUTDATED' : 'RESOLVED',
      }),
  },
]

const everything = () => JSON.stringify([pull.reviews(), pull.threads(), pull.issueComments()])

describe.each(writes)('$what', ({ requests, write }) => {
  const withFault = async (behaviour: Behaviour, n: number) => {
    const before = everything()
    github.faults.add({ ...requests, behaviour })
    const status = await write(n).then(
      (reply) => reply.status,
      () => 'lost',
    )
    github.faults.clear()
    return [status, everything() === before ? 'nothing done' : 'done']
  }

  test('that fails has been done, or not, as the fault says', async () => {
    expect(await withFault({ status: 500 }, 1)).toEqual([500, 'nothing done'])
    expect(await withFault({ status: 403 }, 1)).toEqual([403, 'nothing done'])
    expect(await withFault(limitAnswers.unicorn(503), 1)).toEqual([503, 'nothing done'])
    expect(await withFault(limitAnswers.secondary({ retryAfter: 1 }), 1)).toEqual([403, 'nothing done'])
    expect(await withFault(limitAnswers.primary({ resetsAt: new Date() }), 1)).toEqual([403, 'nothing done'])
    expect(await withFault(limitAnswers.abuse(), 1)).toEqual([422, 'nothing done'])
    expect(await withFault('reset', 1)).toEqual(['lost', 'nothing done'])
    expect(await withFault('commit-then-502', 1)).toEqual([502, 'done'])
    expect(await withFault('commit-then-reset', 2)).toEqual(['lost', 'done'])
  })
})

describe('editing a review', () => {
  const edit = (body: string, as = client) => as.put(`${reviewsPath}/${reviewId}`, { body })

  test('changes its body, and neither its state nor its comments', async () => {
    const [before] = pull.reviews()
    const edited = await edit('Edited.')
    expect([edited.status, edited.json.state]).toEqual([200, 'COMMENTED'])
    expect(pull.reviews()).toEqual([{ ...before, body: 'Edited.' }])
  })

  test('is for its author, and has the limits of a body', async () => {
    github.token('other', { login: 'other[bot]' })
    expect((await edit('Mine now.', clientOf(github, 'other'))).status).toBe(403)
    expect((await edit('x'.repeat(65_537))).json.errors[0]).toContain('Body is too long')
    expect((await edit('')).status).toBe(422)
    expect((await client.put(`${reviewsPath}/1`, { body: 'x' })).status).toBe(404)
    expect(pull.reviews()[0]?.body).toBe('Hm.')
  })
})

test.each([replyByRest, replyByGraphql])(
  '$what is refused while a review is pending, and while the conversation is locked',
  async ({ write }) => {
    const { json } = await client.post(reviewsPath, { body: 'draft' })
    await write(1)
    expect(pull.threads()[0]?.replies).toEqual([])
    await client.delete(`${reviewsPath}/${json.id}`)
    pull.edit({ locked: true })
    await write(1)
    expect(pull.threads()[0]?.replies).toEqual([])
    pull.edit({ locked: false })
    await write(1)
    expect(pull.threads()[0]?.replies).toHaveLength(1)
  },
)

test('a comment below needs to write pull requests: to write issues is not enough', async () => {
  const permissions = { issues: 'write', pull_requests: 'read' } as const
  github.token('issues', { login: 'github-actions[bot]', permissions })
  expect((await clientOf(github, 'issues').post(timelinePath, { body: 'x' })).status).toBe(403)
  expect((await clientOf(github).post(timelinePath, { body: 'x' })).status).toBe(201)
})

test('one mutation of several can be refused while the others are carried out', async () => {
  const query = `mutation { hide: minimizeComment(input: { subjectId: "${rootNodeId}", classifier: OUTDATED }) { clientMutationId }
    close: resolveReviewThread(input: { threadId: "${threadNodeId}" }) { thread { isResolved } } }`
  const forbidden = { type: 'FORBIDDEN', message: 'Resource not accessible by integration' }
  github.faults.add({
    graphql: /minimizeComment/,
    behaviour: {
      refuseMutation: (name, { subjectId }) =>
        name === 'minimizeComment' && subjectId === rootNodeId ? forbidden : null,
    },
  })
  const { data, errors } = await client.graphql(query)
  expect(data).toEqual({ hide: null, close: { thread: { isResolved: true } } })
  expect(errors).toMatchObject([{ ...forbidden, path: ['hide'] }])
  expect(pull.threads()).toMatchObject([{ isMinimized: false, isResolved: true }])
})

describe('threads in GraphQL', () => {
  beforeEach(async () => {
    await client.post(reviewsPath, { event: 'COMMENT', comments: [{ ...comments[0], body: 'And why?' }] })
    await client.post(reviewsPath, { event: 'COMMENT', comments: [{ ...comments[0], body: 'Why not?' }] })
  })

  const page = async (args: string) => {
    const { data } =
      await client.graphql(`{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) {
      author { __typename login } reviewThreads(${args}) { pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
      nodes { comments(first: 1) { nodes { body authorAssociation author { __typename login } } } } } } } }`)
    const { author, reviewThreads } = data.repository.pullRequest
    expect(author).toEqual({ __typename: 'User', login: 'ann' })
    const bodies = reviewThreads.nodes.map(
      (thread: { comments: { nodes: { body: string }[] } }) => thread.comments.nodes[0]?.body,
    )
    return { ...reviewThreads.pageInfo, bodies }
  }

  test('come in pages from both ends', async () => {
    const first = await page('first: 2')
    expect(first).toMatchObject({ bodies: ['Why?', 'And why?'], hasNextPage: true, hasPreviousPage: false })
    expect(await page(`first: 2, after: "${first.endCursor}"`)).toMatchObject({
      bodies: ['Why not?'],
      hasNextPage: false,
    })
    const last = await page('last: 1')
    expect(last).toMatchObject({ bodies: ['Why not?'], hasPreviousPage: true })
    expect(await page(`last: 5, before: "${last.startCursor}"`)).toMatchObject({
      bodies: ['Why?', 'And why?'],
    })
  })
})
