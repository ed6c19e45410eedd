import { diffCommits } from '../git/diff-commits.ts'
import { text } from '../json.ts'
import {
  createReview,
  type ReviewedCommit,
  refuseByAuthor,
  refuseEmpty,
  stateAfter,
} from '../reviews/create-review.ts'
import { bodyTooLong, isTooLong } from '../reviews/limits.ts'
import { mapLines, sameLines } from '../reviews/map-lines.ts'
import { deleteReview, submitReview } from '../reviews/write-review.ts'
import type { PullRequest, Review } from '../state.ts'
import { GitHubError, notFound, unprocessable } from './errors.ts'
import { paginated } from './paginate.ts'
import { representReview } from './represent/review.ts'
import { representLegacyReviewComment } from './represent/review-comment.ts'
import { type Call, isVisible, ok, pullOf, type Route, reviewOf, viewerToken } from './route.ts'

const collection = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews'
const one = `${collection}/{review_id}`

/** The success codes are GitHub's: creating a review answers 200, not 201. */
export const reviewRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: collection,
    permissions: ['pull_requests:read'],
    handle: (call) => {
      const visible = pullOf(call).reviews.filter((review) => isVisible(call, review))
      return paginated(call, visible, (review) => representReview(call.world, review))
    },
  },
  {
    method: 'POST',
    template: collection,
    permissions: ['pull_requests:write'],
    handle: async (call) => {
      const pull = pullOf(call)
      const author = viewerToken(call).account
      const commit = await reviewedCommit(pull, text(call.body, 'commit_id'))
      return ok(representReview(call.world, createReview(call.world, pull, author, call.body, commit)))
    },
  },
  {
    method: 'GET',
    template: one,
    permissions: ['pull_requests:read'],
    handle: (call) => ok(representReview(call.world, reviewOf(call))),
  },
  {
    method: 'PUT',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const review = ownReview(call)
      const body = text(call.body, 'body') ?? ''
      if (isTooLong(body)) throw unprocessable(bodyTooLong)
      if (body.trim() === '' && review.state !== 'PENDING') throw unprocessable("Body can't be blank")
      review.body = body
      return ok(representReview(call.world, review))
    },
  },
  {
    method: 'DELETE',
    template: one,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const review = ownReview(call)
      if (review.state !== 'PENDING') throw unprocessable('Can not delete a non-pending pull request review')
      deleteReview(review)
      return ok(representReview(call.world, review))
    },
  },
  {
    method: 'POST',
    template: `${one}/events`,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const review = ownReview(call)
      const event = text(call.body, 'event')
      const body = text(call.body, 'body') ?? review.body
      if (review.pull.locked) throw unprocessable('lock prevents review')
      if (review.state !== 'PENDING') throw unprocessable('Can not submit a non-pending pull request review')
      refuseByAuthor(review.pull, review.author, event)
      refuseEmpty(event, body, review.comments.length)
      if (isTooLong(body)) throw unprocessable(bodyTooLong)
      review.body = body
      submitReview(call.world, review, stateAfter(event))
      return ok(representReview(call.world, review))
    },
  },
  {
    method: 'PUT',
    template: `${one}/dismissals`,
    permissions: ['pull_requests:write'],
    handle: (call) => {
      const review = reviewOf(call)
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
        throw unprocessable('Can not dismiss a commented pull request review')
      }
      review.state = 'DISMISSED'
      return ok(representReview(call.world, review))
    },
  },
  {
    method: 'GET',
    template: `${one}/comments`,
    permissions: ['pull_requests:read'],
    handle: (call) =>
      paginated(call, reviewOf(call).comments, (comment) =>
        representLegacyReviewComment(call.world, comment),
      ),
  },
]

function ownReview(call: Call): Review {
  const review = reviewOf(call)
  const { account, permissions } = viewerToken(call)
  if (review.author === account) return review
  if (permissions === null) throw notFound()
  throw new GitHubError(403, { message: 'Resource not accessible by integration' })
}

/** The commit a review names (the head when it names none), or null when it is not one of the pull request. */
export async function reviewedCommit(
  pull: PullRequest,
  commitId: string | null,
): Promise<ReviewedCommit | null> {
  const { gitDir } = pull.repository
  const sha = commitId ?? pull.headSha
  if (!pull.commits.some((commit) => commit.sha === sha)) return null
  if (sha === pull.headSha) return { sha, files: pull.files, toHead: sameLines }
  const headSha = pull.headSha
  const [files, sinceThen] = await Promise.all([
    diffCommits(gitDir, `${pull.baseSha}...${sha}`),
    diffCommits(gitDir, `${sha}..${headSha}`),
  ])
  // The head may have moved while git was reading.
  if (pull.headSha !== headSha) return reviewedCommit(pull, commitId)
  return { sha, files, toHead: mapLines(sinceThen) }
}
