import * as v from 'valibot'
import type { ChangedFile, PullRequestRef } from '../../pull-request.ts'
import { type GitHubApi, pullRequestParameters } from './api.ts'
import { allPages } from './pages.ts'

/** GitHub lists no more. https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files */
export const mostListedFiles = 3000

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const DiffEntry = v.object({
  filename: v.string(),
  previous_filename: v.optional(v.string()),
  status: v.picklist(['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged']),
  additions: count,
  deletions: count,
  sha: v.nullable(v.string()),
  patch: v.optional(v.string()),
})

/** Every file the pull request changes at its current head, in GitHub's order. */
export async function listFiles(
  api: GitHubApi,
  ref: PullRequestRef,
  signal: AbortSignal,
): Promise<ChangedFile[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'
  const entries = await allPages(api, route, pullRequestParameters(ref), DiffEntry, signal)
  return entries.map((entry) => ({
    path: entry.filename,
    previousPath: entry.previous_filename ?? null,
    status: entry.status,
    additions: entry.additions,
    deletions: entry.deletions,
    patch: entry.patch ?? null,
    sha: entry.sha,
  }))
}
