import * as v from 'valibot'
import { expect } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import type { Pushgateway } from '../servers/pushgateway.ts'
import type { RelayedRequest } from '../servers/relay.ts'
import type { PushedSample } from '../servers/pushed-groups.ts'
import type { Labels } from '../servers/text-format.ts'
import { defaultModel } from '../simulators/model/index.ts'
import type { Scene, SceneRun } from './setup.ts'

/** The group of a scene's repository. */
export function groupOf({ repository }: Pick<Scene, 'repository'>): Labels {
  return { job: 'patchpilot', repository: repository.fullName }
}

/** A run that pushes to the gateway at `url`. */
export function pushingTo({ url }: { readonly url: string }, run: SceneRun = {}): SceneRun {
  return { ...run, inputs: { 'pushgateway-url': url, ...run.inputs } }
}

/** A write of the repository's metrics, not of a lock. */
export function isGroupWrite({ method, path }: RelayedRequest): boolean {
  return method !== 'GET' && path.startsWith('/metrics/job/patchpilot/')
}

/** Runs on further pull requests of the scene's repository, each of its own and all at once. */
export async function runOnNew(scene: Scene, count: number, run: SceneRun): Promise<ActionResult[]> {
  const pulls = []
  for (let made = 0; made < count; made++) {
    const files = { 'src/price.ts': `export const rounded = ${made}\n  return String(euros)\n` }
    pulls.push(await scene.repository.openPullRequest({ files }))
  }
  const events = pulls.map((pull) => ({ name: 'pull_request', payload: pull.event('opened') }))
  return Promise.all(events.map((event) => scene.run({ ...run, event })))
}

type Counts = Readonly<Record<string, number>>

/**
 * All that a group has counted, zeros left out, as `name{label="value"}`: how often for histograms, not how long. Time
 * spent waiting is left out, and what gauges say.
 */
export async function countedBy(gateway: Pushgateway, group: Labels): Promise<Counts> {
  const { samples, types } = await groupAt(gateway, group)
  const isCount = ({ name }: PushedSample) =>
    (types[name] === 'counter' && name !== 'patchpilot_wait_seconds_total') ||
    types[name.replace(/_count$/, '')] === 'histogram'
  return Object.fromEntries(
    samples
      .filter((sample) => sample.name.startsWith('patchpilot_') && isCount(sample) && sample.value !== 0)
      .map(({ name, labels, value }) => [seriesName(name, labels), value]),
  )
}

export async function groupAt(gateway: Pushgateway, group: Labels) {
  const found = (await gateway.groups()).find(
    ({ labels }) => seriesName('', labels) === seriesName('', group),
  )
  if (found === undefined) throw new Error(`the gateway has no group ${JSON.stringify(group)}`)
  return found
}

/** The grouping labels are the same for all and left out. */
export function seriesName(name: string, labels: Labels): string {
  const own = Object.entries(labels).filter(([label]) => label !== 'instance')
  const pairs = own.sort().map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(',')}}`
}

const report = v.object({
  verdict: v.string(),
  usage: v.object({ requests: v.number(), promptTokens: v.number(), completionTokens: v.number() }),
  findings: v.array(v.object({ severity: v.string(), category: v.string(), placement: v.string() })),
  files: v.array(v.object({ coverage: v.string() })),
})

/** What runs that reviewed without any retry must have counted, by their reports and by what the servers saw. */
export function expectedCounts(
  scene: Scene,
  results: readonly ActionResult[],
  trigger = 'pull_request',
): Counts {
  const counts = new Map<string, number>()
  const model = defaultModel
  const count = (metric: string, labels: Labels, value = 1) => {
    const series = seriesName(`patchpilot_${metric}`, { ...labels, ...groupOf(scene) })
    if (value !== 0) counts.set(series, value + (counts.get(series) ?? 0))
  }
  for (const result of results) {
    const { verdict, usage, findings, files } = v.parse(report, result.report)
    const task = { name: 'review_pull_request', status: 'succeeded' }
    count('tasks_total', { ...task, status: 'started' })
    count('tasks_total', task)
    count('task_duration_seconds_count', task)
    count('reviews_total', { verdict, trigger })
    for (const { severity, category, placement } of findings)
      count('findings_total', { severity, category, placement })
    for (const { coverage } of files) count('files_total', { coverage })
    count('llm_requests_total', { model, status: '200' }, usage.requests)
    count('llm_request_duration_seconds_count', { model }, usage.requests)
    count('llm_tokens_total', { model, kind: 'prompt' }, usage.promptTokens)
    count('llm_tokens_total', { model, kind: 'completion' }, usage.completionTokens)
    for (const phase of ['start', 'read', 'plan', 'ask', 'decide', 'publish'])
      count('phase_duration_seconds_count', { phase })
  }
  for (const { method, status } of scene.github.requests) {
    count('github_requests_total', { method, status: String(status) })
    count('github_request_duration_seconds_count', { method })
  }
  return Object.fromEntries(counts)
}

/** Without what a run did to get its metrics through. */
export function withoutPushRetries(counts: Counts): Counts {
  const isOwn = ([series]: [string, number]) =>
    !(series.startsWith('patchpilot_retries_total') && series.includes('target="pushgateway"'))
  return Object.fromEntries(Object.entries(counts).filter(isOwn))
}

/** Every run counted once and nothing else, and nobody left a lock. */
export async function expectExactly(gateway: Pushgateway, scene: Scene, results: readonly ActionResult[]) {
  expect(await countedBy(gateway, groupOf(scene))).toEqual(expectedCounts(scene, results))
  expect(await locks(gateway)).toEqual([])
}

export async function locks(gateway: Pushgateway): Promise<readonly Labels[]> {
  const groups = await gateway.groups()
  return groups.map(({ labels }) => labels).filter(({ job }) => job === 'patchpilot_lock')
}

/** The one line for people when pushing failed. */
export function pushWarnings({ annotations }: ActionResult): readonly string[] {
  return annotations.filter(({ name }) => name === 'warning').map(({ message }) => message)
}
