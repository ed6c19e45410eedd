import { describe, expect, it } from 'vitest'
import type { PullRequestState } from '../../src/pull-request.ts'
import { decideTrigger, type ReviewRequest, reasonToSkip } from '../../src/trigger/trigger.ts'

const headSha = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'

const repository = {
  id: 1,
  name: 'shop',
  full_name: 'octo/shop',
  owner: { login: 'octo', type: 'Organization' },
}

const payload = (action: string, changes: object = {}) => ({
  action,
  number: 7,
  pull_request: {
    number: 7,
    state: 'open',
    draft: false,
    head: { sha: headSha, ref: 'topic', repo: null },
    base: { sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e', ref: 'main' },
    user: { login: 'somebody' },
    ...changes,
  },
  repository,
  sender: { login: 'somebody' },
})

const reasonOf = (name: string, body: unknown, chosen: number | null = null) => {
  const decision = decideTrigger({ name, payload: body }, chosen)
  return decision.kind === 'skip' ? decision.reason : 'reviewed'
}

describe('a pull request is reviewed', () => {
  it.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])(
    'at the head of the event when %s',
    (action) => {
      for (const trigger of ['pull_request', 'pull_request_target']) {
        expect(decideTrigger({ name: trigger, payload: payload(action) }, null)).toEqual({
          kind: 'review',
          request: {
            pullRequest: { owner: 'octo', repo: 'shop', number: 7 },
            headSha,
            trigger,
            full: false,
            asOf: null,
            before: null,
            askedBy: null,
          },
        })
      }
    },
  )

  it('at whatever head it has when a person names it', () => {
    expect(
      decideTrigger({ name: 'workflow_dispatch', payload: { inputs: {}, ref: 'main', repository } }, 12),
    ).toEqual({
      kind: 'review',
      request: {
        pullRequest: { owner: 'octo', repo: 'shop', number: 12 },
        headSha: null,
        trigger: 'workflow_dispatch',
        full: false,
        asOf: null,
        before: null,
        askedBy: null,
      },
    })
  })

  it('whose payload does not say whether it is a draft', () => {
    expect(reasonOf('pull_request', payload('opened', { draft: undefined }))).toBe('reviewed')
  })

  it('that the event carries, whatever other number is chosen', () => {
    expect(decideTrigger({ name: 'pull_request', payload: payload('opened') }, 99)).toMatchObject({
      request: { pullRequest: { number: 7 } },
    })
  })
})

describe('anything else is skipped, with the reason', () => {
  it.each([
    ['a draft', 'pull_request', payload('opened', { draft: true }), /draft/],
    ['a closed pull request', 'pull_request', payload('synchronize', { state: 'closed' }), /closed/],
    ['an action that changes no code', 'pull_request', payload('labeled'), /"labeled" changes no code/],
    ['an edit of the title', 'pull_request_target', payload('edited'), /"edited"/],
    ['a closing', 'pull_request', payload('closed', { state: 'closed' }), /"closed"/],
    ['a push', 'push', { ref: 'refs/heads/main', repository }, /"push"/],
    ['an issue comment', 'issue_comment', { action: 'created', repository }, /"issue_comment"/],
    ['a manual run that names no pull request', 'workflow_dispatch', { repository }, /`pull-request`/],
  ])('%s', (_, name, body, reason) => {
    expect(reasonOf(name, body)).toMatch(reason)
  })

  it('names the pull request that the event means', () => {
    const decision = decideTrigger({ name: 'pull_request', payload: payload('labeled') }, null)
    expect(decision).toMatchObject({ kind: 'skip', pullRequest: expect.stringMatching(/^\w+\/\w+#7$/) })
  })
})

describe('a payload that is not in GitHub’s form is no reason to skip', () => {
  it.each([
    ['a pull request without a number', 'pull_request', { action: 'opened', repository }, /pull_request/],
    ['no payload', 'pull_request', null, /not in GitHub's form/],
    ['a manual run whose payload names no repository', 'workflow_dispatch', {}, /repository/],
  ])('%s', (_, name, body, reason) => {
    const decision = decideTrigger({ name, payload: body }, 7)
    expect(decision).toMatchObject({ kind: 'unreadable', reason: expect.stringMatching(reason) })
  })
})

describe('the pull request as it is once we look', () => {
  const request: ReviewRequest = {
    pullRequest: { owner: 'octo', repo: 'shop', number: 7 },
    headSha,
    trigger: 'pull_request',
    full: false,
    asOf: null,
    before: null,
    askedBy: null,
  }
  const now = (changes: Partial<PullRequestState>): PullRequestState => ({
    open: true,
    draft: false,
    headSha,
    baseSha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
    ownReviews: [],
    author: 'author',
    ownThreads: [],
    ...changes,
  })
  const moved = now({ headSha: '0123456789012345678901234567890123456789' })

  it.each([
    ['as the event said', now({}), null],
    ['closed meanwhile', now({ open: false }), 'the pull request is closed'],
    ['made a draft meanwhile', now({ draft: true }), expect.stringContaining('draft')],
    ['pushed to meanwhile', moved, 'superseded: the head has moved to 0123456'],
  ])('%s', (_, state, reason) => {
    expect(reasonToSkip(state, request)?.reason ?? null).toEqual(reason)
  })

  it('may have any head when the event named none', () => {
    expect(reasonToSkip(moved, { ...request, headSha: null })).toBeNull()
  })
})
