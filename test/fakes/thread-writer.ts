import type { ThreadWrite, ThreadWriter } from '../../src/ports/thread-writer.ts'
import type { OwnThread, PullRequestRef } from '../../src/pull-request.ts'

/** What was written in threads, by the comments that they begin with. */
export class FakeThreadWriter implements ThreadWriter {
  readonly closed: number[] = []
  readonly replies: { readonly thread: number; readonly body: string }[] = []
  /** What closing a thread comes to. */
  closes: ThreadWrite = { kind: 'resolved' }
  /** Why nobody may reply; null when one may. */
  forbidden: string | null = null

  async close(ref: PullRequestRef, thread: OwnThread, note: string): Promise<ThreadWrite> {
    if (this.closes.kind === 'answered') return this.reply(ref, thread, note)
    if (this.closes.kind !== 'failed') this.closed.push(thread.commentId)
    return this.closes
  }

  async reply(_ref: PullRequestRef, { commentId }: OwnThread, body: string): Promise<ThreadWrite> {
    if (this.forbidden !== null) return { kind: 'failed', reason: this.forbidden }
    this.replies.push({ thread: commentId, body })
    return { kind: 'answered' }
  }
}
