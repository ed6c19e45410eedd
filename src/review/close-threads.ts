import { messageOf } from '../errors.ts'
import { writeReplyMarker } from '../finding/reply-marker.ts'
import type { Logger } from '../ports/logger.ts'
import type { Published } from '../ports/review-publisher.ts'
import type { ThreadWrite, ThreadWriter } from '../ports/thread-writer.ts'
import type { PullRequestSnapshot } from '../pull-request.ts'
import type { Decided } from './decide-content.ts'

/** More in one run would look like abuse to GitHub; the next run goes on. */
const mostClosed = 20

/** Closes the conversations about findings that are proved to be mended, also those that an earlier run could not close. */
export async function closeThreads(
  threads: ThreadWriter,
  published: Published,
  { standing }: Decided,
  { ref, headSha }: Pick<PullRequestSnapshot, 'ref' | 'headSha'>,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  if (published.kind === 'superseded' || published.kind === 'not-permitted') return
  const open = standing.flatMap(({ standing: { thread, fate, title } }) => {
    const isOpen = thread !== null && !thread.isResolved && !thread.isMinimized
    // without GraphQL an older one may be closed, and nobody can tell
    const isSure = thread?.nodeId !== null || (fate.kind === 'addressed' && fate.headSha === headSha)
    return fate.kind === 'addressed' && fate.headSha !== '' && isOpen && isSure
      ? [{ thread, fate, title }]
      : []
  })
  for (const { thread, fate, title } of open.slice(0, mostClosed)) {
    const marker = writeReplyMarker({ commentId: thread.commentId, resolution: 'fixed' })
    const note = `${marker}\nAddressed in ${fate.headSha.slice(0, 7)}.`
    const closed = await closeInTime(threads.close(ref, thread, note, signal))
    const how = closed.kind === 'failed' ? `could not be closed: ${closed.reason}` : `was ${closed.kind}`
    logger.info(`the conversation about "${title}" at ${headSha.slice(0, 7)} ${how}`)
  }
}

/** The review is posted already: what is not closed in time is closed by the next run. */
async function closeInTime(closing: Promise<ThreadWrite>): Promise<ThreadWrite> {
  try {
    return await closing
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) }
  }
}
