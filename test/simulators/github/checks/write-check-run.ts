import { nodeId, timestamp } from '../accounts.ts'
import type { AppIdentity } from '../app-state.ts'
import type { GitCommit } from '../git/read-git.ts'
import { isObject, type JsonObject, objects, text } from '../json.ts'
import { appPage } from '../rest/represent/app.ts'
import type { Repository, World } from '../state.ts'
import type { CheckRun, CheckSuite } from './check-run.ts'

/** Adds a check run that was checked against every rule, to the app's suite of that commit. */
export function addCheckRun(
  world: World,
  repository: Repository,
  app: AppIdentity,
  headCommit: GitCommit,
  body: JsonObject,
): CheckRun {
  const id = world.newId()
  const suite = suiteOf(world, repository, app, headCommit)
  const run: CheckRun = {
    id,
    nodeId: nodeId('CR', id),
    suite,
    annotations: [],
    history: [],
    name: '',
    externalId: '',
    detailsUrl: appPage(world, app),
    status: 'queued',
    conclusion: null,
    startedAt: timestamp(world.now()),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    actions: [],
  }
  suite.runs.push(run)
  changeCheckRun(world, run, body)
  return run
}

/** What is not given stays; annotations are added to those already there. Source: GitHub REST, "Update a check run". */
export function changeCheckRun(world: World, run: CheckRun, body: JsonObject): void {
  const output = isObject(body.output) ? body.output : {}
  Object.assign(run, {
    name: text(body, 'name') ?? run.name,
    externalId: text(body, 'external_id') ?? run.externalId,
    detailsUrl: text(body, 'details_url') ?? run.detailsUrl,
    startedAt: text(body, 'started_at') ?? run.startedAt,
    title: text(output, 'title') ?? run.title,
    summary: text(output, 'summary') ?? run.summary,
    text: text(output, 'text') ?? run.text,
    actions: 'actions' in body ? objects(body, 'actions') : run.actions,
  })
  run.annotations.push(...objects(output, 'annotations'))
  move(world, run, body)
  run.suite.rerequested = false
  run.suite.updatedAt = timestamp(world.now())
}

/** A conclusion completes; any other status reopens. */
function move(world: World, run: CheckRun, body: JsonObject): void {
  const conclusion = text(body, 'conclusion')
  const status = conclusion === null ? text(body, 'status') : 'completed'
  if (status !== null) {
    run.status = status
    run.conclusion = conclusion
    run.completedAt = conclusion === null ? null : (text(body, 'completed_at') ?? timestamp(world.now()))
  }
  const now = run.conclusion ?? run.status
  if (run.history.at(-1) !== now) run.history.push(now)
}

function suiteOf(world: World, repository: Repository, app: AppIdentity, headCommit: GitCommit): CheckSuite {
  const known = repository.checkSuites.find((one) => one.app.id === app.id && one.headSha === headCommit.sha)
  if (known) return known
  const id = world.newId()
  const at = timestamp(world.now())
  const suite: CheckSuite = {
    id,
    nodeId: nodeId('CS', id),
    repository,
    app,
    headSha: headCommit.sha,
    headCommit,
    createdAt: at,
    updatedAt: at,
    runs: [],
    rerequested: false,
  }
  repository.checkSuites.push(suite)
  return suite
}
