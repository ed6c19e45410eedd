import { GitHub } from '@actions/github/lib/utils'
import type { Octokit } from '@octokit/core'
import { clientOptions, clientPlugins } from '../adapters/github/client-options.ts'
import type { ReviewConfig } from '../config/schema.ts'
import { FixableError, messageOf } from '../errors.ts'
import type { Logger } from '../ports/logger.ts'
import type { PullRequestRef } from '../pull-request.ts'

const Client = GitHub.plugin(...clientPlugins)

export type ConnectedClient = {
  readonly octokit: Octokit
  /** Known when we act as an App's installation. */
  readonly appSlug: string | null
}

/** A client for the repository: the workflow's token, or the App's installation where an App is given. */
export async function connectGitHub(
  config: ReviewConfig,
  ref: PullRequestRef,
  deadline: number,
  logger: Logger,
): Promise<ConnectedClient> {
  const options = clientOptions(deadline, logger)
  if (config.app === null)
    return { octokit: new Client({ ...options, auth: config.githubToken }), appSlug: null }
  // Only Apps pay for the code that signs for them.
  const { createAppAuth } = await import('@octokit/auth-app')
  const auth = { appId: config.app.id, privateKey: config.app.privateKey }
  const app = new Client({ ...options, authStrategy: createAppAuth, auth })
  const installation = await findInstallation(app, ref)
  const octokit = new Client({
    ...options,
    authStrategy: createAppAuth,
    auth: { ...auth, installationId: installation.id },
  })
  return { octokit, appSlug: installation.slug }
}

async function findInstallation(
  app: Octokit,
  { owner, repo }: PullRequestRef,
): Promise<{ id: number; slug: string }> {
  try {
    const { data } = await app.request('GET /repos/{owner}/{repo}/installation', { owner, repo })
    return { id: data.id, slug: data.app_slug }
  } catch (error) {
    throw new FixableError(
      `the GitHub App has no installation on ${owner}/${repo}, or \`app-id\` and \`app-private-key\` do not belong together: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
