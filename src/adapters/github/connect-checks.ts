import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import type { ReviewChecks } from '../../ports/review-checks.ts'
import { GitHubApi } from './api.ts'
import { clientOptions, type Patience } from './client-options.ts'
import { type AppIdentity, appClient, type CreateOctokit } from './connect.ts'
import { GitHubReviewChecks } from './review-checks.ts'

/** The check runs of an App's installation. */
export function connectChecks(
  create: CreateOctokit,
  app: AppIdentity & { readonly installationId: number },
  patience: Patience,
  logger: Logger,
  observe: Observer,
): ReviewChecks {
  const { installationId, tokens } = app
  const options = clientOptions(patience, logger, observe)
  const octokit = appClient(create, options, app, { installationId, cache: tokens })
  return new GitHubReviewChecks(new GitHubApi(octokit, observe), app.id, logger)
}
