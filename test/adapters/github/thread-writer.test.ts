import { Octokit } from '@octokit/core'
import { describe, expect, it } from 'vitest'
import { GitHubApi } from '../../../src/adapters/github/api.ts'
import { clientOptions, clientPlugins } from '../../../src/adapters/github/client-options.ts'
import { ownLogin } from '../../../src/adapters/github/own-login.ts'
import { GitHubThreadWriter } from '../../../src/adapters/github/thread-writer.ts'
import { CancelledError } from '../../../src/errors.ts'
import type { OwnThread, ThreadReply } from '../../../src/pull-request.ts'
import { silentLogger } from '../../fakes/silent-logger.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  type Behaviour,
  defaultToken,
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedPullRequest,
} from '../../simulators/github/index.ts'
import { clientOf } from '../../simulators/github/test-client.ts'

const never = new AbortController().signal
const ref = { owner: 'octo', repo: 'demo', number: 1 }
const note = '<!-- patchpilot:fixed 1 -->\nFixed in 1234567.'
const resolver = 'token-that-may-resolve'

let github: SimulatedGitHub
let pull: SimulatedPullRequest
let thread: OwnThread
useFreshGitHub(async (fresh) => {
  github = fresh
  const repository = await github.createRepository({ owner: ref.owner, name: ref.repo })
  pull = await repository.openPullRequest({ files: { 'src/a.ts': 'const a = 1\n' } })
  const permissions = { contents: 'write', pull_requests: 'write' } as const
  github.token(resolver, { login: 'github-actions[bot]', type: 'Bot', permissions })
  const comments = [{ path: 'src/a.ts', line: 1, body: 'Why?' }]
  await clientOf(github).post('/repos/octo/demo/pulls/1/reviews', { event: 'COMMENT', body: 'Hm.', comments })
  thread = threadAsRead()
})

function threadAsRead(): OwnThread {
  const [found] = pull.state.threads
  const [comment] = found?.comments ?? []
  if (found === undefined || comment === undefined) throw new Error('no thread')
  return {
    ...{ nodeId: found.nodeId, commentId: comment.id, commentNodeId: comment.nodeId, path: found.path },
    ...{
      body: comment.body,
      url: '',
      isResolved: false,
      resolvedBy: null,
      resolvedByOwn: false,
      resolverMayWrite: false,
      isMinimized: false,
    },
    ...{ mayResolve: false, replies: [], thumbsDown: [] },
  }
}

function writerWith(token: string): { readonly api: GitHubApi; readonly writer: GitHubThreadWriter } {
  const Client = Octokit.plugin(...clientPlugins)
  const options = clientOptions(
    () => Date.now(),
    silentLogger,
    () => {},
  )
  const api = new GitHubApi(new Client({ ...options, auth: token, baseUrl: github.url }), () => {})
  return { api, writer: new GitHubThreadWriter(api, ownLogin(api, null), silentLogger, 1) }
}

const close = (about: Partial<OwnThread> = {}, token = defaultToken) =>
  writerWith(token).writer.close(ref, { ...thread, ...about }, note, never)
const reply = (body = note, about: Partial<OwnThread> = {}, signal = never) =>
  writerWith(defaultToken).writer.reply(ref, { ...thread, ...about }, body, signal)

/** What people see of the thread. */
function shown() {
  const [root, ...replies] = pull.state.threads[0]?.comments ?? []
  return {
    resolved: pull.state.threads[0]?.resolvedBy !== null,
    minimized: root?.minimizedReason ?? null,
    replies: replies.map(({ body }) => body),
  }
}
const untouched = { resolved: false, minimized: null, replies: [] }
const writesSince = (before: number) =>
  github.requests.slice(before).filter(({ method }) => method !== 'GET').length
const misbehave = (path: RegExp, behaviour: Behaviour, times = 1) =>
  github.faults.add({ method: 'POST', path, times, behaviour })

