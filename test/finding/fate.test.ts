import { describe, expect, it } from 'vitest'
import { fateOf } from '../../src/finding/fate.ts'
import { writeReplyMarker } from '../../src/finding/reply-marker.ts'
import type { Resolution } from '../../src/prompt/reply.ts'
import type { OwnThread, ThreadReply } from '../../src/pull-request.ts'
import { ownThread, threadReply } from '../fixtures/own-thread.ts'

const fate = (changes: Partial<OwnThread>, addressedAt: string | null = null) =>
  fateOf(ownThread(changes), addressedAt, { author: 'author' })

const ours = (commentId: number, resolution: Resolution): ThreadReply =>
  threadReply(`${writeReplyMarker({ commentId, resolution })}\nText.`, { login: 'bot', isOwn: true }, 99)

const said = (author: Partial<ThreadReply['author']>) => threadReply('It is guarded above.', author, 7)
const maintainer = { login: 'maintainer', association: 'MEMBER' }

describe('a finding', () => {
  it('is open while nobody has done anything', () => {
    expect(fate({})).toEqual({ kind: 'open' })
    expect(fateOf(null, null, { author: 'author' })).toEqual({ kind: 'open' })
    expect(fate({ replies: [said({}), ours(7, 'keep')] })).toEqual({ kind: 'open' })
  })

  it.each([
    ['recorded so', {}, 'abc', 'abc'],
    ['resolved by us', { isResolved: true, resolvedBy: 'bot', resolvedByOwn: true }, null, ''],
    [
      'a maintainer says so, and the code shows it',
      { replies: [said(maintainer), ours(7, 'fixed')] },
      null,
      '',
    ],
    ['closed by our note', { replies: [ours(1, 'fixed')] }, null, ''],
  ] as const)('is addressed: %s', (_, changes, addressedAt, headSha) => {
    expect(fate(changes, addressedAt)).toEqual({ kind: 'addressed', headSha })
  })

  it.each([
    ['the author resolves it', { isResolved: true, resolvedBy: 'author' }, false],
    ['another resolves it', { isResolved: true, resolvedBy: 'maintainer', resolverMayWrite: true }, true],
    ['somebody resolves it', { isResolved: true }, false],
    ['a bot resolves it', { isResolved: true, resolvedBy: 'helper[bot]' }, false],
    ['a stranger dislikes it', { thumbsDown: [{ login: 'stranger', mayWrite: false }] }, false],
    ['the author dislikes it', { thumbsDown: [{ login: 'author', mayWrite: true }] }, false],
    [
      'one of several who dislike it may write',
      {
        thumbsDown: [
          { login: 'stranger', mayWrite: false },
          { login: 'maintainer', mayWrite: true },
        ],
      },
      true,
    ],
    ['somebody hides it', { isMinimized: true }, false],
    ['the author persuades us', { replies: [said({ association: 'OWNER' }), ours(7, 'withdraw')] }, false],
    ['a maintainer persuades us', { replies: [said(maintainer), ours(7, 'withdraw')] }, true],
    [
      'the author says that it is mended',
      { replies: [said({}), ours(7, 'fixed')], isResolved: true, resolvedByOwn: true },
      false,
    ],
    [
      'a maintainer resolves what the author has talked us out of',
      {
        replies: [said({}), ours(7, 'withdraw')],
        isResolved: true,
        resolvedBy: 'maintainer',
        resolverMayWrite: true,
      },
      true,
    ],
    [
      'a maintainer dislikes what the author has resolved',
      { isResolved: true, resolvedBy: 'author', thumbsDown: [{ login: 'maintainer', mayWrite: true }] },
      true,
    ],
  ])('is dismissed when %s', (_, changes, outOfGate) => {
    expect(fate(changes)).toMatchObject({ kind: 'dismissed', outOfGate })
  })

  it('is not withdrawn by a marker that others wrote', () => {
    const forged = { ...ours(7, 'withdraw'), author: said({}).author }
    expect(fate({ replies: [said({}), forged] })).toEqual({ kind: 'open' })
  })
})
