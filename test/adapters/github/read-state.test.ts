import { Octokit } from '@octokit/core'
import { describe, expect, it } from 'vitest'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { StateReader } from '../../../src/adapters/github/read-state.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  defaultToken,
  type NewPullRequest,
  type SimulatedGitHub,
  type SimulatedRepository,
} from '../../simulators/github/index.ts'

const never = new AbortController().signal

let github: SimulatedGitHub
let repository: SimulatedRepository
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository()
})

async function openPullRequest(about: Partial<NewPullRequest> = {}) {
  const pull = await repository.openPullRequest({ files: { 'a.ts': 'a\n' }, ...about })
  return { pull, ref: { owner: repository.owner, repo: repository.name, number: pull.number } }
}

function newReader(): StateReader {
  const octokit = new Octokit({ auth: defaultToken, baseUrl: github.url })
  const api = new GitHubApi(octokit, () => {})
  return new StateReader(api, async () => 'github-actions[bot]', silentLogger)
}

const withoutGraphql = () => {
  const behaviour = { status: 404, body: { message: 'Not Found' } }
  github.faults.add({ path: /^\/graphql$/, times: Number.POSITIVE_INFINITY, behaviour })
}

describe.each([
  ['GraphQL', () => {}],
  ['REST', withoutGraphql],
])('what is known of a pull request by %s', (_, prepare) => {
  it('are the first labels and the last commits, in their order', async () => {
    const labels = Array.from({ length: 25 }, (_, index) => `label-${index + 10}`)
    const { pull, ref } = await openPullRequest({ labels })
    const [commit] = pull.state.commits
    if (commit === undefined) throw new Error('no commit')
    pull.state.commits = Array.from({ length: 33 }, (_, index) => ({ ...commit, message: `Step ${index}` }))
    prepare()
    const details = await newReader().readDetails(ref, never)
    expect(details.labels).toEqual(labels.slice(0, 20))
    expect(details.commitMessages).toEqual(Array.from({ length: 30 }, (_, index) => `Step ${index + 3}`))
  })

  it.each([
    ['Fix it\n\nIt was broken.', 'Fix it'],
    ['Fix it\r\n\r\nIt was broken.', 'Fix it'],
    [`Say ${'what it does, '.repeat(10)}\n\nAt length.`, `Say ${'what it does, '.repeat(10)}`],
    [`${'x'.repeat(199)}🙂🙂`, `${'x'.repeat(199)}🙂`],
  ])('is the first line of a commit: %j', async (title, headline) => {
    const { ref } = await openPullRequest({ title })
    prepare()
    expect(await newReader().readDetails(ref, never)).toMatchObject({ commitMessages: [headline] })
  })
})

describe('a look at what moves', () => {
  it('asks for neither labels nor commits', async () => {
    const { ref } = await openPullRequest({ labels: ['urgent'] })
    await newReader().read(ref, never)
    expect(github.requests.map(({ body }) => body)).toMatchObject([{ variables: { details: false } }])
  })

  it('asks for neither without GraphQL', async () => {
    const { ref } = await openPullRequest()
    withoutGraphql()
    await newReader().read(ref, never)
    expect(github.requests.map(({ path }) => path.replace(/.*\/pulls\/\d+/, ''))).toEqual(
      expect.arrayContaining(['/graphql', '', '/reviews', '/comments']),
    )
    expect(github.requests).toHaveLength(4)
  })
})
