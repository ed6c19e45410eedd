import * as v from 'valibot'
import type { Logger } from '../../ports/logger.ts'
import type {
  OwnReview,
  OwnThread,
  PullRequestRef,
  PullRequestSnapshot,
  PullRequestState,
} from '../../pull-request.ts'
import { CancelledError, messageOf, oneLine } from '../../errors.ts'
import type { GitHubApi } from './api.ts'
import { headlineOf, mostCommitMessages, mostLabels } from './description.ts'
import { statusOf } from './failure.ts'
import { readStateByRest } from './read-state-rest.ts'
import { databaseId, loginOf, ownThread, ThreadNode, threadFields } from './thread-nodes.ts'
import { WriteAccess } from './write-access.ts'

/** The state with what a snapshot tells besides, its files excepted. */
export type PullRequestDetails = Omit<PullRequestSnapshot, 'ref' | 'files'>

/** Tells our own identity's login, for servers whose GraphQL cannot tell us which reviews are ours. */
export type OwnLogin = (signal: AbortSignal) => Promise<string>

const query = `query PatchPilotState(
  $owner: String!, $repo: String!, $number: Int!, $details: Boolean!,
  $reviews: Boolean!, $before: String, $threads: Boolean!, $after: String
) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      title body state isDraft headRefOid baseRefOid changedFiles
      author { __typename login }
      labels(first: ${mostLabels}) @include(if: $details) { nodes { name } }
      commits(last: ${mostCommitMessages}) @include(if: $details) { nodes { commit { message } } }
      reviews(last: 50, before: $before) @include(if: $reviews) {
        pageInfo { hasPreviousPage startCursor }
        nodes { fullDatabaseId url body state viewerDidAuthor }
      }
      reviewThreads(first: 50, after: $after) @include(if: $threads) {
        pageInfo { hasNextPage endCursor }
        nodes { ${threadFields} }
      }
    }
  }
}`

const Review = v.object({
  fullDatabaseId: databaseId,
  url: v.string(),
  body: v.string(),
  state: v.string(),
  viewerDidAuthor: v.boolean(),
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
      author: v.nullish(v.object({ __typename: v.string(), login: v.string() })),
      labels: nodesOf(v.object({ name: v.string() })),
      commits: nodesOf(v.object({ commit: v.object({ message: v.string() }) })),
      reviews: v.optional(
        v.object({
          pageInfo: v.object({ hasPreviousPage: v.boolean(), startCursor: v.nullable(v.string()) }),
          nodes: v.array(Review),
        }),
      ),
      reviewThreads: v.optional(
        v.object({
          pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
          nodes: v.array(ThreadNode),
        }),
      ),
    }),
  }),
})

/** Reads the pull request with everything we wrote on it: one GraphQL query, or REST where that does not work. */
export class StateReader {
  readonly #api: GitHubApi
  readonly #ownLogin: OwnLogin
  readonly #logger: Logger
  readonly #access: WriteAccess

  constructor(api: GitHubApi, ownLogin: OwnLogin, logger: Logger) {
    this.#api = api
    this.#access = new WriteAccess(api, logger)
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
    const read = await this.#readUnweighed(ref, details, signal)
    return { ...read, ownThreads: await this.#access.weigh(ref, read.author, read.ownThreads, signal) }
  }

  async #readUnweighed(
    ref: PullRequestRef,
    details: boolean,
    signal: AbortSignal,
  ): Promise<PullRequestDetails> {
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
    const ownThreads: OwnThread[] = []
    const pages: Pages = { reviews: true, before: null, threads: true, after: null }
    for (let page = pages; ; ) {
      const answer: unknown = await this.#api.graphql(query, { ...ref, details, ...page }, signal)
      const { pullRequest } = v.parse(StateAnswer, answer).repository
      const { reviews, reviewThreads } = pullRequest
      ownReviews.unshift(
        ...(reviews?.nodes ?? []).filter((review) => review.viewerDidAuthor).map(toOwnReview),
      )
      ownThreads.push(...(reviewThreads?.nodes ?? []).flatMap((thread) => ownThread(thread) ?? []))
      const next = nextPages(reviews?.pageInfo, reviewThreads?.pageInfo)
      if (next.reviews || next.threads) {
        page = next
        continue
      }
      return {
        title: pullRequest.title,
        body: pullRequest.body,
        labels: pullRequest.labels.nodes.map(({ name }) => name),
        commitMessages: pullRequest.commits.nodes.map(({ commit }) => headlineOf(commit.message)),
        author: loginOf(pullRequest.author),
        open: pullRequest.state === 'OPEN',
        draft: pullRequest.isDraft,
        headSha: pullRequest.headRefOid,
        baseSha: pullRequest.baseRefOid,
        changedFileCount: pullRequest.changedFiles,
        ownReviews,
        ownThreads,
      }
    }
  }
}

/** Which of the two lists go on, and from where. */
type Pages = {
  readonly reviews: boolean
  readonly before: string | null
  readonly threads: boolean
  readonly after: string | null
}

function nextPages(
  reviews: { readonly hasPreviousPage: boolean; readonly startCursor: string | null } | undefined,
  threads: { readonly hasNextPage: boolean; readonly endCursor: string | null } | undefined,
): Pages {
  const before = reviews?.hasPreviousPage === true ? reviews.startCursor : null
  const after = threads?.hasNextPage === true ? threads.endCursor : null
  return { reviews: before !== null, before, threads: after !== null, after }
}

function toOwnReview(review: v.InferOutput<typeof Review>): OwnReview {
  return {
    id: review.fullDatabaseId,
    url: review.url,
    body: review.body,
    pending: review.state === 'PENDING',
  }
}
