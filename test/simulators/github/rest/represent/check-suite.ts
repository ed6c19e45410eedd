import { type CheckSuite, latestRuns, suiteState } from '../../checks/check-run.ts'
import type { World } from '../../state.ts'
import { representApp } from './app.ts'
import { pullsOf, representMinimalPull } from './check-run.ts'
import { repositoryUrl } from './repository.ts'

/** GitHub REST, `simple-check-suite`: what a check run's events have. */
export function representSuiteOfRun(world: World, suite: CheckSuite) {
  const pulls = pullsOf(suite)
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: pulls[0]?.headRef ?? null,
    head_sha: suite.headSha,
    ...suiteState(suite),
    url: `${repositoryUrl(world, suite.repository)}/check-suites/${suite.id}`,
    before: suite.headCommit.parents[0] ?? null,
    after: suite.headSha,
    pull_requests: pulls.map((pull) => representMinimalPull(world, pull)),
    app: representApp(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  }
}

/** What the suite's own events have. Source: GitHub docs, "Webhook events and payloads", `check_suite`. */
export function representCheckSuite(world: World, suite: CheckSuite) {
  const { author, at, message, tree } = suite.headCommit
  const person = { name: author, email: `${author}@users.noreply.github.com` }
  const simple = representSuiteOfRun(world, suite)
  return {
    ...simple,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: latestRuns(suite.runs).length,
    check_runs_url: `${simple.url}/check-runs`,
    head_commit: {
      id: suite.headSha,
      tree_id: tree,
      message,
      timestamp: at,
      author: person,
      committer: person,
    },
  }
}
