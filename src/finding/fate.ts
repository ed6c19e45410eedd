import { answersFor, type OwnThread, type PullRequestState } from '../pull-request.ts'
import { readReplyMarker } from './reply-marker.ts'
import type { Fate } from './standing.ts'

type PullRequest = Pick<PullRequestState, 'author'>

/** What people, or we, have done with the conversation about a finding. `addressedAt`: the head that mended it, if we know. */
export function fateOf(thread: OwnThread | null, addressedAt: string | null, pull: PullRequest): Fate {
  if (addressedAt !== null) return { kind: 'addressed', headSha: addressedAt }
  if (thread === null) return { kind: 'open' }
  if (closedByUs(thread)) return { kind: 'addressed', headSha: '' }
  const answered = judged(thread, pull)
  if (answered?.kind === 'addressed') return answered
  const dismissals = [answered, ...dismissed(thread, pull)].filter((one) => one !== null)
  return dismissals.find(({ outOfGate }) => outOfGate) ?? dismissals[0] ?? { kind: 'open' }
}

type Dismissal = Extract<Fate, { kind: 'dismissed' }>

/**
 * Our judgement of what somebody answered. Whoever has the last word here talks to a model: that stops the repetition, and
 * only who answers for the repository takes the finding out of the gate.
 */
function judged(thread: OwnThread, { author }: PullRequest): Exclude<Fate, { kind: 'open' }> | null {
  const last = judgements(thread).findLast(({ resolution }) => resolution !== 'keep')
  if (last === undefined) return null
  const who = thread.replies.find(({ id }) => id === last.commentId)?.author
  const outOfGate = who !== undefined && who.login !== author && answersFor(who.association)
  if (last.resolution === 'fixed' && outOfGate) return { kind: 'addressed', headSha: '' }
  const what = last.resolution === 'withdraw' ? 'withdrawn' : 'seen as mended'
  const why = who === undefined ? what : `${what} after what @${who.login} said`
  return { kind: 'dismissed', why, outOfGate }
}

/** We close a conversation by ourselves for one reason only, unless somebody's answer was judged. */
function closedByUs(thread: OwnThread): boolean {
  const isNoted = ownMarkers(thread).some(({ commentId }) => commentId === thread.commentId)
  const isJudged = judgements(thread).some(({ resolution }) => resolution === 'fixed')
  return isNoted || (thread.isResolved && thread.resolvedByOwn && !isJudged)
}

/** Our answers to people. */
function judgements(thread: OwnThread) {
  return ownMarkers(thread).filter(({ commentId }) => commentId !== thread.commentId)
}

function ownMarkers({ replies }: OwnThread) {
  return replies.flatMap(({ author, body }) => (author.isOwn ? (readReplyMarker(body) ?? []) : []))
}

function dismissed(thread: OwnThread, { author }: PullRequest): Dismissal[] {
  const says = (why: string, outOfGate: boolean): Dismissal => ({ kind: 'dismissed', why, outOfGate })
  const { resolvedBy: by } = thread
  return [
    ...(thread.isResolved && !thread.resolvedByOwn
      ? [says(by === null ? 'resolved' : `resolved by @${by}`, thread.resolverMayWrite && by !== author)]
      : []),
    ...thread.thumbsDown.map(({ login, mayWrite }) =>
      says(`@${login} gave it a thumbs down`, mayWrite && login !== author),
    ),
    // Nobody can tell who hid it.
    ...(thread.isMinimized ? [says('hidden', false)] : []),
  ]
}

/** What somebody who answers for the repository has dismissed does not fail a step any more. */
export function countsForGate(fate: Fate): boolean {
  return fate.kind === 'open' || (fate.kind === 'dismissed' && !fate.outOfGate)
}
