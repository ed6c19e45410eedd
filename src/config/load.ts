import * as v from 'valibot'
import { inputs } from './inputs.ts'
import {
  fields,
  type InputName,
  inputNames,
  type PushgatewayConfig,
  pushgatewaySchema,
  type ReviewConfig,
  reviewConfigSchema,
} from './schema.ts'

export type LoadedConfig =
  | { readonly kind: 'valid'; readonly config: ReviewConfig; readonly warnings: readonly string[] }
  | {
      readonly kind: 'invalid'
      readonly problems: readonly string[]
      /** Where to push the metrics all the same; null also when those inputs are wrong. */
      readonly pushgateway: PushgatewayConfig | null
    }

/**
 * The configuration of a review from the raw text of the action's inputs, or everything that is wrong with them.
 *
 * An empty input counts as not set, except `base-url`: someone whose variable turned out empty must not send
 * their code to a public service. A host that cannot tell an absent `base-url` from an empty one passes ''.
 */
export function loadConfig(
  inputTexts: Readonly<Record<string, string>>,
  host: { readonly eventName: string },
): LoadedConfig {
  const texts = setTexts(inputTexts)
  // Whoever starts a review by hand wants to see all of it.
  const scope = host.eventName === 'workflow_dispatch' ? 'full' : 'incremental'
  const parsed = parseInputs({ scope, ...texts }, nameOfInput)
  const problems = [...(parsed.kind === 'invalid' ? parsed.problems : []), ...identityProblems(texts)]
  if (parsed.kind === 'invalid' || problems.length > 0) {
    const pushgateway = v.safeParse(pushgatewaySchema, texts)
    return { kind: 'invalid', problems, pushgateway: pushgateway.success ? pushgateway.output : null }
  }
  return { kind: 'valid', config: parsed.config, warnings: warningsFor(texts, nameOfInput) }
}

export type Texts = Readonly<Partial<Record<InputName, string>>>

/** What a user knows an input by: hosts differ. */
export type NameOf = (input: InputName) => string

const nameOfInput: NameOf = (input) => `Input '${input}'`

/** The configuration that these texts are, or everything that is wrong with them. An input that is missing has its default. */
export function parseInputs(
  texts: Texts,
  nameOf: NameOf,
):
  | { readonly kind: 'valid'; readonly config: ReviewConfig }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] } {
  const parsed = v.safeParse(reviewConfigSchema, texts, { abortPipeEarly: true })
  return parsed.success
    ? { kind: 'valid', config: parsed.output }
    : { kind: 'invalid', problems: parsed.issues.map((issue) => problemOf(issue, texts, nameOf)) }
}

function setTexts(inputTexts: Readonly<Record<string, string>>): Texts {
  const texts: Partial<Record<InputName, string>> = {}
  for (const name of inputNames) {
    const text = inputTexts[name]?.trim()
    if (text === undefined || (text === '' && name !== 'base-url')) continue
    texts[name] = text
  }
  return texts
}

function problemOf(issue: v.BaseIssue<unknown>, texts: Texts, nameOf: NameOf): string {
  const input = inputs.find(({ name }) => name === v.getDotPath(issue))
  if (input === undefined) throw new Error(`No input belongs to this problem: ${issue.message}`)
  return `${nameOf(input.name)} is ${shown(input.secret, texts[input.name] ?? '')}; allowed: ${issue.message}.`
}

function shown(secret: boolean, text: string): string {
  if (text === '') return 'empty'
  if (secret) return 'not valid (its value is not shown)'
  const withoutPassword = text.replace(/\/\/.*@/s, '//***@').replace(/\?.*/s, '?***')
  return JSON.stringify(withoutPassword.length > 100 ? `${withoutPassword.slice(0, 100)}…` : withoutPassword)
}

function identityProblems(texts: Texts): string[] {
  const id = texts['app-id'] !== undefined
  const key = texts['app-private-key'] !== undefined
  if (id && !key) return ["Input 'app-private-key' is empty; allowed: both 'app-id' and it, or neither."]
  if (key && !id) return ["Input 'app-id' is empty; allowed: both 'app-private-key' and it, or neither."]
  if (id || texts['github-token'] !== undefined) return []
  return [
    "Input 'github-token' is empty; allowed: a token that can read the pull request. " +
      "Leave the input out to use the job's own token, or give 'app-id' and 'app-private-key'.",
  ]
}

/** For those that have no effect yet. */
export function warningsFor(texts: Texts, nameOf: NameOf): string[] {
  return inputs
    .filter(({ name, effective }) => !effective && !hasDefaultValue(name, texts[name]))
    .map(({ name }) => `${nameOf(name)} has no effect yet: this version does not have the feature.`)
}

function hasDefaultValue(name: InputName, text: string | undefined): boolean {
  const field = fields[name]
  return JSON.stringify(v.parse(field, text)) === JSON.stringify(v.parse(field, undefined))
}
