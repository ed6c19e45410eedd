import type { Observation, Phase, PushStatus, RequestStatus, RetryReason, Target } from '../ports/observer.ts'

/** How often each of these was seen. */
export type Tally<Key> = ReadonlyMap<Key, number>

export type ServerSums = {
  readonly statuses: Tally<RequestStatus>
  readonly retries: Tally<RetryReason>
  readonly waitedMs: number
}

export type ModelSums = {
  readonly statuses: Tally<RequestStatus>
  readonly slowestMs: number
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly completionTokens: number
}

export type TraceSums = {
  /** Milliseconds. */
  readonly phases: ReadonlyMap<Phase, number>
  readonly servers: ReadonlyMap<Target, ServerSums>
  readonly models: ReadonlyMap<string, ModelSums>
  /** Null where none was tried, or not yet. */
  readonly push: PushStatus | null
}

const noServer: ServerSums = { statuses: new Map(), retries: new Map(), waitedMs: 0 }
const noModel: ModelSums = {
  ...{ statuses: new Map(), slowestMs: 0 },
  ...{ promptTokens: 0, cachedTokens: 0, completionTokens: 0 },
}

export const noSums: TraceSums = {
  phases: new Map(),
  servers: new Map(),
  models: new Map(),
  push: null,
}

export function addToSums(sums: TraceSums, observation: Observation): TraceSums {
  switch (observation.kind) {
    case 'model-request': {
      const { model, status, durationMs, usage } = observation
      const before = sums.models.get(model) ?? noModel
      const after: ModelSums = {
        statuses: add(before.statuses, status, 1),
        slowestMs: Math.max(before.slowestMs, durationMs),
        promptTokens: before.promptTokens + (usage?.promptTokens ?? 0),
        cachedTokens: before.cachedTokens + (usage?.cachedTokens ?? 0),
        completionTokens: before.completionTokens + (usage?.completionTokens ?? 0),
      }
      return { ...addRequest(sums, 'llm', status), models: new Map(sums.models).set(model, after) }
    }
    case 'github-request':
      return addRequest(sums, 'github', observation.status)
    case 'pushgateway-request':
      return addRequest(sums, 'pushgateway', observation.status)
    case 'retry':
      return changeServer(sums, observation.target, (server) => ({
        ...server,
        retries: add(server.retries, observation.reason, 1),
      }))
    case 'wait':
      return changeServer(sums, observation.target, (server) => ({
        ...server,
        waitedMs: server.waitedMs + observation.durationMs,
      }))
    case 'phase':
      return { ...sums, phases: add(sums.phases, observation.phase, observation.durationMs) }
    case 'told-to-wait':
      return sums
    case 'push':
      return { ...sums, push: observation.status }
  }
}

export function serverOf({ servers }: TraceSums, target: Target): ServerSums {
  return servers.get(target) ?? noServer
}

/** False for a run that had nothing to review, or nothing to review with. */
export function askedAnybody(sums: TraceSums): boolean {
  return serverOf(sums, 'github').statuses.size + serverOf(sums, 'llm').statuses.size > 0
}

/** Whether a request with this status got what it asked for. */
export function isFailure(status: RequestStatus): boolean {
  return typeof status !== 'number' || status >= 400
}

export function sumOf<Key>(tally: Tally<Key>, counts: (key: Key) => boolean = () => true): number {
  return [...tally].reduce((sum, [key, count]) => sum + (counts(key) ? count : 0), 0)
}

function addRequest(sums: TraceSums, target: Target, status: RequestStatus): TraceSums {
  return changeServer(sums, target, (server) => ({ ...server, statuses: add(server.statuses, status, 1) }))
}

function changeServer(
  sums: TraceSums,
  target: Target,
  change: (server: ServerSums) => ServerSums,
): TraceSums {
  const changed = change(serverOf(sums, target))
  return { ...sums, servers: new Map(sums.servers).set(target, changed) }
}

function add<Key>(tally: Tally<Key>, key: Key, amount: number): Tally<Key> {
  return new Map(tally).set(key, (tally.get(key) ?? 0) + amount)
}
