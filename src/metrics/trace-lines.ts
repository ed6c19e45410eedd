import type { TokenUsage } from '../ports/language-model.ts'
import type { Observation, RequestStatus, RetryReason, Target } from '../ports/observer.ts'
import { grouped } from '../publication/counted.ts'

export const serverNames: Readonly<Record<Target, string>> = {
  github: 'GitHub',
  llm: 'the model server',
  pushgateway: 'the Pushgateway',
}

export const serverTitles: Readonly<Record<Target, string>> = {
  github: 'GitHub',
  llm: 'Model server',
  pushgateway: 'Pushgateway',
}

/** One line for who debugs. Never what was asked or answered: that is code, or could be a secret. */
export function describeObservation(observation: Observation): string {
  switch (observation.kind) {
    case 'model-request': {
      const { number, model, usage } = observation
      return `model request ${number} (${model}): ${end(observation)}${usage === null ? '' : `, ${tokens(usage)}`}`
    }
    case 'github-request':
      return `GitHub ${observation.method} ${observation.path}: ${end(observation)}`
    case 'pushgateway-request':
      return `Pushgateway ${observation.method} ${observation.path}: ${end(observation)}`
    case 'retry': {
      const { target, what, waitMs, reason } = observation
      return `asking ${serverNames[target]} again after ${seconds(waitMs)}: ${inWords(reason)} (${what})`
    }
    case 'wait':
      return `waited ${seconds(observation.durationMs)} for ${serverNames[observation.target]}`
    case 'told-to-wait':
      return `${serverNames[observation.target]} wants ${seconds(observation.waitMs)} of peace, longer than there is time`
    case 'push':
      return `push of the metrics: ${observation.status}`
    case 'phase':
      return `phase ${observation.phase}: ${seconds(observation.durationMs)}`
  }
}

/** "1.84 s", "62.3 s" */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** "rate limit", "network error", "503" */
export function inWords(named: RetryReason | RequestStatus): string {
  return String(named).replaceAll('_', ' ')
}

function end({ status, durationMs }: { status: RequestStatus; durationMs: number }): string {
  return `${inWords(status)} after ${seconds(durationMs)}`
}

function tokens({ promptTokens, cachedTokens, completionTokens }: TokenUsage): string {
  const cached = cachedTokens === 0 ? '' : ` (${grouped(cachedTokens)} cached)`
  return `${grouped(promptTokens)} prompt${cached} and ${grouped(completionTokens)} completion tokens`
}
