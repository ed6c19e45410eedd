import { createAppAuth } from '@octokit/auth-app'
import type { Octokit } from '@octokit/core'
import type { OctokitOptions } from '@octokit/core/types'
import * as v from 'valibot'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import type { PullRequestReader } from '../../ports/pull-request-reader.ts'
import type { ReviewPublisher } from '../../ports/review-publisher.ts'
import type { PullRequestRef } from '../../pull-request.ts'
import { GitHubApi } from './api.ts'
import { clientOptions } from './client-options.ts'
import { explainSignInFailure } from './failure.ts'
import { ownLogin } from './own-login.ts'
import { PendingReviews } from './pending-reviews.ts'
import { GitHubPullRequestReader } from './pull-request-reader.ts'
import { StateReader } from './read-state.ts'
import { GitHubReviewPublisher } from './review-publisher.ts'

/** A client that knows its server and has `clientPlugins`; hosts differ in where they get it from. */
export type CreateOctokit = (options: OctokitOptions) => Octokit

export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly id: string; readonly privateKey: string }

export type GitHubConnection = {
  readonly pullRequests: PullRequestReader
  readonly publisher: ReviewPublisher
}

/** Everything a review needs of GitHub, as the given identity. `deadline` is in milliseconds since the epoch. */
export async function connectGitHub(
  create: CreateOctokit,
  credentials: Credentials,
  ref: PullRequestRef,
  deadline: number,
  logger: Logger,
  observe: Observer,
  signal: AbortSignal,
): Promise<GitHubConnection> {
  const options = clientOptions(deadline, logger, observe)
  const { octokit, appSlug } =
    credentials.kind === 'token'
      ? { octokit: create({ ...options, auth: credentials.token }), appSlug: null }
      : await connectApp(create, options, credentials, ref, observe, signal)
  const api = new GitHubApi(octokit, observe)
  const state = new StateReader(api, ownLogin(api, appSlug), logger)
  return {
    pullRequests: new GitHubPullRequestReader(api, state, logger),
    publisher: new GitHubReviewPublisher(api, new PendingReviews(api, logger), state, logger),
  }
}

/** Acts as the App's installation on the repository. */
async function connectApp(
  create: CreateOctokit,
  options: OctokitOptions,
  { id, privateKey }: Extract<Credentials, { kind: 'app' }>,
  ref: PullRequestRef,
  observe: Observer,
  signal: AbortSignal,
): Promise<{ octokit: Octokit; appSlug: string }> {
  const auth = { appId: id, privateKey }
  const app = new GitHubApi(create({ ...options, authStrategy: createAppAuth, auth }), observe)
  const installation = await findInstallation(app, ref, signal)
  const octokit = create({
    ...options,
    authStrategy: createAppAuth,
    auth: { ...auth, installationId: installation.id },
  })
  return { octokit, appSlug: installation.app_slug }
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
