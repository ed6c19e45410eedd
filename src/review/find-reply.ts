import { readFindingMarker } from '../finding/marker.ts'
import { readReplyMarker } from '../finding/reply-marker.ts'
import type { Speaker } from '../prompt/reply.ts'
import {
  answersFor,
  type CommentAuthor,
  type OwnThread,
  type PullRequestState,
  type ThreadReply,
} from '../pull-request.ts'
import type { ReplyRequest } from '../trigger/review-comment.ts'

export type FoundReply =
  | { readonly kind: 'found'; readonly thread: OwnThread; readonly reply: ThreadReply }
  | { readonly kind: 'skip'; readonly reason: string }

/** The reply to judge, or why it is not ours to judge, as the pull request is now. */
export function findReply(
  { open, author, ownThreads }: Pick<PullRequestState, 'open' | 'author' | 'ownThreads'>,
  { rootCommentId, commentId }: Pick<ReplyRequest, 'rootCommentId' | 'commentId'>,
): FoundReply {
  const skip = (reason: string): FoundReply => ({ kind: 'skip', reason })
  if (!open) return skip('the pull request is closed')
  const thread = ownThreads.find((one) => one.commentId === rootCommentId)
  if (thread === undefined || readFindingMarker(thread.body) === null)
    return skip('the comment is no reply to a finding of PatchPilot')
  // closed by us: an answer to `fixed` may have failed after it, and is made up for
  if (thread.isResolved && !thread.resolvedByOwn) return skip('the thread is closed already')
  if (thread.replies.some(({ author: who, body }) => who.isOwn && readReplyMarker(body) !== null))
    return skip('a reply in this thread was answered before, and PatchPilot argues once')
  const reply = thread.replies.find(({ id }) => id === commentId)
  if (reply === undefined) return skip('the reply is not shown in the thread')
  const { login, association, isBot, isOwn } = reply.author
  if (isOwn || isBot) return skip('bots are not answered')
  if (login !== author && !answersFor(association))
    return skip(
      'replies are judged for the author of the pull request, and for owners, members and collaborators',
    )
  return { kind: 'found', thread, reply }
}

export function speakerOf({ login, association, isBot, isOwn }: CommentAuthor, author: string): Speaker {
  if (isOwn) return 'you'
  if (isBot) return 'a bot'
  if (login === author) return 'the author of the pull request'
  return answersFor(association) ? 'a maintainer' : 'somebody else'
}
