import type { Logger } from '../../ports/logger.ts'
import type { ThreadWrite, ThreadWriter } from '../../ports/thread-writer.ts'
import type { OwnThread, PullRequestRef } from '../../pull-request.ts'

/** Shows what would be written in threads, and writes nothing. */
export class DryRunThreadWriter implements ThreadWriter {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  async close(_ref: PullRequestRef, thread: OwnThread): Promise<ThreadWrite> {
    this.#logger.info(`dry run, nothing is posted. This thread would be closed: ${thread.url}`)
    return { kind: 'not-written' }
  }

  async reply(_ref: PullRequestRef, thread: OwnThread, body: string): Promise<ThreadWrite> {
    const text = body.replace(/^<!--.*-->\n/, '')
    this.#logger.info(`dry run, nothing is posted. The reply in ${thread.url} would be:\n${text}`)
    return { kind: 'not-written' }
  }
}
