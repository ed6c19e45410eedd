import * as v from 'valibot'
import type { Logger } from '../../ports/logger.ts'
import type {
  OwnComment,
  OwnReview,
  PullRequestRef,
  PullRequestSnapshot,
  PullRequestState,
} from '../../pull-request.ts'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { GitHubApi } from './api.ts'
import { headlineOf, mostCommitMessages, mostLabels } from './description.ts'
import { statusOf } from './failure.ts'
import { readStateByRest } from './read-state-rest.ts'

/** The state with what a snapshot tells besides, its files excepted. */
export type PullRequestDetails = Omit<PullRequestSnapshot, 'ref' | 'files'>

/** Tells our own identity's login, for servers whose GraphQL cannot tell us which reviews are ours. */
export type OwnLogin = (signal: AbortSignal) => Promise<string>

const query = `query PatchPilotState($owner: String!, $repo: String!, $number: Int!, $before: String, $details: Boolean!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      title body state isDraft headRefOid baseRefOid changedFiles
      labels(first: ${mostLabels}) @include(if: $details) { nodes { name } }
      commits(last: ${mostCommitMessages}) @include(if: $details) { nodes { commit { message } } }
      reviews(last: 50, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes {
          fullDatabaseId url body state viewerDidAuthor
          comments(first: 50) { nodes { fullDatabaseId path body } }
        }
      }
    }
  }
}`

/** 64-bit numbers come as text. */
const id = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(1))

const Review = v.object({
  fullDatabaseId: id,
  url: v.string(),
  body: v.string(),
  state: v.string(),
  viewerDidAuthor: v.boolean(),
  comments: v.object({
    nodes: v.array(v.object({ fullDatabaseId: id, path: v.string(), body: v.string() })),
  }),
})

/** Absent unless it was asked for. */
const nodesOf = <Node>(node: v.GenericSchema<unknown, Node>) =>
  v.nullish(v.object({ nodes: v.array(node) }), { nodes: [] })

const StateAnswer = v.object({
  repository: v.object({
    pullRequest: v.object({
      title: v.string(),
      body: v.string(),
      state: v.picklist(['OPEN', 'CLOSED', 'MERGED']),
      isDraft: v.boolean(),
      headRefOid: v.string(),
      baseRefOid: v.string(),
      changedFiles: v.number(),
      labels: nodesOf(v.object({ name: v.string() })),
      commits: nodesOf(v.object({ commit: v.object({ message: v.string() }) })),
      reviews: v.object({
        pageInfo: v.object({ hasPreviousPage: v.boolean(), startCursor: v.nullable(v.string()) }),
        nodes: v.array(Review),
      }),
    }),
  }),
})

/** Reads the pull request with everything we wrote on it: one GraphQL query, or REST where that does not work. */
export class StateReader {
  readonly #api: GitHubApi
  readonly #ownLogin: OwnLogin
  readonly #logger: Logger

  constructor(api: GitHubApi, ownLogin: OwnLogin, logger: Logger) {
    this.#api = api
    this.#ownLogin = ownLogin
    this.#logger = logger
  }

  /** What moves, to be looked at again before writing. */
  read(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestState> {
    return this.#read(ref, false, signal)
  }

  readDetails(ref: PullRequestRef, signal: AbortSignal): Promise<PullRequestDetails> {
    return this.#read(ref, true, signal)
  }

  async #read(ref: PullRequestRef, details: boolean, signal: AbortSignal): Promise<PullRequestDetails> {
    if (this.#api.graphqlWorks) {
      try {
        return await this.#readByGraphql(ref, details, signal)
      } catch (error) {
        if (error instanceof CancelledError || statusOf(error) === 401) throw error
        this.#logger.debug(`GraphQL does not answer usably, reading by REST: ${oneLine(messageOf(error))}`)
        this.#api.graphqlWorks = false
      }
    }
    return readStateByRest(this.#api, ref, details, await this.#ownLogin(signal), signal)
  }

  async #readByGraphql(
    ref: PullRequestRef,
    details: boolean,
    signal: AbortSignal,
  ): Promise<PullRequestDetails> {
    const ownReviews: OwnReview[] = []
    const ownComments: OwnComment[] = []
    for (let before: string | null = null; ; ) {
      const answer: unknown = await this.#api.graphql(query, { ...ref, before, details }, signal)
      const { pullRequest } = v.parse(StateAnswer, answer).repository
      const own = pullRequest.reviews.nodes.filter((review) => review.viewerDidAuthor)
      ownReviews.unshift(...own.map(toOwnReview))
      ownComments.unshift(...own.flatMap(toOwnComments))
      const { hasPreviousPage, startCursor } = pullRequest.reviews.pageInfo
      if (hasPreviousPage && startCursor !== null) {
        before = startCursor
        continue
      }
      return {
        title: pullRequest.title,
        body: pullRequest.body,
        labels: pullRequest.labels.nodes.map(({ name }) => name),
        commitMessages: pullRequest.commits.nodes.map(({ commit }) => headlineOf(commit.message)),
        open: pullRequest.state === 'OPEN',
        draft: pullRequest.isDraft,
        headSha: pullRequest.headRefOid,
        baseSha: pullRequest.baseRefOid,
        changedFileCount: pullRequest.changedFiles,
        ownReviews,
        ownComments,
      }
    }
  }
}

function toOwnReview(review: v.InferOutput<typeof Review>): OwnReview {
  return {
    id: review.fullDatabaseId,
    url: review.url,
    body: review.body,
    pending: review.state === 'PENDING',
  }
}

function toOwnComments(review: v.InferOutput<typeof Review>): OwnComment[] {
  return review.comments.nodes.map(({ fullDatabaseId, path, body }) => ({ id: fullDatabaseId, path, body }))
}
