import * as v from 'valibot'
import { type CheckMemory, checkName, readCheckMemory } from '../../check-run.ts'
import type { CheckedHead, CheckRecord } from '../../ports/review-checks.ts'
import type { GitHubApi } from './api.ts'

const CheckRun = v.object({
  id: v.number(),
  status: v.string(),
  completed_at: v.nullish(v.string()),
  external_id: v.nullish(v.string(), ''),
  app: v.nullable(v.object({ id: v.number(), client_id: v.optional(v.string()) })),
  output: v.object({ annotations_count: v.number() }),
})

export type CheckRun = {
  readonly id: number
  readonly status: string
  /** Null while it is open. */
  readonly endedAt: Date | null
  readonly annotations: number
  readonly memory: CheckMemory
}

/** Throws unless it is a check run of ours. */
export function readCheckRun(data: unknown): CheckRun {
  const run = toCheckRun(v.parse(CheckRun, data))
  if (run === null) throw new Error('a success that is no check run of ours')
  return run
}

function toCheckRun(run: v.InferOutput<typeof CheckRun>): CheckRun | null {
  const { id, status, completed_at, external_id, output } = run
  const memory = readCheckMemory(external_id)
  const endedAt = completed_at == null ? null : new Date(completed_at)
  return memory === null ? null : { id, status, endedAt, annotations: output.annotations_count, memory }
}

const CheckRuns = v.object({ check_runs: v.array(CheckRun) })
const pageSize = 100

/**
 * The App's own check runs of this head and pull request, newest first. All of them are asked for: of the latest there
 * is one for each name, and two pull requests can share a head.
 */
export async function listOwnCheckRuns(
  api: GitHubApi,
  appId: string,
  { pullRequest, headSha }: CheckedHead,
  signal: AbortSignal,
): Promise<readonly CheckRun[]> {
  const parameters = {
    ...{ owner: pullRequest.owner, repo: pullRequest.repo, ref: headSha },
    ...{ check_name: checkName, filter: 'all', per_page: pageSize },
    ...(isNumber(appId) ? { app_id: appId } : {}),
  }
  const found: CheckRun[] = []
  for (let page = 1; ; page++) {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
    const { data } = await api.read(route, { ...parameters, page }, signal)
    const { check_runs } = v.parse(CheckRuns, data)
    const own = check_runs.filter(({ app }) => (isNumber(appId) ? String(app?.id) : app?.client_id) === appId)
    found.push(...own.flatMap((run) => toCheckRun(run) ?? []))
    if (check_runs.length < pageSize) break
  }
  return found
    .filter(({ memory }) => memory.pullNumber === pullRequest.number)
    .toSorted((a, b) => b.id - a.id)
}

/** An App is known by its number, or by its client ID. */
function isNumber(appId: string): boolean {
  return /^\d+$/.test(appId)
}

export function recordOf(runs: readonly CheckRun[]): CheckRecord | null {
  const [latest] = runs
  if (latest === undefined) return null
  const open = latest.status !== 'completed'
  return { open, complete: !open && latest.memory.complete, tries: triesOf(runs) }
}

/** GitHub's times are in whole seconds. */
export function hasEndedSince(runs: readonly CheckRun[], since: Date): boolean {
  const second = Math.floor(since.getTime() / 1000) * 1000
  return runs.some(({ endedAt }) => endedAt !== null && endedAt.getTime() >= second)
}

/** Each run carries on from the one before. */
export function triesOf(runs: readonly CheckRun[]): number {
  return Math.max(0, ...runs.map(({ memory }) => memory.tries))
}

/**
 * The open one to go on with, and those to be done away with: others that stayed open, as when two processes began one
 * at the same time; and one with annotations, which nobody can take back, from an end that was not carried through.
 */
export function partOpen(runs: readonly CheckRun[]): {
  readonly current: CheckRun | null
  readonly orphans: readonly CheckRun[]
} {
  const open = runs.filter(({ status }) => status !== 'completed')
  const [newest, ...others] = open
  return newest?.annotations === 0 ? { current: newest, orphans: others } : { current: null, orphans: open }
}
