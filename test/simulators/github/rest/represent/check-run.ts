import type { CheckRun, CheckSuite } from '../../checks/check-run.ts'
import { integer, text } from '../../json.ts'
import type { PullRequest, World } from '../../state.ts'
import { representApp } from './app.ts'
import { pullUrl } from './pull-request.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

/** GitHub REST, `check-run`. */
export function representCheckRun(world: World, run: CheckRun) {
  const { suite } = run
  const url = `${repositoryUrl(world, suite.repository)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: suite.headSha,
    external_id: run.externalId,
    url,
    html_url: `${repositoryPage(world, suite.repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: suite.id },
    app: representApp(world, suite.app),
    pull_requests: pullsOf(suite).map((pull) => representMinimalPull(world, pull)),
  }
}

/** GitHub REST, `check-annotation`. */
export function representAnnotations(world: World, { suite, annotations }: CheckRun) {
  return annotations.map((annotation) => {
    const path = text(annotation, 'path') ?? ''
    return {
      path,
      blob_href: `${repositoryPage(world, suite.repository)}/blob/${suite.headSha}/${path}`,
      start_line: integer(annotation, 'start_line'),
      start_column: integer(annotation, 'start_column'),
      end_line: integer(annotation, 'end_line'),
      end_column: integer(annotation, 'end_column'),
      annotation_level: text(annotation, 'annotation_level'),
      title: text(annotation, 'title'),
      message: text(annotation, 'message'),
      raw_details: text(annotation, 'raw_details'),
    }
  })
}

/** Open pull requests of that head. Branches of forks are not looked at. Source: GitHub REST, "Create a check run". */
export function pullsOf({ repository, headSha }: CheckSuite): readonly PullRequest[] {
  return [...repository.pulls.values()].filter(
    (pull) => pull.state === 'open' && pull.headSha === headSha && pull.headRepository === repository,
  )
}

/** GitHub REST, `pull-request-minimal`. */
export function representMinimalPull(world: World, pull: PullRequest) {
  const { id, name } = pull.repository
  const repo = { id, url: repositoryUrl(world, pull.repository), name }
  return {
    url: pullUrl(world, pull),
    id: pull.id,
    number: pull.number,
    head: { ref: pull.headRef, sha: pull.headSha, repo },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo },
  }
}
