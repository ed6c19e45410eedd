import { DryRunCommentWriter } from '../adapters/dry-run/comment-writer.ts'
import type { Patience } from '../adapters/github/client-options.ts'
import { type Credentials, connectGitHub, type GitHubConnection } from '../adapters/github/connect.ts'
import type { ReviewConfig } from '../config/schema.ts'
import type { CommentWriter } from '../ports/comment-writer.ts'
import type { Observer } from '../ports/observer.ts'
import type { PullRequestRef } from '../pull-request.ts'
import { actionLogger } from './action-logger.ts'
import { createOctokit } from './create-octokit.ts'

/** GitHub, as the identity that the inputs name. */
export function connect(
  ref: PullRequestRef,
  { app, githubToken }: ReviewConfig,
  patience: Patience,
  observe: Observer,
  signal: AbortSignal,
): Promise<GitHubConnection> {
  const credentials: Credentials =
    app === null ? { kind: 'token', token: githubToken } : { kind: 'app', ...app }
  return connectGitHub(createOctokit, credentials, ref, patience, actionLogger, observe, signal)
}

/** For a limit, where somebody waits for an answer. */
const patienceMs = 30_000

/** For comments beside a review, whose time may be over. */
export async function connectComments(
  ref: PullRequestRef,
  config: ReviewConfig,
  observe: Observer,
  signal: AbortSignal,
): Promise<CommentWriter> {
  if (config.dryRun) return new DryRunCommentWriter(actionLogger)
  return (await connect(ref, config, () => Date.now() + patienceMs, observe, signal)).comments
}
