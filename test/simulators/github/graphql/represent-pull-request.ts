import { associationOf } from '../associations.ts'
import type { FileStatus } from '../git/diff-commits.ts'
import { pullPage } from '../rest/represent/pull-request.ts'
import { commentsOf } from '../rest/route.ts'
import type { PullRequest } from '../state.ts'
import { connection, type PageArguments } from './connection.ts'
import { representActor } from './represent-actor.ts'
import { representCommit } from './represent-commit.ts'
import { representRepository, type Scope } from './represent-repository.ts'
import { representIssueComment, representReview, representThread } from './represent-review.ts'

interface ReviewsArguments extends PageArguments {
  readonly author?: string | null
  readonly states?: readonly string[] | null
}

export function representPullRequest(scope: Scope, pull: PullRequest) {
  const { world, token } = scope
  const page = pullPage(world, pull)
  const visible = pull.reviews.filter(
    (review) => review.state !== 'PENDING' || review.author === token.account,
  )
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    closed: pull.state === 'closed',
    isDraft: pull.draft,
    locked: pull.locked,
    merged: pull.merged,
    url: page,
    permalink: page,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    headRefOid: pull.headSha,
    baseRefOid: pull.baseSha,
    headRefName: pull.headRef,
    baseRefName: pull.baseRef,
    headRepository: () => pull.headRepository && representRepository(scope, pull.headRepository),
    baseRepository: () => representRepository(scope, pull.repository),
    isCrossRepository: pull.headRepository !== pull.repository,
    changedFiles: pull.files.length,
    additions: pull.files.reduce((sum, file) => sum + file.additions, 0),
    deletions: pull.files.reduce((sum, file) => sum + file.deletions, 0),
    author: () => representActor(world, pull.author),
    authorAssociation: associationOf(pull, pull.author),
    labels: (args: PageArguments) =>
      connection('labels', pull.labels, (name) => ({ id: `LA_${name}`, name }), args),
    commits: (args: PageArguments) =>
      connection(
        'commits',
        pull.commits,
        (commit) => ({ id: `PRC_${commit.sha}`, commit: representCommit(commit) }),
        args,
      ),
    files: (args: PageArguments) =>
      connection(
        'files',
        pull.files.slice(0, 3000),
        ({ filename, additions, deletions, status }) => ({
          path: filename,
          additions,
          deletions,
          changeType: changeTypes[status],
        }),
        args,
      ),
    reviews: ({ author, states, ...args }: ReviewsArguments) => {
      const matching = visible.filter(
        (review) =>
          (author == null || review.author.login === author) &&
          (states == null || states.includes(review.state)),
      )
      return connection('reviews', matching, (review) => representReview(scope, review), args)
    },
    reviewThreads: (args: PageArguments) => {
      const shown = new Set(commentsOf(pull).filter(({ review }) => visible.includes(review)))
      const threads = pull.threads.filter((thread) => thread.comments.some((comment) => shown.has(comment)))
      return connection('reviewThreads', threads, (thread) => representThread(scope, thread), args)
    },
    comments: (args: PageArguments) =>
      connection('comments', pull.issueComments, (comment) => representIssueComment(scope, comment), args),
  }
}

const changeTypes: Readonly<Record<FileStatus, string>> = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  changed: 'CHANGED',
}
