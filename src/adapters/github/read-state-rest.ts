import * as v from 'valibot'
import type { OwnReview, OwnThread, PullRequestRef } from '../../pull-request.ts'
import { type GitHubApi, pullRequestParameters } from './api.ts'
import { headlineOf, mostCommitMessages, mostLabels } from './description.ts'
import { allPages } from './pages.ts'
import type { PullRequestDetails } from './read-state.ts'
import { asDisliker } from './thread-nodes.ts'

/** Null for a deleted account. */
const User = v.nullable(v.object({ login: v.string(), type: v.optional(v.string()) }))

const PullRequest = v.object({
  title: v.string(),
  body: v.nullable(v.string()),
  state: v.picklist(['open', 'closed']),
  draft: v.optional(v.boolean(), false),
  head: v.object({ sha: v.string() }),
  base: v.object({ sha: v.string() }),
  changed_files: v.number(),
  user: User,
  labels: v.optional(v.array(v.object({ name: v.string() })), []),
})

const Review = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.string(),
  state: v.string(),
  user: User,
})

const Comment = v.object({
  id: v.number(),
  node_id: v.string(),
  path: v.string(),
  body: v.string(),
  html_url: v.string(),
  user: User,
  author_association: v.optional(v.string(), 'NONE'),
  in_reply_to_id: v.optional(v.number()),
  reactions: v.optional(v.object({ '-1': v.number() })),
})

const Reaction = v.object({ content: v.string(), user: User })

const Commit = v.object({ commit: v.object({ message: v.string() }) })

/** The same as the GraphQL query, in three or more requests. Of commits GitHub lists the first 250. */
export async function readStateByRest(
  api: GitHubApi,
  ref: PullRequestRef,
  details: boolean,
  ownLogin: string,
  signal: AbortSignal,
): Promise<PullRequestDetails> {
  const parameters = pullRequestParameters(ref)
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}'
  const [pull, reviews, comments, commits] = await Promise.all([
    api.read(`GET ${path}`, parameters, signal),
    listReviews(api, ref, signal),
    allPages(api, `GET ${path}/comments`, parameters, Comment, signal),
    details ? allPages(api, `GET ${path}/commits`, parameters, Commit, signal) : [],
  ])
  const pullRequest = v.parse(PullRequest, pull.data)
  return {
    title: pullRequest.title,
    body: pullRequest.body ?? '',
    labels: pullRequest.labels.slice(0, mostLabels).map(({ name }) => name),
    commitMessages: commits.slice(-mostCommitMessages).map(({ commit }) => headlineOf(commit.message)),
    open: pullRequest.state === 'open',
    draft: pullRequest.draft,
    headSha: pullRequest.head.sha,
    baseSha: pullRequest.base.sha,
    changedFileCount: pullRequest.changed_files,
    ownReviews: reviews.filter((review) => review.login === ownLogin),
    author: pullRequest.user?.login ?? '',
    ownThreads: await Promise.all(
      comments
        .filter((comment) => comment.in_reply_to_id === undefined && comment.user?.login === ownLogin)
        .map((comment) => ownThread(api, ref, comment, comments, ownLogin, signal)),
    ),
  }
}

/** REST knows conversations by the comment that is replied to, and nothing of their being resolved or minimised. */
async function ownThread(
  api: GitHubApi,
  { owner, repo }: PullRequestRef,
  first: v.InferOutput<typeof Comment>,
  comments: readonly v.InferOutput<typeof Comment>[],
  ownLogin: string,
  signal: AbortSignal,
): Promise<OwnThread> {
  const route = 'GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions'
  const parameters = { owner, repo, comment_id: first.id, content: '-1' }
  const isDisliked = (first.reactions?.['-1'] ?? 0) > 0
  const reactions = isDisliked ? await allPages(api, route, parameters, Reaction, signal) : []
  return {
    ...{ nodeId: null, commentId: first.id, commentNodeId: first.node_id, path: first.path },
    ...{ body: first.body, url: first.html_url },
    ...{
      isResolved: false,
      resolvedBy: null,
      resolvedByOwn: false,
      resolverMayWrite: false,
      isMinimized: false,
      mayResolve: false,
    },
    replies: comments
      .filter((comment) => comment.in_reply_to_id === first.id)
      .map(({ id, body, user, author_association: association }) => {
        const login = user?.login ?? ''
        return {
          id,
          body,
          author: { login, association, isBot: user?.type === 'Bot', isOwn: login === ownLogin },
        }
      }),
    thumbsDown: reactions.flatMap(({ content, user }) => (content === '-1' ? asDisliker(user?.login) : [])),
  }
}

/** All reviews that this token sees; pending ones are always its own. */
export async function listReviews(
  api: GitHubApi,
  ref: PullRequestRef,
  signal: AbortSignal,
): Promise<(OwnReview & { readonly login: string | null; readonly userType: string | null })[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  const reviews = await allPages(api, route, pullRequestParameters(ref), Review, signal)
  return reviews.map((review) => ({
    id: review.id,
    url: review.html_url,
    body: review.body,
    pending: review.state === 'PENDING',
    login: review.user?.login ?? null,
    userType: review.user?.type ?? null,
  }))
}
