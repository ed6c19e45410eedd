import type { CommentWrite, CommentWriter } from '../../src/ports/comment-writer.ts'
import type { PullRequestRef } from '../../src/pull-request.ts'
import type { AskedBy } from '../../src/trigger/trigger.ts'

/** What people see of it: `👀 99` for a receipt, `99: text` for an answer. */
export class FakeCommentWriter implements CommentWriter {
  readonly written: string[] = []
  /** Said to every answer, which is not written then. */
  refusal: Exclude<CommentWrite, { kind: 'written' }> | null = null

  async acknowledge(_ref: PullRequestRef, { commentId }: AskedBy): Promise<void> {
    this.written.push(`👀 ${commentId}`)
  }

  async answer(_ref: PullRequestRef, { commentId }: AskedBy, text: string): Promise<CommentWrite> {
    if (this.refusal !== null) return this.refusal
    const answer = `${commentId}: ${text}`
    if (!this.written.includes(answer)) this.written.push(answer)
    return { kind: 'written', url: `https://github.com/octo/shop/pull/1#issuecomment-${commentId + 1}` }
  }
}
