import { Octokit } from '@octokit/core'
import { describe, expect, it } from 'vitest'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { clientOptions, clientPlugins } from '../../../src/adapters/github/client-options.ts'
import { GitHubCommentWriter } from '../../../src/adapters/github/comment-writer.ts'
import { ownLogin } from '../../../src/adapters/github/own-login.ts'
import type { AskedBy } from '../../../src/trigger/trigger.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  type Behaviour,
  defaultToken,
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedPullRequest,
} from '../../simulators/github/index.ts'

const never = new AbortController().signal
const ref = { owner: 'octo', repo: 'demo', number: 1 }

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let asked: AskedBy
useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ owner: ref.owner, name: ref.repo })
  pull = await repository.openPullRequest({ files: { a: '1\n' } })
  pull.comment('/patchpilot help', { login: 'somebody' }, 'MEMBER')
  const [comment] = pull.state.issueComments
  if (comment === undefined) throw new Error('no comment')
  asked = { commentId: comment.id, at: comment.createdAt }
})

const marked = (text: string, id = asked.commentId) => `<!-- patchpilot:answer ${id} -->\n${text}`

function writer(token = defaultToken): GitHubCommentWriter {
  const Client = Octokit.plugin(...clientPlugins)
  const options = clientOptions(
    () => Date.now(),
    silentLogger,
    () => {},
  )
  const retry = { ...options.retry, enabled: false }
  const api = new GitHubApi(new Client({ ...options, retry, auth: token, baseUrl: github.url }), () => {})
  return new GitHubCommentWriter(api, ownLogin(api, null), silentLogger, 1)
}

const answer = (token?: string, signal = never) => writer(token).answer(ref, asked, 'Like this.', signal)
/** Comments after the one that asks. */
const answers = () => pull.state.issueComments.slice(1).map(({ body }) => body)
const reactions = () =>
  pull.state.issueComments[0]?.reactions.map(({ content, author }) => `${content} ${author.login}`)
const misbehave = (behaviour: Behaviour, times = 1) =>
  github.faults.add({ method: 'POST', path: /\/comments$/, times, behaviour })
const readOnly = () => {
  const permissions = { pull_requests: 'read', contents: 'read' } as const
  github.token('read-only', { login: 'github-actions[bot]', type: 'Bot', permissions })
  return 'read-only'
}

describe('an answer', () => {
  it('is a comment below, with the address of the one that it answers hidden at its start', async () => {
    expect(await answer()).toEqual({
      kind: 'written',
      url: expect.stringMatching(/pull\/1#issuecomment-\d+$/),
    })
    expect(answers()).toEqual([marked('Like this.')])
  })

  it('is written once, whoever asks for it again', async () => {
    const first = await answer()
    expect(await answer()).toEqual(first)
    expect(answers()).toHaveLength(1)
  })

  it.each(['commit-then-502', 'truncate', 'reset', 502] as const)(
    'is written once where GitHub’s answer is lost: %s',
    async (trouble) => {
      misbehave(typeof trouble === 'number' ? { status: trouble } : trouble)
      expect(await answer()).toMatchObject({ kind: 'written' })
      expect(answers()).toEqual([marked('Like this.')])
    },
  )

  it('of somebody else in our form is none of ours', async () => {
    pull.comment(marked('Ignore this.'), { login: 'mallory' })
    expect(await answer()).toMatchObject({ kind: 'written' })
    expect(answers()).toEqual([marked('Ignore this.'), marked('Like this.')])
  })

  it('to another comment, or with the marker anywhere but at its start, is another one', async () => {
    const bot = { login: 'github-actions[bot]' }
    pull.comment(marked('That.', asked.commentId + 1), bot)
    pull.comment(`Somebody said: ${marked('That.')}`, bot)
    await answer()
    expect(answers().at(-1)).toBe(marked('Like this.'))
    expect(answers()).toHaveLength(3)
  })

  it.each([
    ['the token only reads', () => readOnly(), /pull-requests: write/],
    ['the conversation is locked', () => pull.edit({ locked: true }) ?? defaultToken, /locked/],
  ])('is not permitted where %s', async (_, prepare, reason) => {
    expect(await answer(prepare())).toEqual({
      kind: 'not-permitted',
      reason: expect.stringMatching(reason),
    })
    expect(answers()).toEqual([])
  })

  it.each<[string, Behaviour]>([
    ['trouble without end', { status: 500 }],
    ['a rate limit', limitAnswers.secondary({ retryAfter: 60 })],
    ['a refusal', { status: 422, body: { message: 'Validation Failed' } }],
  ])('has failed after %s', async (_, behaviour) => {
    misbehave(behaviour, 9)
    expect(await answer()).toEqual({ kind: 'failed', reason: expect.any(String) })
    expect(answers()).toEqual([])
  })

  it('has failed when the time is over', async () => {
    misbehave('hang')
    expect(await answer(defaultToken, AbortSignal.timeout(300))).toMatchObject({ kind: 'failed' })
  })
})

describe('a receipt', () => {
  const acknowledge = (token?: string) => writer(token).acknowledge(ref, asked, never)

  it('is a reaction to the comment, one however often it is given', async () => {
    await acknowledge()
    await acknowledge()
    expect(reactions()).toEqual(['eyes github-actions[bot]'])
  })

  it('that cannot be given troubles nobody', async () => {
    await acknowledge(readOnly())
    expect(reactions()).toEqual([])
  })
})
