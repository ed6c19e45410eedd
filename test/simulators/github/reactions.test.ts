import { describe, expect, test } from 'vitest'
import { useFreshGitHub } from './fresh-github.ts'
import type { SimulatedGitHub, SimulatedPullRequest } from './index.ts'
import { clientOf } from './test-client.ts'

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let client: ReturnType<typeof clientOf>

useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ files: { 'a.ts': 'one\n' } })
  pull = await repository.openPullRequest({ files: { 'a.ts': 'two\n' }, author: { login: 'ann' } })
  client = clientOf(github)
})

const makers = {
  'an issue comment': async () =>
    `/repos/octo/demo/issues/comments/${(await client.post('/repos/octo/demo/issues/1/comments', { body: 'Hm.' })).json.id}`,
  'a review comment': async () => {
    const comment = { path: 'a.ts', line: 1, body: 'Why?', commit_id: pull.headSha }
    const { json } = await client.post('/repos/octo/demo/pulls/1/comments', comment)
    return `/repos/octo/demo/pulls/comments/${json.id}`
  },
}

describe.each(['an issue comment', 'a review comment'] as const)('reactions to %s', (kind) => {
  const idOf = (path: string) => Number(path.split('/').at(-1))

  test('are new once for each account and content', async () => {
    const path = `${await makers[kind]()}/reactions`
    const first = await client.post(path, { content: 'eyes' })
    expect([first.status, first.json.content, first.json.user.login]).toEqual([
      201,
      'eyes',
      'github-actions[bot]',
    ])
    const again = await client.post(path, { content: 'eyes' })
    expect([again.status, again.json.id]).toEqual([200, first.json.id])
    expect((await client.post(path, { content: '+1' })).status).toBe(201)
    expect((await client.post(path, { content: 'thumbsdown' })).status).toBe(422)
    expect((await client.get(path)).json).toHaveLength(2)
  })

  test('are listed with who gave them, and counted in the comment', async () => {
    const path = await makers[kind]()
    pull.react(idOf(path), '-1', 'ann')
    pull.react(idOf(path), '-1', 'eve')
    pull.react(idOf(path), 'heart')
    const thumbs = (await client.get(`${path}/reactions?content=-1`)).json
    expect(thumbs).toMatchObject([{ user: { login: 'ann' } }, { user: { login: 'eve' } }])
    expect((await client.get(path)).json.reactions).toEqual({
      url: `${github.url}${path}/reactions`,
      total_count: 3,
      '+1': 0,
      '-1': 2,
      laugh: 0,
      hooray: 0,
      confused: 0,
      heart: 1,
      rocket: 0,
      eyes: 0,
    })
  })

  test('are taken back by who gave them', async () => {
    const path = await makers[kind]()
    const { id } = (await client.post(`${path}/reactions`, { content: 'eyes' })).json
    pull.react(idOf(path), '-1', 'eve')
    const [, foreign] = (await client.get(`${path}/reactions`)).json
    expect((await client.delete(`${path}/reactions/${foreign.id}`)).status).toBe(403)
    expect((await client.delete(`${path}/reactions/${id}`)).status).toBe(204)
    expect((await client.delete(`${path}/reactions/${id}`)).status).toBe(404)
    expect((await client.get(`${path}/reactions`)).json).toMatchObject([{ user: { login: 'eve' } }])
  })

  test('need to write pull requests: to write issues is not enough', async () => {
    const path = `${await makers[kind]()}/reactions`
    const permissions = { issues: 'write', pull_requests: 'read' } as const
    github.token('issues', { login: 'github-actions[bot]', permissions })
    const refused = await clientOf(github, 'issues').post(path, { content: 'eyes' })
    expect([refused.status, refused.json.message]).toEqual([403, 'Resource not accessible by integration'])
    expect((await client.get(path)).json).toEqual([])
  })

  test('are the same in GraphQL', async () => {
    const id = idOf(await makers[kind]())
    pull.react(id, '-1', 'eve')
    pull.react(id, 'eyes', 'ann')
    const fields = `nodes { reactions(content: THUMBS_DOWN, first: 5) { totalCount nodes { content user { login } } }
      reactionGroups { content viewerHasReacted reactors { totalCount } } }`
    const asked =
      kind === 'an issue comment'
        ? `comments(first: 5) { ${fields} }`
        : `reviewThreads(first: 5) { nodes { comments(first: 5) { ${fields} } } }`
    const { data, errors } = await client.graphql(
      `{ repository(owner: "octo", name: "demo") { pullRequest(number: 1) { ${asked} } } }`,
    )
    expect(errors).toBeUndefined()
    const { comments, reviewThreads } = data.repository.pullRequest
    const [comment] = (comments ?? reviewThreads.nodes[0].comments).nodes
    expect(comment.reactions).toEqual({
      totalCount: 1,
      nodes: [{ content: 'THUMBS_DOWN', user: { login: 'eve' } }],
    })
    expect(comment.reactionGroups).toHaveLength(8)
    expect(comment.reactionGroups).toContainEqual({
      content: 'THUMBS_DOWN',
      viewerHasReacted: false,
      reactors: { totalCount: 1 },
    })
  })
})
