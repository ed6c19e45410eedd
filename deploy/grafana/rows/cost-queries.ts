import { grown, type Window } from '../promql.ts'

type Grouping = readonly ('repository' | 'model')[]

const counted = 'patchpilot_llm_tokens_total'

function ofKind(kind: 'prompt' | 'cached' | 'completion', window: Window, by: Grouping): string {
  return grown(counted, window, { by, where: [`kind="${kind}"`] })
}

/** Cached tokens are prompt tokens, and not counted twice. */
export function tokens(window: Window, by: Grouping = []): string {
  return grown(counted, window, { by, where: ['kind=~"prompt|completion"'] })
}

export function freshPromptTokens(window: Window): string {
  return `${ofKind('prompt', window, [])} - ${ofKind('cached', window, [])}`
}

export function cachedPromptTokens(window: Window): string {
  return ofKind('cached', window, [])
}

export function completionTokens(window: Window): string {
  return ofKind('completion', window, [])
}

/** At the prices of the dashboard's variables, which are per million tokens. */
export function cost(window: Window, by: Grouping = []): string {
  const [prompt, cached, completion] = [
    ofKind('prompt', window, by),
    ofKind('cached', window, by),
    ofKind('completion', window, by),
  ]
  return `((${prompt} - ${cached}) * $price_prompt + ${cached} * $price_cached + ${completion} * $price_completion) / 1e6`
}
