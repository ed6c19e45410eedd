import type { ReviewQueue } from '../../ports/review-queue.ts'
import type { GitHubHealth } from '../github-health.ts'
import type { PageView, QueueView, ServerView } from './view.ts'

/** Rows of a table; who wants more looks at the metrics. */
const mostListed = 20
/** The page is wanted most when the queue does not answer. */
const queueAnswerMs = 2_000

type ReadableQueue = Pick<ReviewQueue, 'isReachable' | 'state' | 'list'>

const unreachable: QueueView = { kind: 'unreachable' }

/** What the page shows right now. */
export async function readView(
  queue: ReadableQueue,
  gitHub: GitHubHealth,
  server: ServerView,
  clock: () => number,
): Promise<PageView> {
  const tooLate = new Promise<QueueView>((resolve) => {
    setTimeout(resolve, queueAnswerMs, unreachable).unref()
  })
  const read = await Promise.race([readQueue(queue), tooLate])
  return { now: clock(), server, queue: read, gitHub: gitHub.state() }
}

async function readQueue(queue: ReadableQueue): Promise<QueueView> {
  try {
    if (!(await queue.isReachable())) return unreachable
    const [state, listing] = await Promise.all([queue.state(), queue.list(mostListed)])
    return { kind: 'reachable', state, listing }
  } catch {
    // It went away meanwhile; its engine tells the log why.
    return unreachable
  }
}
