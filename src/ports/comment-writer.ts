import type { PullRequestRef } from '../pull-request.ts'
import type { AskedBy } from '../trigger/trigger.ts'

export type CommentWrite =
  /** It stands there, written now or before. */
  | { readonly kind: 'written'; readonly url: string }
  /** Dry run: it was shown instead. */
  | { readonly kind: 'not-written' }
  /** GitHub does not let this token write there, or anybody: people must be told elsewhere. */
  | { readonly kind: 'not-permitted'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** Answers people who give commands in comments on a pull request. Never throws. */
export interface CommentWriter {
  /** A receipt at the comment itself, 👀. One that cannot be given is a line in the log. */
  acknowledge(ref: PullRequestRef, asked: AskedBy, signal: AbortSignal): Promise<void>
  /** Writes the one answer to this comment. Where it stands already, whoever asks for it again, nothing is written. */
  answer(ref: PullRequestRef, asked: AskedBy, text: string, signal: AbortSignal): Promise<CommentWrite>
}
