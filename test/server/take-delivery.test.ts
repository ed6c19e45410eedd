import { describe, expect, it } from 'vitest'
import { takeDelivery } from '../../src/server/take-delivery.ts'
import { useFreshGitHub } from '../simulators/github/fresh-github.ts'
import type { JsonObject } from '../simulators/github/json.ts'
import type {
  SimulatedGitHub,
  SimulatedInstallation,
  SimulatedRepository,
} from '../simulators/github/index.ts'
import { installTestApp } from '../simulators/github/test-app.ts'
import { settled } from './given-reporter.ts'
import { givenTakers } from './given-takers.ts'

let github: SimulatedGitHub
let repository: SimulatedRepository
let installation: SimulatedInstallation
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository({ owner: 'octo', name: 'shop' })
  installation = installTestApp(github, ['octo/shop'])
})

const opened = async (fromFork = false) => repository.openPullRequest({ files: { a: '1\n' }, fromFork })
const takers = () => givenTakers(github)

function take(given: ReturnType<typeof takers>, event: string, payload: object, id = 'd-1') {
  const signed = { installation: { id: installation.installationId }, ...payload }
  return takeDelivery({ id, event, payload: signed }, given.takers)
}

/** "Re-run all checks", as GitHub sends it where it names these pull requests. */
function rerequested(headSha: string, numbers: readonly number[] = []): JsonObject {
  const pull_requests = numbers.map((number) => ({ number }))
  const check_suite = { head_sha: headSha, pull_requests }
  return {
    action: 'rerequested',
    check_suite,
    repository: { name: 'shop', owner: { login: 'octo' } },
  }
}

describe('a pull request', () => {
  it('is queued for its installation, and its check run says so', async () => {
    const given = takers()
    const pull = await opened()
    expect(await take(given, 'pull_request', pull.event('opened'))).toEqual({
      ...{ status: 202, result: 'queued', reason: '', pullRequest: 'octo/shop#1' },
    })
    const request = {
      pullRequest: { owner: 'octo', repo: 'shop', number: 1 },
      ...{
        headSha: pull.headSha,
        trigger: 'pull_request',
        full: false,
        asOf: expect.any(Number),
        before: null,
        askedBy: null,
      },
    }
    const { installationId } = installation
    expect(given.queue.added).toEqual([{ request, installationId, deliveryId: 'd-1', again: false }])
    await settled()
    expect(given.histories()).toEqual(['queued'])
    expect(github.requests).toEqual([])
  })

  it('that comes again is queued once', async () => {
    const given = takers()
    const event = (await opened()).event('opened')
    await take(given, 'pull_request', event)
    expect(await take(given, 'pull_request', event, 'd-2')).toMatchObject({
      ...{ status: 202, result: 'ignored', reason: expect.stringContaining('already') },
      pullRequest: 'octo/shop#1',
    })
    expect(given.queue.added).toHaveLength(1)
  })

  it.each([
    ['full', 'the queue is full'],
    ['closed', 'the server is being stopped'],
    ['unreachable', 'the queue in Redis cannot be reached'],
  ] as const)('that is not taken is refused, so that GitHub records it: %s', async (answer, reason) => {
    const given = takers()
    given.queue.answer = answer
    expect(await take(given, 'pull_request', (await opened()).event('opened'))).toEqual({
      ...{ status: 503, result: 'refused', reason, pullRequest: 'octo/shop#1' },
    })
    await settled()
    expect(given.histories()).toEqual([])
  })

  it('that is a draft is ignored', async () => {
    const given = takers()
    const draft = await repository.openPullRequest({ files: { a: '1\n' }, draft: true })
    expect(await take(given, 'pull_request', draft.event('opened'))).toMatchObject({
      ...{ status: 202, result: 'ignored', reason: expect.stringContaining('draft') },
      pullRequest: 'octo/shop#1',
    })
    expect(given.queue.added).toEqual([])
  })

  it('of no installation is none of an App', async () => {
    const given = takers()
    const event = (await opened()).event('opened', { installation: null })
    expect(await take(given, 'pull_request', event)).toMatchObject({
      ...{ status: 202, result: 'ignored', reason: expect.stringContaining('no installation') },
    })
    expect(given.queue.added).toEqual([])
  })

  it('in no form of GitHub is refused', async () => {
    expect(await take(takers(), 'pull_request', { action: 'opened' })).toMatchObject({
      ...{ status: 400, result: 'refused', reason: expect.stringContaining('pull_request') },
    })
  })
})

