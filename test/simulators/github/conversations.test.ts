import { describe, expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import type { SimulatedGitHub, SimulatedPullRequest } from './index.ts'
import { checkEvent } from './openapi/check.ts'
import { clientOf } from './test-client.ts'

const commentsPath = '/repos/octo/demo/pulls/1/comments'

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>
let rootId: number

useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ files: { 'a.ts': 'one\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': 'two\n' }, author: { login: 'ann' } })
  client = clientOf(github)
  const comments = [{ path: 'a.ts', line: 1, body: 'Why?' }]
  await client.post('/repos/octo/demo/pulls/1/reviews', { event: 'COMMENT', body: 'Hm.', comments })
  rootId = pull.threads()[0]?.id ?? 0
})

const thread = () => pull.threads()[0]

test('a thread is its first comment, who answered, and what became of it', async () => {
  pull.reply(rootId, 'Because.', { login: 'ann' })
  pull.resolve(rootId, 'bob')
  pull.react(rootId, '-1', 'eve')
  expect(pull.threads()).toMatchObject([
    {
      id: rootId,
      path: 'a.ts',
      line: 1,
      body: 'Why?',
      author: 'github-actions[bot]',
      isResolved: true,
      resolvedBy: 'bob',
      isOutdated: false,
      isMinimized: false,
      reactions: [{ content: '-1', user: 'eve' }],
      replies: [{ author: 'ann', association: 'MEMBER', body: 'Because.' }],
    },
  ])
  pull.unresolve(rootId)
  expect(thread()).toMatchObject({ isResolved: false, resolvedBy: null })
})

test('a reply is an empty review of its own, and its event is the one GitHub sends', async () => {
  const event = pull.reply(rootId, 'Because.', { login: 'bob' }, 'COLLABORATOR')
  expect(checkEvent('pull-request-review-comment-created', event)).toEqual([])
  expect(event).toMatchObject({
    action: 'created',
    comment: {
      body: 'Because.',
      in_reply_to_id: rootId,
      user: { login: 'bob' },
      author_association: 'COLLABORATOR',
    },
    pull_request: { number: 1, user: { login: 'ann' } },
    sender: { login: 'bob' },
  })
  expect(pull.reviews()[1]).toMatchObject({ user: 'bob', state: 'COMMENTED', body: '' })
  expect((await client.get(commentsPath)).json).toMatchObject([{ id: rootId }, { in_reply_to_id: rootId }])
  const [reply] = thread()?.replies ?? []
  expect(() => pull.reply(reply?.id ?? 0, 'To a reply.')).toThrow('no thread begins with')
})

test('the event of a comment is the one GitHub sends', () => {
  expect(checkEvent('issue-comment-created', pull.comment('Nice!'))).toEqual([])
})

test('nobody sees the threads of a pending review', async () => {
  const comments = [{ path: 'a.ts', line: 1, body: 'Draft.' }]
  await client.post('/repos/octo/demo/pulls/1/reviews', { body: 'draft', comments })
  expect(pull.threads()).toHaveLength(1)
})

describe('what somebody is to the repository', () => {
  test.each([
    ['the owner', 'octo', 'OWNER'],
    ['the author', 'ann', 'MEMBER'],
    ['a collaborator', 'bob', 'COLLABORATOR'],
    ['a stranger', 'eve', 'NONE'],
  ] as const)('is the same in events, REST and GraphQL for %s', async (_who, login, association) => {
    pull.associate('bob', 'COLLABORATOR')
    const inEvent = { comment: { author_association: association } }
    expect(pull.comment('Hello.', { login })).toMatchObject(inEvent)
    expect(pull.reply(rootId, 'Hello.', { login })).toMatchObject(inEvent)
    const last = async (path: string) => (await client.get(path)).json.at(-1)
    const inRest = { user: { login }, author_association: association }
    expect(await last('/repos/octo/demo/issues/1/comments')).toMatchObject(inRest)
    expect(await last(commentsPath)).toMatchObject(inRest)
    expect(await last('/repos/octo/demo/pulls/1/reviews')).toMatchObject(inRest)
    const one = 'nodes { author { login } authorAssociation }'
    const { data } =
      await client.graphql(`{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) {
      comments(last: 1) { ${one} } reviews(last: 1) { ${one} }
      reviewThreads(first: 1) { nodes { comments(last: 1) { ${one} } } } } } }`)
    const inGraphql = { nodes: [{ author: { login }, authorAssociation: association }] }
    expect(data.repository.pullRequest).toMatchObject({
      comments: inGraphql,
      reviews: inGraphql,
      reviewThreads: { nodes: [{ comments: inGraphql }] },
    })
  })

  test('counts for what was written before, too', async () => {
    pull.comment('Before.', { login: 'eve' })
    pull.associate('eve', 'MEMBER')
    expect(pull.issueComments()).toMatchObject([{ author_association: 'MEMBER' }])
    pull.associate('ann', 'CONTRIBUTOR')
    expect((await client.get('/repos/octo/demo/pulls/1')).json.author_association).toBe('CONTRIBUTOR')
  })
})

describe('the permission of a user', () => {
  const permission = (login: string) => client.get(`/repos/octo/demo/collaborators/${login}/permission`)

  test('follows from what people are, unless they have another role', async () => {
    pull.associate('bob', 'COLLABORATOR')
    pull.associate('cat', 'MEMBER', 'triage')
    pull.associate('dan', 'MEMBER', 'maintain')
    pull.comment('Hello.', { login: 'eve' })
    const answers = []
    for (const login of ['octo', 'ann', 'bob', 'cat', 'dan', 'eve']) {
      const { permission: base, role_name, user } = (await permission(login)).json
      answers.push([user.login, base, role_name, user.permissions.push])
    }
    expect(answers).toEqual([
      ['octo', 'admin', 'admin', true],
      ['ann', 'write', 'write', true],
      ['bob', 'write', 'write', true],
      ['cat', 'read', 'triage', false],
      ['dan', 'write', 'maintain', true],
      ['eve', 'read', 'read', false],
    ])
  })

  test('is not known of bots and of nobody, and not told to nobody', async () => {
    expect((await permission('nobody')).status).toBe(404)
    expect((await permission('github-actions[bot]')).json.message).toContain('is not a user')
    const anonymous = await fetch(`${github.url}/repos/octo/demo/collaborators/ann/permission`)
    expect(anonymous.status).toBe(401)
  })
})
