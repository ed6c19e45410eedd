import type { Finding } from '../../finding/finding.ts'
import type { DraftComment, ReviewDraft } from '../../publication/compose.ts'
import type { GitHubApi } from './api.ts'
import type { PendingReviews } from './pending-reviews.ts'
import type { PublishTask } from './publish-task.ts'

/** GitHub asks for a second between writes. https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const pauseMs = 1_000

/**
 * GitHub refuses a review as a whole and does not say which comment it means. Halving finds the refused ones: each half
 * is tried as a pending review, which nobody sees, and deleted again. None when a second try is not refused.
 */
export async function findRefusedComments(
  api: GitHubApi,
  pending: PendingReviews,
  task: Pick<PublishTask, 'ref' | 'runId' | 'signal'>,
  draft: ReviewDraft,
): Promise<ReadonlyMap<Finding, string>> {
  const refused = new Map<Finding, string>()
  const search = async (comments: readonly DraftComment[], why: string): Promise<void> => {
    const [only, ...others] = comments
    if (only === undefined) return
    if (others.length === 0) {
      refused.set(only.finding, why)
      return
    }
    const middle = Math.ceil(comments.length / 2)
    for (const half of [comments.slice(0, middle), comments.slice(middle)]) {
      const why = await refusalOf(half)
      if (why !== null) await search(half, why)
    }
  }
  /** Why GitHub refuses these comments; null when it takes them. */
  const refusalOf = async (comments: readonly DraftComment[]): Promise<string | null> => {
    await api.pause(pauseMs, task.signal)
    const created = await pending.create(task.ref, { ...draft, comments }, task.runId, task.signal)
    if (created.kind === 'created') await pending.remove(task.ref, created.id, task.signal)
    return created.kind === 'comment-refused' ? created.reason : null
  }
  const reason = await refusalOf(draft.comments)
  if (reason === null) return refused
  await search(draft.comments, reason)
  // Refused together but not one by one: none can be trusted.
  if (refused.size === 0) for (const comment of draft.comments) refused.set(comment.finding, reason)
  return refused
}
