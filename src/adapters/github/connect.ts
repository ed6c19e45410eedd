import { createAppAuth } from '@octokit/auth-app'
import type { Octokit } from '@octokit/core'
import type { OctokitOptions } from '@octokit/core/types'
import * as v from 'valibot'
import type { CommentWriter } from '../../ports/comment-writer.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import type { PullRequestReader } from '../../ports/pull-request-reader.ts'
import type { ReviewPublisher } from '../../ports/review-publisher.ts'
import type { SourceReader } from '../../ports/source-reader.ts'
import type { ThreadWriter } from '../../ports/thread-writer.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import { GitHubApi } from './api.ts'
import { clientOptions, type Patience } from './client-options.ts'
import { GitHubCommentWriter } from './comment-writer.ts'
import { explainSignInFailure } from './failure.ts'
import { ownLogin } from './own-login.ts'
import { PendingReviews } from './pending-reviews.ts'
import { GitHubPullRequestReader } from './pull-request-reader.ts'
import { StateReader } from './read-state.ts'
import { renewToken } from './renew-token.ts'
import { GitHubReviewPublisher } from './review-publisher.ts'
import { GitHubSourceReader } from './source-reader.ts'
import { GitHubThreadWriter } from './thread-writer.ts'

/** A client that knows its server and has `clientPlugins`; hosts differ in where they get it from. */
export type CreateOctokit = (options: OctokitOptions) => Octokit

export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly id: string; readonly privateKey: string }
  /** An App that knows already which of its installations it acts for, and keeps its tokens. */
  | ({ readonly kind: 'installation'; readonly installationId: number; readonly slug: string } & AppIdentity)

export type AppIdentity = {
  readonly id: string
  readonly privateKey: string
  /** Tokens of installations, each good for an hour. */
  readonly tokens: TokenCache
}

export type TokenCache = {
  get(key: string): string | undefined
  set(key: string, value: string): unknown
  forget(installationId: number): void
}

export type GitHubConnection = {
  readonly pullRequests: PullRequestReader
  readonly publisher: ReviewPublisher
  readonly sources: SourceReader
  readonly threads: ThreadWriter
  readonly comments: CommentWriter
}

/** Everything a review needs of GitHub, as the given identity. */
export async function connectGitHub(
  create: CreateOctokit,
  credentials: Credentials,
  ref: PullRequestRef,
  patience: Patience,
  logger: Logger,
  observe: Observer,
  signal: AbortSignal,
): Promise<GitHubConnection> {
  const options = clientOptions(patience, logger, observe)
  const { octokit, appSlug } = await signIn(create, options, credentials, ref, observe, signal)
  const api = new GitHubApi(octokit, observe)
  const login = ownLogin(api, appSlug)
  const state = new StateReader(api, login, logger)
  return {
    pullRequests: new GitHubPullRequestReader(api, state, logger),
    publisher: new GitHubReviewPublisher(api, new PendingReviews(api, logger), state, logger),
    sources: new GitHubSourceReader(api, ref, logger),
    threads: new GitHubThreadWriter(api, login, logger),
    comments: new GitHubCommentWriter(api, login, logger),
  }
}

type SignedIn = { readonly octokit: Octokit; readonly appSlug: string | null }

async function signIn(
  create: CreateOctokit,
  options: OctokitOptions,
  credentials: Credentials,
  ref: PullRequestRef,
  observe: Observer,
  signal: AbortSignal,
): Promise<SignedIn> {
  switch (credentials.kind) {
    case 'token':
      return { octokit: create({ ...options, auth: credentials.token }), appSlug: null }
    case 'app':
      return connectAsInstallation(create, options, credentials, ref, observe, signal)
    case 'installation': {
      const { installationId, tokens, slug } = credentials
      return {
        octokit: appClient(create, options, credentials, { installationId, cache: tokens }),
        appSlug: slug,
      }
    }
  }
}

type AppKey = Pick<AppIdentity, 'id' | 'privateKey'>

/** A client that signs in as an App, or as one of its installations. */
export function appClient(
  create: CreateOctokit,
  options: OctokitOptions,
  { id, privateKey }: AppKey,
  installation: { readonly installationId?: number; readonly cache?: TokenCache } = {},
): Octokit {
  const auth = { appId: id, privateKey, ...installation }
  const octokit = create({ ...options, authStrategy: createAppAuth, auth })
  if (installation.installationId !== undefined) renewToken(octokit)
  return octokit
}

/** Acts as the App's installation on the repository. */
async function connectAsInstallation(
  create: CreateOctokit,
  options: OctokitOptions,
  identity: AppKey,
  ref: PullRequestRef,
  observe: Observer,
  signal: AbortSignal,
): Promise<SignedIn> {
  const app = new GitHubApi(appClient(create, options, identity), observe)
  const { id: installationId, app_slug: appSlug } = await findInstallation(app, ref, signal)
  return { octokit: appClient(create, options, identity, { installationId }), appSlug }
}

const Installation = v.object({ id: v.number(), app_slug: v.string() })

async function findInstallation(app: GitHubApi, { owner, repo }: PullRequestRef, signal: AbortSignal) {
  try {
    const { data } = await app.read('GET /repos/{owner}/{repo}/installation', { owner, repo }, signal)
    return v.parse(Installation, data)
  } catch (error) {
    throw explainSignInFailure(error, `${owner}/${repo}`)
  }
}
