import { oneLine } from '../../errors.ts'
import { isRateLimit, limitReason, refusalText, statusOf } from './failure.ts'

export type ReplyRefusal = {
  /** `occupied`: by our identity's own pending review · `unclear`: it may have been carried out all the same. */
  readonly kind: 'refused' | 'occupied' | 'unclear'
  readonly reason: string
}

export function explainReplyRefusal(error: unknown): ReplyRefusal {
  const text = oneLine(refusalText(error))
  if (isRateLimit(error)) return { kind: 'refused', reason: limitReason(error) }
  const status = statusOf(error)
  if (status === null || status < 400 || status >= 500) return { kind: 'unclear', reason: text }
  if (status === 422 && /one pending review/i.test(text))
    return { kind: 'occupied', reason: `GitHub refused the reply: ${text}` }
  if (/lock(ed| prevents)/i.test(text)) return { kind: 'refused', reason: 'the conversation is locked' }
  if (status === 403 && /not accessible|permission|must have/i.test(text))
    return {
      kind: 'refused',
      reason: `this token may not reply (${text}): give the workflow \`permissions: pull-requests: write\``,
    }
  return { kind: 'refused', reason: `GitHub refused the reply (${status}: ${text})` }
}
