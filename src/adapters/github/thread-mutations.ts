import * as v from 'valibot'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { ThreadWrite } from '../../ports/thread-writer.ts'
import type { OwnThread } from '../../pull-request.ts'
import type { GitHubApi } from './api.ts'
import { isRateLimit, limitReason, statusOf } from './failure.ts'

const resolve = `mutation PatchPilotResolve($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`
const Resolved = v.object({
  resolveReviewThread: v.object({ thread: v.object({ isResolved: v.literal(true) }) }),
})

const minimize = `mutation PatchPilotMinimize($id: ID!) {
  minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } }
}`
const Minimized = v.object({
  minimizeComment: v.object({ minimizedComment: v.object({ isMinimized: v.literal(true) }) }),
})

/**
 * Resolves the thread or minimises its first comment, whichever GitHub allows first; null where it allows neither. Only a
 * refusal leads on to the other: after trouble nobody knows what was carried out. Resolving takes `contents: write` too.
 */
export async function closeByMutation(
  api: GitHubApi,
  thread: OwnThread,
  logger: Logger,
  signal: AbortSignal,
): Promise<ThreadWrite | null> {
  const { nodeId, commentNodeId, mayResolve } = thread
  const ways = [
    ...(mayResolve && nodeId !== null
      ? [{ kind: 'resolved', query: resolve, id: nodeId, Done: Resolved } as const]
      : []),
    { kind: 'minimized', query: minimize, id: commentNodeId, Done: Minimized } as const,
  ]
  if (!api.graphqlWorks) return null
  for (const { kind, query, id, Done } of ways) {
    const problem = await mutate(api, query, id, Done, signal)
    if (problem === null) return { kind }
    if (problem.kind === 'failed') return { kind: 'failed', reason: problem.reason }
    logger.debug(`a thread could not be ${kind}: ${problem.reason}`)
  }
  return null
}

type Problem = { readonly kind: 'refused' | 'failed'; readonly reason: string }

/** An answer that cannot be read is asked for once more, as the api does after a lost one: doing it twice changes nothing. */
async function mutate(
  api: GitHubApi,
  query: string,
  id: string,
  Done: v.GenericSchema,
  signal: AbortSignal,
): Promise<Problem | null> {
  try {
    for (let reading = 1; reading <= 2; reading++) {
      if (v.is(Done, await api.graphql(query, { id }, signal))) return null
    }
    return { kind: 'failed', reason: 'GitHub does not say whether the thread was closed' }
  } catch (error) {
    if (error instanceof CancelledError) throw error
    if (isRateLimit(error)) return { kind: 'failed', reason: limitReason(error) }
    const reason = oneLine(messageOf(error))
    return isRefusal(error)
      ? { kind: 'refused', reason }
      : { kind: 'failed', reason: `the thread could not be closed: ${reason}` }
  }
}

/** GraphQL's own refusals come with 200; a server without GraphQL says 404. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Error && error.name === 'GraphqlResponseError') return true
  const status = statusOf(error)
  return status !== null && status >= 400 && status < 500
}
