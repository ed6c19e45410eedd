import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { ActionRun } from '../run-action.ts'

const defaultToken = 'test-token'

export type RunnerFiles = {
  readonly event: string
  readonly output: string
  readonly summary: string
  readonly state: string
  readonly env: string
  readonly path: string
  readonly workspace: string
  readonly temp: string
  readonly home: string
}

/**
 * The environment in which the runner starts a JavaScript action: what it sets, and nothing of ours.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function actionEnvironment(
  run: ActionRun,
  files: RunnerFiles,
  projectFolder: string,
): NodeJS.ProcessEnv {
  const { name, payload } = run.event
  const { url, serverUrl, graphqlUrl = `${url}/graphql` } = run.github
  const fromPayload = (path: string) => textAt(payload, path.split('.'))
  const repository = run.github.repository ?? fromPayload('repository.full_name')
  const [owner = ''] = repository.split('/')
  const actor = fromPayload('sender.login') || owner
  const onMerge = name === 'pull_request'
  const ref = onMerge
    ? `refs/pull/${fromPayload('pull_request.number')}/merge`
    : `refs/heads/${fromPayload('repository.default_branch') || 'main'}`
  const merged = fromPayload('pull_request.merge_commit_sha') || fromPayload('pull_request.head.sha')
  return {
    PATH: process.env.PATH,
    HOME: files.home,
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'patchpilot',
    GITHUB_ACTION_PATH: projectFolder,
    GITHUB_ACTOR: actor,
    GITHUB_API_URL: url,
    GITHUB_BASE_REF: onMerge ? fromPayload('pull_request.base.ref') : '',
    GITHUB_ENV: files.env,
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_GRAPHQL_URL: graphqlUrl,
    GITHUB_HEAD_REF: onMerge ? fromPayload('pull_request.head.ref') : '',
    GITHUB_JOB: 'review',
    GITHUB_OUTPUT: files.output,
    GITHUB_PATH: files.path,
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|pull)\//, ''),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: run.runId ?? '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: serverUrl,
    GITHUB_SHA: onMerge ? merged : fromPayload('pull_request.base.sha'),
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_TRIGGERING_ACTOR: actor,
    GITHUB_WORKFLOW: 'PatchPilot',
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/patchpilot.yml@${ref}`,
    GITHUB_WORKSPACE: files.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'simulated',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: files.temp,
    RUNNER_TOOL_CACHE: files.temp,
    ...(run.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...inputVariables(run.inputs, run.token ?? defaultToken, projectFolder),
    ...run.env,
  }
}

/** A string or number inside the event payload; '' where there is none. */
function textAt(payload: unknown, path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    payload,
  )
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

type ActionFile = { readonly inputs?: Readonly<Record<string, { readonly default?: unknown } | null>> }

/** `INPUT_` and the name with spaces as `_`, in capitals, hyphens kept; an input without a value is passed as ''. */
function inputVariables(inputs: Readonly<Record<string, string>>, token: string, projectFolder: string) {
  const action: ActionFile = parse(readFileSync(join(projectFolder, 'action.yml'), 'utf8'))
  const declared = action.inputs ?? {}
  const unknown = Object.keys(inputs).filter((name) => !(name in declared))
  if (unknown.length > 0) throw new Error(`action.yml declares no input ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      inputs[name] ?? evaluate(String(input?.default ?? ''), token),
    ]),
  )
}

function evaluate(value: string, token: string): string {
  return value.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    if (expression === 'github.token') return token
    throw new Error(`The simulated runner cannot evaluate ${expression}`)
  })
}