describe('a thread whose finding is fixed', () => {
  it('is resolved where the token may', async () => {
    expect(await close({ mayResolve: true }, resolver)).toEqual({ kind: 'resolved' })
    expect(shown()).toEqual({ ...untouched, resolved: true })
  })

  it.each([
    ['GitHub says beforehand that it may not be resolved', { mayResolve: false }],
    ['GitHub says so only when it is tried', { mayResolve: true }],
    ['the thread’s id is not known', { mayResolve: true, nodeId: null }],
  ])('is minimised as outdated: %s', async (_why, about) => {
    expect(await close(about)).toEqual({ kind: 'minimized' })
    expect(shown()).toEqual({ ...untouched, minimized: 'outdated' })
  })

  it('is answered where neither is allowed', async () => {
    const refused = { data: { minimizeComment: null }, errors: [{ type: 'FORBIDDEN', message: 'No.' }] }
    github.faults.add({ graphql: /minimizeComment/, behaviour: { status: 200, body: refused } })
    expect(await close()).toEqual({ kind: 'answered' })
    expect(shown()).toEqual({ ...untouched, replies: [note] })
  })

  it('is answered where there is no GraphQL', async () => {
    github.faults.add({ path: /^graphql$|\/graphql$/, times: 9, behaviour: { status: 404, body: {} } })
    expect(await close({ mayResolve: true })).toEqual({ kind: 'answered' })
    const { api, writer } = writerWith(defaultToken)
    api.graphqlWorks = false
    const before = github.requests.length
    await writer.close(ref, thread, '<!-- patchpilot:fixed 2 -->\nFixed.', never)
    expect(github.requests.slice(before).map(({ path }) => path)).toEqual([
      expect.stringMatching(/\/replies$/),
    ])
  })

  it.each([
    ['resolved', { isResolved: true }],
    ['minimized', { isMinimized: true }],
    ['answered', { replies: [ownReply(note)] }],
  ] as const)('is left alone when it is %s already', async (kind, about) => {
    const before = github.requests.length
    expect(await close({ mayResolve: true, ...about }, resolver)).toEqual({ kind })
    expect(github.requests).toHaveLength(before)
  })

  it('is not answered instead at a rate limit', async () => {
    github.faults.add({ graphql: /minimizeComment/, times: 9, behaviour: limitAnswers.graphql() })
    expect(await close()).toEqual({ kind: 'failed', reason: expect.stringMatching(/rate limit/i) })
    expect(shown()).toEqual(untouched)
  })

  it('is resolved once more where GitHub’s answer is cut off', async () => {
    github.faults.add({ graphql: /resolveReviewThread/, behaviour: 'truncate' })
    expect(await close({ mayResolve: true }, resolver)).toEqual({ kind: 'resolved' })
    expect(shown()).toEqual({ ...untouched, resolved: true })
  })

  it.each(['reset', 'commit-then-502'] as const)(
    'claims nothing after endless trouble: %s',
    async (trouble) => {
      github.faults.add({ graphql: /resolveReviewThread/, times: 9, behaviour: trouble })
      expect(await close({ mayResolve: true }, resolver)).toMatchObject({ kind: 'failed' })
      expect(shown()).toMatchObject({ minimized: null, replies: [] })
    },
  )
})

