import type { OwnThread, PullRequestState } from '../pull-request.ts'
import { readReplyMarker } from './reply-marker.ts'
import type { Fate } from './standing.ts'

/** GitHub's associations of those who answer for a repository. */
const responsible = ['OWNER', 'MEMBER', 'COLLABORATOR']

export function answersFor(association: string): boolean {
  return responsible.includes(association)
}

type PullRequest = Pick<PullRequestState, 'author'>

/** What people, or we, have done with the conversation about a finding. `addressedAt`: the head that mended it, if we know. */
export function fateOf(thread: OwnThread | null, addressedAt: string | null, pull: PullRequest): Fate {
  if (addressedAt !== null) return { kind: 'addressed', headSha: addressedAt }
  if (thread === null) return { kind: 'open' }
  return judged(thread, pull) ?? closedByUs(thread) ?? dismissed(thread, pull) ?? { kind: 'open' }
}

/**
 * Our judgement of what somebody answered. Whoever has the last word here talks to a model: that stops the repetition, and
 * only who answers for the repository takes the finding out of the gate.
 */
function judged(thread: OwnThread, { author }: PullRequest): Fate | null {
  const markers = ownMarkers(thread).filter(({ commentId }) => commentId !== thread.commentId)
  const last = markers.findLast(({ resolution }) => resolution !== 'keep')
  if (last === undefined) return null
  const who = thread.replies.find(({ id }) => id === last.commentId)?.author
  const outOfGate = who !== undefined && who.login !== author && answersFor(who.association)
  const what = last.resolution === 'withdraw' ? 'withdrawn' : 'seen as mended'
  const why = who === undefined ? what : `${what} after what @${who.login} said`
  return { kind: 'dismissed', why, outOfGate }
}

/** We close a conversation by ourselves for one reason only. */
function closedByUs(thread: OwnThread): Fate | null {
  const note = ownMarkers(thread).some(({ commentId }) => commentId === thread.commentId)
  const isClosed = note || (thread.isResolved && thread.resolvedByOwn)
  return isClosed ? { kind: 'addressed', headSha: '' } : null
}

function ownMarkers({ replies }: OwnThread) {
  return replies.flatMap(({ author, body }) => (author.isOwn ? (readReplyMarker(body) ?? []) : []))
}

function dismissed(thread: OwnThread, { author }: PullRequest): Fate | null {
  if (thread.isResolved) {
    const by = thread.resolvedBy
    // Only the author and those who may write can. https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/commenting-on-a-pull-request#resolving-conversations
    const outOfGate = by !== null && by !== author
    return { kind: 'dismissed', why: by === null ? 'resolved' : `resolved by @${by}`, outOfGate }
  }
  const weighs = ({ login, mayWrite }: OwnThread['thumbsDown'][number]) => login !== author && mayWrite
  const first = thread.thumbsDown.find(weighs) ?? thread.thumbsDown[0]
  if (first !== undefined) {
    return { kind: 'dismissed', why: `@${first.login} gave it a thumbs down`, outOfGate: weighs(first) }
  }
  // Nobody can tell who hid it.
  return thread.isMinimized ? { kind: 'dismissed', why: 'hidden', outOfGate: false } : null
}

/** What somebody who answers for the repository has dismissed does not fail a step any more. */
export function countsForGate(fate: Fate): boolean {
  return fate.kind === 'open' || (fate.kind === 'dismissed' && !fate.outOfGate)
}
