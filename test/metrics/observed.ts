import { type RunTrace, Trace } from '../../src/metrics/trace.ts'
import type { Observation, RequestStatus, RetryReason, Target } from '../../src/ports/observer.ts'

type ModelRequest = Extract<Observation, { kind: 'model-request' }>

export const usage = { promptTokens: 9_120, cachedTokens: 4_000, completionTokens: 811 }

export function asked(about: Partial<ModelRequest> = {}): ModelRequest {
  return {
    ...{ kind: 'model-request', number: 1, model: 'gpt-5.4-mini', status: 200, durationMs: 1_840, usage },
    ...about,
  }
}

/** A request to the model that brought no tokens. */
export function failed(status: RequestStatus, about: Partial<ModelRequest> = {}): ModelRequest {
  return asked({ status, usage: null, ...about })
}

export function gitHub(status: RequestStatus = 200, path = '/repos/octo/shop/pulls/7'): Observation {
  return { kind: 'github-request', method: 'GET', path, status, durationMs: 120 }
}

export function pushed(status: RequestStatus, path = '/metrics/job/patchpilot'): Observation {
  return { kind: 'pushgateway-request', method: 'PUT', path, status, durationMs: 20 }
}

export function retried(reason: RetryReason, target: Target = 'llm'): Observation {
  return { kind: 'retry', target, what: 'model request 1', reason, waitMs: 1_000 }
}

export function waited(durationMs: number, target: Target = 'llm'): Observation {
  return { kind: 'wait', target, durationMs }
}

/** Of a run of ten seconds, at whose end all of this was observed. */
export function traceOf(...observations: readonly Observation[]): RunTrace {
  let now = 0
  const trace = new Trace(() => now)
  now = 10_000
  for (const observation of observations) trace.observe(observation)
  return trace.soFar()
}