describe('what somebody asks for at a check run', () => {
  it('is queued also where the head is done already', async () => {
    const given = takers()
    const pull = await opened()
    await take(given, 'pull_request', pull.event('opened'))
    const asked = await take(given, 'check_suite', rerequested(pull.headSha, [1]), 'd-2')
    expect(asked).toMatchObject({ result: 'queued', pullRequest: 'octo/shop#1' })
    expect(given.queue.added).toMatchObject([{ again: false }, { again: true, deliveryId: 'd-2' }])
  })

  it('is looked for on GitHub where the head is in a fork', async () => {
    const given = takers()
    await opened()
    const fork = await opened(true)
    expect(await take(given, 'check_suite', rerequested(fork.headSha))).toMatchObject({
      ...{ status: 202, result: 'queued', pullRequest: 'octo/shop#2' },
    })
    expect(given.queue.added).toMatchObject([
      {
        request: {
          headSha: fork.headSha,
          trigger: 'check_suite',
          full: false,
          asOf: null,
          before: null,
          askedBy: null,
        },
        again: true,
      },
    ])
  })

  it('is ignored where the head is of no open pull request any more', async () => {
    const given = takers()
    const fork = await opened(true)
    fork.close()
    expect(await take(given, 'check_suite', rerequested(fork.headSha))).toMatchObject({
      ...{ status: 202, result: 'ignored', reason: expect.stringContaining(fork.headSha.slice(0, 7)) },
    })
  })

  it('is refused where GitHub does not tell, so that it can be delivered again', async () => {
    const given = takers()
    const fork = await opened(true)
    installation.suspend()
    expect(await take(given, 'check_suite', rerequested(fork.headSha))).toEqual({
      ...{ status: 503, result: 'refused', reason: expect.stringContaining('suspended'), pullRequest: '' },
    })
    expect(given.queue.added).toEqual([])
  })
})

describe('a command in a comment', () => {
  const somebody = { login: 'somebody' }

  it('is queued for the head that there is, also where that is done already, and gets its receipt', async () => {
    const given = takers()
    const pull = await opened()
    await take(given, 'pull_request', pull.event('opened'))
    const event = pull.comment('/patchpilot review full', somebody, 'MEMBER')
    expect(await take(given, 'issue_comment', event, 'd-2')).toMatchObject({ status: 202, result: 'queued' })
    const [comment] = pull.state.issueComments
    const askedBy = { commentId: comment?.id, at: comment?.createdAt }
    expect(given.queue.added.at(-1)).toMatchObject({
      request: { headSha: pull.headSha, trigger: 'issue_comment', full: true, askedBy },
      again: true,
    })
    await settled()
    expect(given.comments.written).toEqual([`👀 ${comment?.id}`])
  })

  it('that asks for no review is answered at once, and once', async () => {
    const given = takers()
    const event = (await opened()).comment('/patchpilot help', somebody, 'MEMBER')
    const answered = { status: 202, result: 'answered', reason: '', pullRequest: 'octo/shop#1' }
    expect(
      await Promise.all([take(given, 'issue_comment', event), take(given, 'issue_comment', event)]),
    ).toEqual([answered, answered])
    expect(given.comments.written.filter((text) => text.includes('/patchpilot review full'))).toHaveLength(1)
    expect(given.queue.added).toEqual([])
  })

  it.each([
    ['failed', 503, 'refused'],
    ['not-permitted', 202, 'ignored'],
  ] as const)('whose answer cannot be written is said so: %s', async (kind, status, result) => {
    const given = takers()
    given.comments.refusal = { kind, reason: 'because' }
    const event = (await opened()).comment('/patchpilot help', somebody, 'MEMBER')
    expect(await take(given, 'issue_comment', event)).toMatchObject({
      ...{ status, result, reason: expect.stringContaining('because') },
    })
  })

  it('of a stranger is ignored, and nothing is written or asked', async () => {
    const given = takers()
    const event = (await opened()).comment('/patchpilot review', { login: 'mallory' }, 'NONE')
    expect(await take(given, 'issue_comment', event)).toMatchObject({ status: 202, result: 'ignored' })
    await settled()
    expect([given.comments.written, given.queue.added, github.requests]).toEqual([[], [], []])
  })

  it('is refused where GitHub does not tell the head, so that it can be delivered again', async () => {
    const given = takers()
    const event = (await opened()).comment('/patchpilot review', somebody, 'MEMBER')
    installation.suspend()
    expect(await take(given, 'issue_comment', event)).toMatchObject({ status: 503, result: 'refused' })
    expect([given.comments.written, given.queue.added]).toEqual([[], []])
  })
})

it('what happened to an installation is taken note of, and nothing is queued', async () => {
  const given = takers()
  expect(await take(given, 'installation', { action: 'created' })).toMatchObject({
    ...{ status: 202, result: 'ignored', reason: expect.stringContaining('installation "created"') },
  })
  expect(given.queue.added).toEqual([])
})
