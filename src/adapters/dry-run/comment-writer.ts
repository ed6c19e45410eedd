import type { CommentWrite, CommentWriter } from '../../ports/comment-writer.ts'
import type { Logger } from '../../ports/logger.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import type { AskedBy } from '../../trigger/trigger.ts'

/** Shows what would be answered, and writes nothing. */
export class DryRunCommentWriter implements CommentWriter {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  async acknowledge(): Promise<void> {}

  async answer(_ref: PullRequestRef, _asked: AskedBy, text: string): Promise<CommentWrite> {
    this.#logger.info(`dry run, nothing is posted. The answer to the comment would be:\n${text}`)
    return { kind: 'not-written' }
  }
}
