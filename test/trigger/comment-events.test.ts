import { describe, expect, it } from 'vitest'
import { decideCommentEvent } from '../../src/trigger/comment-events.ts'

type Given = {
  readonly body?: string | null
  readonly action?: string
  readonly association?: string
  readonly user?: object | null
  readonly issue?: object
}

/** A comment with `/patchpilot review`, by a member on a pull request, unless told otherwise. */
function decide(given: Given = {}) {
  const { body = '/patchpilot review', action = 'created', association = 'MEMBER', issue = {} } = given
  const payload = {
    action,
    issue: { number: 7, state: 'open', pull_request: { url: 'https://api.github.com/pulls/7' }, ...issue },
    comment: {
      ...{ id: 99, body, created_at: '2026-11-22T10:00:00Z', author_association: association },
      user: given.user === undefined ? { login: 'somebody', type: 'User' } : given.user,
    },
    repository: { id: 1, name: 'shop', owner: { login: 'octo' } },
  }
  return decideCommentEvent({ name: 'issue_comment', payload })
}

const pullRequest = { owner: 'octo', repo: 'shop', number: 7 }
const askedBy = { commentId: 99, at: '2026-11-22T10:00:00Z' }

describe('a comment', () => {
  it.each([
    ['/patchpilot review', false],
    ['/patchpilot review full', true],
  ])('%s asks for a review of whatever head there is', (body, full) => {
    const rest = { headSha: null, trigger: 'issue_comment', asOf: null, before: null }
    expect(decide({ body })).toEqual({ kind: 'review', request: { pullRequest, full, askedBy, ...rest } })
  })

  it.each([
    ['/patchpilot help', 'help'],
    ['/patchpilot please', 'unknown'],
  ])('%s is a question', (body, command) => {
    expect(decide({ body })).toEqual({ kind: 'question', command, pullRequest, askedBy })
  })

  it.each(['OWNER', 'MEMBER', 'COLLABORATOR'])('may come from %s', (association) => {
    expect(decide({ association })).toMatchObject({ kind: 'review' })
  })

  it.each(['CONTRIBUTOR', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'MANNEQUIN', 'NONE', 'owner', ''])(
    'is not heard from %s',
    (association) => {
      const reason = expect.stringContaining('OWNER, MEMBER, COLLABORATOR')
      expect(decide({ association })).toEqual({ kind: 'skip', reason, pullRequest: 'octo/shop#7' })
    },
  )

  it.each([
    [
      'by a bot, our own identity among them',
      { user: { login: 'github-actions[bot]', type: 'Bot' } },
      /bots/,
    ],
    ['by an account that is gone', { user: null }, /bots/],
    ['without a command', { body: 'Nice!' }, /no command/],
    ['without text', { body: null }, /no command/],
    ['that was edited', { action: 'edited' }, /edited/],
    ['that was deleted', { action: 'deleted' }, /deleted/],
    ['on an issue', { issue: { pull_request: undefined } }, /on an issue/],
  ])('%s is skipped', (_, given, reason) => {
    expect(decide(given)).toMatchObject({ kind: 'skip', reason: expect.stringMatching(reason) })
  })

  it('in no form of GitHub is unreadable', () => {
    expect(decide({ issue: { number: 'seven' } })).toMatchObject({ kind: 'unreadable' })
  })
})

it('every other event is none of its own', () => {
  expect(decideCommentEvent({ name: 'pull_request', payload: {} })).toBeNull()
})
