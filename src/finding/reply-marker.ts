import * as v from 'valibot'
import { type Resolution, resolutions } from '../prompt/reply.ts'

/** At the very start of our answer: which comment it answers, and the judgement. Believed only in our own comments. */
export type ReplyMarker = { readonly commentId: number; readonly resolution: Resolution }

const replyMarker = /^<!-- patchpilot:reply (\d{1,15}) ([a-z]+) -->/

export function writeReplyMarker({ commentId, resolution }: ReplyMarker): string {
  return `<!-- patchpilot:reply ${commentId} ${resolution} -->`
}

export function readReplyMarker(body: string): ReplyMarker | null {
  const [, commentId, word] = replyMarker.exec(body) ?? []
  const resolution = v.safeParse(v.picklist(resolutions), word)
  return commentId === undefined || !resolution.success
    ? null
    : { commentId: Number(commentId), resolution: resolution.output }
}
