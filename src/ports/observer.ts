import type { TokenUsage } from './language-model.ts'

/** Servers we wait for. */
export const targets = ['github', 'llm', 'pushgateway'] as const
export type Target = (typeof targets)[number]

/** Why a request was sent again. */
export const retryReasons = [
  'rate_limit',
  'server_error',
  'timeout',
  'network',
  /** The server takes the request in a simpler form only. */
  'refused_form',
  /** The model answered with something else than what it was asked for. */
  'unusable_answer',
] as const
export type RetryReason = (typeof retryReasons)[number]

/** The stretches of a review, in their order. Together they are all of its time. */
export const phases = ['start', 'read', 'plan', 'ask', 'decide', 'publish'] as const
export type Phase = (typeof phases)[number]

/** The HTTP status of an answer, or why there is none. `unusable`: a 200 that is an error, a refusal or no API's. */
export type RequestStatus = number | 'timeout' | 'network_error' | 'cancelled' | 'unusable'

/** What adapters see on the wire, and hosts on their clock. Metrics and the trace of a run are made of it. */
export type Observation =
  | {
      readonly kind: 'model-request'
      /** Counted from 1 in the order of sending, retries included; the report's hunks name it. */
      readonly number: number
      readonly model: string
      readonly status: RequestStatus
      readonly durationMs: number
      /** Null where the server did not say. */
      readonly usage: TokenUsage | null
    }
  | {
      readonly kind: 'github-request' | 'pushgateway-request'
      readonly method: string
      /** Without server and query. */
      readonly path: string
      readonly status: RequestStatus
      readonly durationMs: number
    }
  /** The same is being asked again, `waitMs` after it failed. */
  | {
      readonly kind: 'retry'
      readonly target: Target
      /** Which request failed: `model request 3`, `GET /repos/…`. */
      readonly what: string
      readonly reason: RetryReason
      readonly waitMs: number
    }
  /** Time that has gone by waiting for a retry, for a rate limit or for other runs. */
  | { readonly kind: 'wait'; readonly target: Target; readonly durationMs: number }
  /** A server does not want to be asked for so long, which is longer than we wait for it. */
  | { readonly kind: 'told-to-wait'; readonly target: Target; readonly waitMs: number }
  | { readonly kind: 'phase'; readonly phase: Phase; readonly durationMs: number }
  /** The metrics were pushed, or were not. */
  | { readonly kind: 'push'; readonly status: PushStatus }

export const pushStatuses = ['succeeded', 'failed'] as const
export type PushStatus = (typeof pushStatuses)[number]

/** Is told as it happens; must not throw. */
export type Observer = (observation: Observation) => void
