import { CancelledError, FixableError } from '../../src/errors.ts'
import type { Finding } from '../../src/finding/finding.ts'
import type { PullRequestReader } from '../../src/ports/pull-request-reader.ts'
import type { Published, ReviewPublisher, SummaryEdit, Words } from '../../src/ports/review-publisher.ts'
import type { ThreadWrite, ThreadWriter } from '../../src/ports/thread-writer.ts'
import { composeReview, type DraftComment, type ReviewContent } from '../../src/publication/compose.ts'
import type {
  OwnThread,
  PullRequestRef,
  PullRequestSnapshot,
  PullRequestState,
} from '../../src/pull-request.ts'
import { ownThread } from '../fixtures/own-thread.ts'
import { supersededBy } from '../../src/trigger/trigger.ts'

export type PostedByFake = { readonly body: string; readonly comments: readonly DraftComment[] }

/** One pull request in memory, to be read and reviewed: all ports on one state, as GitHub has it. */
export class FakePullRequest implements PullRequestReader, ReviewPublisher, ThreadWriter {
  snapshotNow: PullRequestSnapshot
  readonly posted: PostedByFake[] = []
  /** Bodies of the standing summary, one for each edit. */
  readonly edits: string[] = []
  /** Without it threads are only minimised, as for a token without `contents: write`. */
  mayResolve = true
  /** Why nobody may write; null when one may. */
  forbidden: string | null = null
  /** Comments whose place is not taken, though it is in the diff. */
  refusesPlace: (comment: DraftComment) => boolean = () => false
  /** Runs right before the state is looked at for the last time. */
  beforeLastLook: () => void | Promise<void> = () => {}

  constructor(snapshot: PullRequestSnapshot) {
    this.snapshotNow = snapshot
  }

  async snapshot(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestSnapshot> {
    if (signal.aborted) throw new CancelledError('stopped')
    if (ref.number !== this.snapshotNow.ref.number) {
      throw new FixableError('not shown: give the workflow `permissions: pull-requests: write`')
    }
    return this.snapshotNow
  }

  state(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestState> {
    return this.snapshot(ref, signal)
  }

  async headSha(): Promise<string> {
    return this.snapshotNow.headSha
  }

  async publish(
    _ref: PullRequestRef,
    headSha: string,
    _run: string,
    compose: (state: PullRequestState | null) => Words | null,
    signal: AbortSignal,
  ): Promise<Published> {
    if (compose(null) === null) return { kind: 'nothing-new' }
    if (this.forbidden !== null) return { kind: 'not-permitted', reason: this.forbidden }
    await this.beforeLastLook()
    if (signal.aborted) throw new CancelledError('stopped')
    const state = this.snapshotNow
    if (state.headSha !== headSha) return { kind: 'superseded', reason: supersededBy(state.headSha) }
    if (!state.open) return { kind: 'superseded', reason: 'the pull request was closed during the review' }
    const words = compose(state)
    if (words === null) return { kind: 'nothing-new' }
    if (words.summary !== null) this.#edit(words.summary)
    if (words.review !== null) return this.#post(words.review)
    return words.summary === null ? { kind: 'nothing-new' } : { kind: 'updated', url: words.summary.url }
  }

  async close(_ref: PullRequestRef, thread: OwnThread): Promise<ThreadWrite> {
    if (thread.isResolved || thread.isMinimized) return { kind: 'not-written' }
    const closed = this.mayResolve ? { isResolved: true, resolvedByOwn: true } : { isMinimized: true }
    this.changeThread(thread.commentId, closed)
    return { kind: this.mayResolve ? 'resolved' : 'minimized' }
  }

  async reply(_ref: PullRequestRef, thread: OwnThread, body: string): Promise<ThreadWrite> {
    const author = { login: 'bot', association: 'NONE', isBot: true, isOwn: true }
    const reply = { id: thread.replies.length + 1, body, author }
    this.changeThread(thread.commentId, { replies: [...thread.replies, reply] })
    return { kind: 'answered' }
  }

  /** What people do, too. */
  changeThread(commentId: number, changes: Partial<OwnThread>): void {
    const ownThreads = this.snapshotNow.ownThreads.map((thread) =>
      thread.commentId === commentId ? { ...thread, ...changes } : thread,
    )
    this.snapshotNow = { ...this.snapshotNow, ownThreads }
  }

  #edit({ reviewId, body }: SummaryEdit): void {
    this.edits.push(body)
    const ownReviews = this.snapshotNow.ownReviews.map((review) =>
      review.id === reviewId ? { ...review, body } : review,
    )
    this.snapshotNow = { ...this.snapshotNow, ownReviews }
  }

  #post(content: ReviewContent): Published {
    const wanted = composeReview(content, new Map())
    const refused = new Map<Finding, string>(
      wanted.comments.filter(this.refusesPlace).map(({ finding }) => [finding, 'Line could not be resolved']),
    )
    const { body, comments } = composeReview(content, refused)
    this.posted.push({ body, comments })
    const review = { id: this.posted.length, url: `https://github.example/reviews/${this.posted.length}` }
    const own = { ...review, body, pending: false }
    const { ownReviews, ownThreads } = this.snapshotNow
    const begun = comments.map((comment, at) => threadOf(comment, ownThreads.length + at + 1))
    this.snapshotNow = {
      ...this.snapshotNow,
      ownReviews: [...ownReviews, own],
      ownThreads: [...ownThreads, ...begun],
    }
    return { kind: 'posted', review, refused }
  }
}

function threadOf({ path, body }: DraftComment, commentId: number): OwnThread {
  const url = `https://github.example/comments/${commentId}`
  return ownThread({ nodeId: `T${commentId}`, commentId, commentNodeId: `C${commentId}`, path, body, url })
}
