import type { RequestStatus } from '../ports/observer.ts'
import { phases } from '../ports/observer.ts'
import type { RunTrace, TraceEntry } from './trace.ts'

/** One request as the report tells it, `atMs` being when it was sent. */
export type TracedRequest = {
  readonly status: RequestStatus
  readonly atMs: number
  readonly durationMs: number
} & (
  | {
      readonly target: 'llm'
      readonly number: number
      readonly model: string
      readonly promptTokens?: number
      readonly cachedTokens?: number
      readonly completionTokens?: number
    }
  | { readonly target: 'github' | 'pushgateway'; readonly method: string; readonly path: string }
)

/** The trace for machines, in whole milliseconds. Its fields are public: they may be added to, never renamed. */
export function traceReport({ durationMs, entries, omitted, sums }: RunTrace) {
  return {
    durationMs: Math.round(durationMs),
    phases: phases.flatMap((phase) => {
      const spentMs = sums.phases.get(phase)
      return spentMs === undefined ? [] : [{ phase, durationMs: Math.round(spentMs) }]
    }),
    requests: tracedRequests(entries),
    retries: entries.flatMap((entry) =>
      entry.kind === 'retry'
        ? [
            {
              ...{ target: entry.target, what: entry.what, reason: entry.reason },
              ...{ atMs: Math.round(entry.atMs), waitMs: Math.round(entry.waitMs) },
            },
          ]
        : [],
    ),
    waits: entries.flatMap((entry) =>
      entry.kind === 'wait' ? [{ target: entry.target, durationMs: Math.round(entry.durationMs) }] : [],
    ),
    omitted,
  }
}

/** In the order of their sending. */
export function tracedRequests(entries: readonly TraceEntry[]): readonly TracedRequest[] {
  return entries.flatMap(tracedRequest).toSorted((a, b) => a.atMs - b.atMs)
}

function tracedRequest(entry: TraceEntry): TracedRequest[] {
  if (!isRequest(entry)) return []
  const { status, durationMs } = entry
  const times = {
    atMs: Math.max(0, Math.round(entry.atMs - durationMs)),
    durationMs: Math.round(durationMs),
  }
  if (entry.kind === 'model-request') {
    const { number, model, usage } = entry
    return [{ target: 'llm', number, model, status, ...times, ...usage }]
  }
  const { kind, method, path } = entry
  return [{ target: kind === 'github-request' ? 'github' : 'pushgateway', method, path, status, ...times }]
}

type Request = Extract<TraceEntry, { path: string } | { number: number }>

function isRequest(entry: TraceEntry): entry is Request {
  return 'path' in entry || 'number' in entry
}
