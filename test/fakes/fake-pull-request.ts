import { CancelledError, FixableError } from '../../src/errors.ts'
import type { Finding } from '../../src/finding/finding.ts'
import type { PullRequestReader } from '../../src/ports/pull-request-reader.ts'
import type { Published, ReviewPublisher } from '../../src/ports/review-publisher.ts'
import { composeReview, type DraftComment, type ReviewContent } from '../../src/publication/compose.ts'
import type { PullRequestRef, PullRequestSnapshot, PullRequestState } from '../../src/pull-request.ts'
import { supersededBy } from '../../src/trigger/trigger.ts'

export type PostedByFake = { readonly body: string; readonly comments: readonly DraftComment[] }

/** One pull request in memory, to be read and reviewed: both ports on one state, as GitHub has it. */
export class FakePullRequest implements PullRequestReader, ReviewPublisher {
  snapshotNow: PullRequestSnapshot
  readonly posted: PostedByFake[] = []
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

  async publish(
    _ref: PullRequestRef,
    headSha: string,
    _run: string,
    compose: (state: PullRequestState | null) => ReviewContent | null,
    signal: AbortSignal,
  ): Promise<Published> {
    if (compose(null) === null) return { kind: 'nothing-new' }
    if (this.forbidden !== null) return { kind: 'not-permitted', reason: this.forbidden }
    await this.beforeLastLook()
    if (signal.aborted) throw new CancelledError('stopped')
    const state = this.snapshotNow
    if (state.headSha !== headSha) return { kind: 'superseded', reason: supersededBy(state.headSha) }
    if (!state.open) return { kind: 'superseded', reason: 'the pull request was closed during the review' }
    const content = compose(state)
    return content === null ? { kind: 'nothing-new' } : this.#post(content)
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
    this.snapshotNow = { ...this.snapshotNow, ownReviews: [...this.snapshotNow.ownReviews, own] }
    return { kind: 'posted', review, refused }
  }
}
