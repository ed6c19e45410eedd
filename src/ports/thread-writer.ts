import type { OwnThread, PullRequestRef } from '../pull-request.ts'

export type ThreadWrite =
  /** `resolved`: the conversation is closed · `minimized`: folded away as outdated · `answered`: a reply says so. */
  | { readonly kind: 'resolved' | 'minimized' | 'answered' }
  /** Dry run: it was shown instead. */
  | { readonly kind: 'not-written' }
  /** Nothing is known to have happened. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Writes in conversations that began with a comment of ours. Does not throw but on an abort. */
export interface ThreadWriter {
  /**
   * Closes the thread of a finding that is fixed, by the best way that the token has: resolved, else minimised as outdated,
   * else answered with `note`. Done already: nothing is written. The answer is what really happened.
   */
  close(ref: PullRequestRef, thread: OwnThread, note: string, signal: AbortSignal): Promise<ThreadWrite>
  /** Answers in a thread, once for each `body`'s marker line however often an answer of GitHub is lost. */
  reply(ref: PullRequestRef, thread: OwnThread, body: string, signal: AbortSignal): Promise<ThreadWrite>
}
