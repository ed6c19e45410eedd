import type { AppIdentity } from '../app-state.ts'
import type { GitCommit } from '../git/read-git.ts'
import type { JsonObject } from '../json.ts'
import type { Repository } from '../state.ts'

/** All that one app checks on one commit. */
export interface CheckSuite {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly app: AppIdentity
  readonly headSha: string
  readonly headCommit: GitCommit
  readonly createdAt: string
  readonly runs: CheckRun[]
  /** People asked for all of it again; GitHub calls it queued until a run is made or changed. */
  rerequested: boolean
  updatedAt: string
}

export interface CheckRun {
  readonly id: number
  readonly nodeId: string
  readonly suite: CheckSuite
  readonly annotations: JsonObject[]
  /** Each status it had, in order, and the conclusion for a completed one. */
  readonly history: string[]
  name: string
  externalId: string
  detailsUrl: string
  status: string
  conclusion: string | null
  startedAt: string
  completedAt: string | null
  title: string | null
  summary: string | null
  text: string | null
  /** Buttons. */
  actions: readonly JsonObject[]
}

/** The most recent run of each name. Source: GitHub REST, "List check runs for a Git reference", `filter`. */
export function latestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  return runs.filter(
    ({ name, suite, id }) =>
      !runs.some((other) => other.name === name && other.suite === suite && other.id > id),
  )
}

/** Worst first: a suite has the conclusion of highest priority among its runs. GitHub's docs name no order; this one is ours. */
const conclusions = ['action_required', 'timed_out', 'cancelled', 'failure', 'neutral', 'success', 'skipped']

export function suiteState(suite: CheckSuite): {
  readonly status: string
  readonly conclusion: string | null
} {
  const runs = latestRuns(suite.runs)
  if (suite.rerequested || runs.every(({ status }) => status === 'queued')) {
    return { status: 'queued', conclusion: null }
  }
  if (runs.some(({ status }) => status !== 'completed')) return { status: 'in_progress', conclusion: null }
  const worst = conclusions.find((one) => runs.some(({ conclusion }) => conclusion === one))
  return { status: 'completed', conclusion: worst ?? null }
}
