import { actionsBot } from '../accounts.ts'
import type { DiffFile } from '../git/diff-commits.ts'
import { integer, type JsonObject, objects, text } from '../json.ts'
import { toSentence, unprocessable } from '../rest/errors.ts'
import type { Account, PullRequest, Review, ReviewState, World } from '../state.ts'
import { bodyTooLong, isTooLong } from './limits.ts'
import type { LineMap } from './map-lines.ts'
import { type AnchorProblem, type AnchorRequest, resolveAnchor } from './resolve-anchor.ts'
import { addReview, addThread, type CheckedComment, submitReview } from './write-review.ts'

/** The diff a review is about, read before the rules so that checking and writing happen in one go. */
export interface ReviewedCommit {
  readonly sha: string
  readonly files: readonly DiffFile[]
  readonly toHead: LineMap
}

/**
 * All rules of "Create a review", then the write, without a pause between them: of two requests at once one
 * wins. One bad comment refuses the whole review, and the error does not say which. Source: GitHub REST, reviews.
 */
export function createReview(
  world: World,
  pull: PullRequest,
  author: Account,
  request: JsonObject,
  commit: ReviewedCommit | null,
): Review {
  const body = text(request, 'body') ?? ''
  const event = text(request, 'event')
  const comments = objects(request, 'comments')
  if (pull.locked) throw unprocessable('lock prevents review')
  refuseSecondPending(pull, author)
  refuseByAuthor(pull, author, event)
  refuseEmpty(event, body, comments.length)
  if (commit === null) throw unprocessable('Commit is not part of the pull request')
  const checked = checkComments(pull, comments, commit)
  if (isTooLong(body)) throw unprocessable(bodyTooLong)
  const review = addReview(world, pull, author, body, commit.sha)
  for (const comment of checked) addThread(world, review, comment, commit.toHead)
  submitReview(world, review, stateAfter(event))
  return review
}

/** A pending review also blocks submitted ones of the same identity. */
export function refuseSecondPending(pull: PullRequest, author: Account): void {
  if (pull.reviews.some((review) => review.state === 'PENDING' && review.author === author)) {
    throw unprocessable('User can only have one pending review per pull request')
  }
}

export function refuseByAuthor(pull: PullRequest, author: Account, event: string | null): void {
  if (author === pull.author && event === 'APPROVE') {
    throw unprocessable('Can not approve your own pull request')
  }
  if (author === pull.author && event === 'REQUEST_CHANGES') {
    throw unprocessable('Can not request changes on your own pull request')
  }
  if (event === 'APPROVE' && author.login === actionsBot.login && !pull.repository.actionsMayApprove) {
    throw unprocessable('GitHub Actions is not permitted to approve pull requests.')
  }
}

/** `body` is required for REQUEST_CHANGES and COMMENT; inline comments make up for it in a COMMENT. */
export function refuseEmpty(event: string | null, body: string, comments: number): void {
  if (body.trim() !== '') return
  if (event === 'REQUEST_CHANGES') {
    throw unprocessable('You need to leave a comment indicating the requested changes.')
  }
  // That GitHub refuses is known, its words are not.
  if (event === 'COMMENT' && comments === 0) throw unprocessable('Could not comment pull request review.')
}

export function stateAfter(event: string | null): ReviewState {
  if (event === 'APPROVE') return 'APPROVED'
  if (event === 'REQUEST_CHANGES') return 'CHANGES_REQUESTED'
  return event === 'COMMENT' ? 'COMMENTED' : 'PENDING'
}

function checkComments(
  pull: PullRequest,
  comments: readonly JsonObject[],
  commit: ReviewedCommit,
): readonly CheckedComment[] {
  const reasons = new Set<string>()
  const checked = comments.flatMap((comment) => {
    const anchored = anchorRequest(comment)
    const body = text(comment, 'body') ?? ''
    const resolved = resolveAnchor(commit.files, pull.tooLarge, anchored)
    if ('problem' in resolved) reasons.add(wording[resolved.problem])
    else if (isTooLong(body)) reasons.add(bodyTooLong)
    else if (body.trim() === '') reasons.add("Pull request review comment body can't be blank")
    else return [{ path: anchored.path, body, ...resolved }]
    return []
  })
  if (reasons.size > 0) throw unprocessable(toSentence([...reasons]))
  return checked
}

export function anchorRequest(comment: JsonObject): AnchorRequest {
  return {
    path: text(comment, 'path') ?? '',
    side: text(comment, 'side'),
    line: integer(comment, 'line'),
    startSide: text(comment, 'start_side'),
    startLine: integer(comment, 'start_line'),
    position: integer(comment, 'position'),
  }
}

/** As github.com words its refusals in 2026. */
const wording: Readonly<Record<AnchorProblem, string>> = {
  path: 'Path could not be resolved',
  line: 'Line could not be resolved',
  side: 'Side could not be resolved',
  position:
    "Pull request review thread position is invalid and Pull request review thread diff hunk can't be blank",
  'range order': 'Pull request review thread start line must precede the end line.',
  'range hunk':
    "Pull request review thread line must be part of the diff, Pull request review thread start line must be part of the same hunk as the line., and Pull request review thread diff hunk can't be blank",
}