describe('a reply', () => {
  it('stands under the comment that it answers', async () => {
    expect(await reply()).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note])
  })

  it('with a marker that stands already is not written again', async () => {
    const before = github.requests.length
    expect(await reply(note, { replies: [ownReply('<!-- patchpilot:fixed 1 -->\nEdited.')] })).toEqual({
      kind: 'answered',
    })
    expect(writesSince(before)).toBe(0)
  })

  it('is written although somebody else wrote its marker', async () => {
    const [forged] = [ownReply(note)].map((one) => ({ ...one, author: { ...one.author, isOwn: false } }))
    expect(await reply(note, { replies: forged === undefined ? [] : [forged] })).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note])
  })

  it.each(['commit-then-502', 'commit-then-reset', 'truncate', 'reset'] as const)(
    'stands once when the answer is lost: %s',
    async (behaviour) => {
      misbehave(/\/replies$/, behaviour)
      expect(await reply()).toEqual({ kind: 'answered' })
      expect(shown().replies).toEqual([note])
    },
  )

  it('is not taken for written because a stranger repeats its marker', async () => {
    github.token('stranger', { login: 'stranger', permissions: null })
    const path = `/repos/octo/demo/pulls/1/comments/${thread.commentId}/replies`
    await clientOf(github, 'stranger').post(path, { body: note })
    misbehave(/\/replies$/, 'reset')
    expect(await reply()).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note, note])
  })

  it('is given up after three tries', async () => {
    misbehave(/\/replies$/, { status: 502 }, 9)
    const before = github.requests.length
    expect(await reply()).toMatchObject({ kind: 'failed' })
    expect(writesSince(before)).toBe(3)
  })

  it('is not sent again while nobody can tell whether it stands', async () => {
    misbehave(/\/replies$/, 'commit-then-reset')
    github.faults.add({
      method: 'GET',
      path: /\/pulls\/1\/comments/,
      times: 9,
      behaviour: { status: 403, body: {} },
    })
    expect(await reply()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('nobody can tell'),
    })
    expect(shown().replies).toEqual([note])
  })

  it('waits for a pending review of ours', async () => {
    const pending = await clientOf(github).post('/repos/octo/demo/pulls/1/reviews', { body: 'draft' })
    const submit = () =>
      clientOf(github).post(`/repos/octo/demo/pulls/1/reviews/${pending.json.id}/events`, {
        event: 'COMMENT',
        body: 'Hm.',
      })
    github.faults.add({ method: 'POST', path: /\/replies$/, nth: 3, behaviour: { mutate: submit } })
    expect(await reply()).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note])
  })

  it('is given up where a pending review stays', async () => {
    await clientOf(github).post('/repos/octo/demo/pulls/1/reviews', { body: 'draft' })
    expect(await reply()).toMatchObject({ kind: 'failed', reason: expect.stringContaining('pending review') })
    expect(shown().replies).toEqual([])
  })

  it('goes the other way where the one for replies is closed', async () => {
    misbehave(/\/replies$/, { status: 403, body: { message: 'Resource not accessible by integration' } })
    expect(await reply()).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note])
  })

  it.each([
    ['primary', limitAnswers.primary({ resetsAt: new Date(Date.now() + 3_600_000) })],
    ['secondary', limitAnswers.secondary({ retryAfter: 3_600 })],
    ['abuse', limitAnswers.abuse()],
  ])('is not tried again at a rate limit: %s', async (_name, limit) => {
    misbehave(/\/replies$/, limit, 9)
    const before = github.requests.length
    expect(await reply()).toEqual({ kind: 'failed', reason: expect.stringContaining('rate limit') })
    expect(writesSince(before)).toBe(1)
  })

  it('says why it may not be written', async () => {
    github.token('reader', { login: 'reader', type: 'Bot', permissions: { pull_requests: 'read' } })
    const refused = await writerWith('reader').writer.reply(ref, thread, note, never)
    expect(refused).toEqual({ kind: 'failed', reason: expect.stringContaining('pull-requests: write') })
    pull.edit({ locked: true })
    expect(await reply()).toEqual({ kind: 'failed', reason: 'the conversation is locked' })
  })

  it('follows a repository that was renamed', async () => {
    misbehave(/\/replies$/, { redirect: 307 })
    expect(await reply()).toEqual({ kind: 'answered' })
    expect(shown().replies).toEqual([note])
  })

  it('ends when it is stopped', async () => {
    misbehave(/\/replies$/, 'hang')
    await expect(reply(note, {}, AbortSignal.timeout(50))).rejects.toThrow(CancelledError)
  })
})

function ownReply(body: string): ThreadReply {
  const author = { login: 'github-actions[bot]', association: 'NONE', isBot: true, isOwn: true }
  return { id: 5, body, author }
}
