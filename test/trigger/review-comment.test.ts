import { describe, expect, it } from 'vitest'
import { decideReviewComment } from '../../src/trigger/review-comment.ts'

const sha = 'a'.repeat(40)

/** As GitHub sends it, as far as we look: https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review_comment */
function decide({ comment = {}, pull = {}, ...about }: Record<string, object | string> = {}) {
  return decideReviewComment({
    name: 'pull_request_review_comment',
    payload: {
      action: 'created',
      comment: {
        ...{ id: 3_200_000_021, in_reply_to_id: 3_200_000_007, body: 'It cannot be null here.' },
        ...{ user: { login: 'ann', type: 'User' }, author_association: 'NONE' },
        ...Object(comment),
      },
      pull_request: { number: 7, state: 'open', head: { sha }, ...Object(pull) },
      repository: { name: 'demo', owner: { login: 'octo' } },
      ...about,
    },
  })
}

describe('a new comment of a review', () => {
  it('that is a reply may be one to us', () => {
    expect(decide()).toEqual({
      kind: 'reply',
      request: {
        pullRequest: { owner: 'octo', repo: 'demo', number: 7 },
        ...{ rootCommentId: 3_200_000_007, commentId: 3_200_000_021 },
        trigger: 'pull_request_review_comment',
      },
    })
  })

  it.each([
    ['was edited', { action: 'edited' }, 'only a new one'],
    ['begins a thread', { comment: { in_reply_to_id: null } }, 'no reply'],
    ['is a bot’s', { comment: { user: { login: 'github-actions[bot]', type: 'Bot' } } }, 'bots'],
    ['is of a deleted account', { comment: { user: null } }, 'bots'],
    ['gives a command', { comment: { body: '/patchpilot review' } }, 'commands'],
    ['is on a closed pull request', { pull: { state: 'closed' } }, 'closed'],
  ])('is skipped when it %s', (_what, about, reason) => {
    expect(decide(about)).toEqual({
      kind: 'skip',
      reason: expect.stringContaining(reason),
      pullRequest: 'octo/demo#7',
    })
  })

  it('that is not in GitHub’s form is said to be so', () => {
    expect(decide({ comment: { id: 'seven' } })).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('comment.id'),
    })
  })
})

it('other events are none of it', () => {
  expect(decideReviewComment({ name: 'issue_comment', payload: {} })).toBeNull()
})
