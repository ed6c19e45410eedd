import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { appId, flag, privateKey, serverUrl, text, wholeNumber } from '../config/fields.ts'
import { type NameOf, parseInputs, type Texts, warningsFor } from '../config/load.ts'
import { type InputName, inputNames, type ReviewConfig } from '../config/schema.ts'

/** The App's key: the PEM text itself, or the path of a file that holds it. */
const keyOrPath = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (dataset.value === '' || dataset.value.includes('-----')) return dataset.value
    try {
      return readFileSync(dataset.value, 'utf8').trim()
    } catch {
      addIssue({ message: 'the PEM text of the private key, or the path of a file that can be read' })
      return NEVER
    }
  }),
  privateKey,
  v.check(isPrivateKey, 'a private key that can be read; this one is damaged'),
)

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** More than one, with spaces between them, while a secret is being replaced: deliveries may be signed with any. */
const secrets = v.pipe(
  v.string(),
  v.transform((value) => value.split(/\s+/).filter((secret) => secret !== '')),
  v.minLength(1, 'the secret that the App signs its deliveries with; it is never empty'),
  v.readonly(),
)

const redisUrl = v.pipe(
  v.string(),
  v.check(
    (value) => URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol),
    'the address of a Redis server, like `redis://127.0.0.1:6379` or `rediss://user:password@host:port`',
  ),
)

const variables = v.object({
  GITHUB_APP_ID: v.optional(appId, ''),
  GITHUB_PRIVATE_KEY_PEM: v.optional(keyOrPath, ''),
  GITHUB_WEBHOOK_SECRET: v.optional(secrets, ''),
  GITHUB_API_URL: v.optional(serverUrl, 'https://api.github.com'),
  HOST: v.optional(text, '0.0.0.0'),
  PORT: v.optional(wholeNumber(0, 65_535), '8000'),
  WORKERS: v.optional(wholeNumber(1, 64), '4'),
  REDIS_URL: v.optional(redisUrl),
  PATCHPILOT_DRAIN_SECONDS: v.optional(wholeNumber(1, 3600), '25'),
  PATCHPILOT_RECOVERY_SECONDS: v.optional(wholeNumber(1, 86_400), '300'),
  PATCHPILOT_STATUS_PAGE: v.optional(flag, 'false'),
})

export type ServerSettings = {
  readonly app: { readonly id: string; readonly privateKey: string }
  readonly webhookSecrets: readonly string[]
  /** Of GitHub's API, without a slash at the end. */
  readonly apiUrl: string
  readonly host: string
  readonly port: number
  /** Reviews at once. */
  readonly workers: number
  readonly drainMs: number
  /** Null: one process with the embedded queue. */
  readonly redisUrl: string | null
  /** How often lost reviews are looked for. */
  readonly recoverEveryMs: number
  readonly hasStatusPage: boolean
  readonly review: ReviewConfig
}

export type ReadSettings =
  | { readonly kind: 'valid'; readonly settings: ServerSettings; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }

type Environment = Readonly<Record<string, string | undefined>>

/** The server's settings out of its environment, or everything that is wrong with them. */
export function readSettings(environment: Environment): ReadSettings {
  const set = trimmed(environment)
  const texts = inputTexts(environment)
  const parsed = v.safeParse(variables, set, { abortPipeEarly: true })
  const review = parseInputs(texts, variableOf)
  if (!parsed.success || review.kind === 'invalid') {
    const own = (parsed.issues ?? []).map((issue) => problemOf(issue, set))
    return { kind: 'invalid', problems: [...own, ...(review.kind === 'invalid' ? review.problems : [])] }
  }
  const { output } = parsed
  const settings = {
    app: { id: output.GITHUB_APP_ID, privateKey: output.GITHUB_PRIVATE_KEY_PEM },
    webhookSecrets: output.GITHUB_WEBHOOK_SECRET,
    apiUrl: output.GITHUB_API_URL,
    host: output.HOST,
    port: output.PORT,
    workers: output.WORKERS,
    drainMs: output.PATCHPILOT_DRAIN_SECONDS * 1000,
    redisUrl: output.REDIS_URL ?? null,
    recoverEveryMs: output.PATCHPILOT_RECOVERY_SECONDS * 1000,
    hasStatusPage: output.PATCHPILOT_STATUS_PAGE,
    review: review.config,
  }
  const warnings = [...unknownVariables(environment), ...warningsFor(texts, variableOf)]
  return { kind: 'valid', settings, warnings }
}

/** A variable that is set to nothing counts as not set. */
function trimmed(environment: Environment): Readonly<Record<string, string>> {
  const pairs = Object.entries(environment).map(([name, value]) => [name, value?.trim() ?? ''])
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
}

/** What only the action has: a server has its own identity, and serves its metrics. */
const onlyInTheAction: readonly InputName[] = [
  ...(['github-token', 'app-id', 'app-private-key', 'pull-request'] as const),
  ...(['pushgateway-url', 'pushgateway-username', 'pushgateway-password', 'metrics-mode'] as const),
]

const ownNames: Readonly<Partial<Record<InputName, string>>> = {
  'api-key': 'OPENAI_API_KEY',
  'base-url': 'OPENAI_BASE_URL',
}

const variableOf: NameOf = (input) =>
  ownNames[input] ?? `PATCHPILOT_${input.toUpperCase().replaceAll('-', '_')}`

/** Every variable that is read. */
export const variableNames: readonly string[] = [
  ...Object.keys(variables.entries),
  ...inputNames.filter((name) => !onlyInTheAction.includes(name)).map(variableOf),
]

/** Most likely misspelt: it would be without effect, and without a word. */
function unknownVariables(environment: Environment): readonly string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('PATCHPILOT_') && !variableNames.includes(name))
    .map((name) => `${name} is no setting of the server and has no effect; .env.example lists all`)
}

/** As in the action, a server's address that is set to nothing is an error: the code must not go somewhere else instead. */
function inputTexts(environment: Environment): Texts {
  const texts: Partial<Record<InputName, string>> = {}
  for (const name of inputNames) {
    const value = environment[variableOf(name)]?.trim()
    if (value === undefined || onlyInTheAction.includes(name)) continue
    if (value !== '' || name === 'base-url') texts[name] = value
  }
  return texts
}

const secretVariables = ['GITHUB_PRIVATE_KEY_PEM', 'GITHUB_WEBHOOK_SECRET', 'REDIS_URL']

function problemOf(issue: v.BaseIssue<unknown>, set: Readonly<Record<string, string>>): string {
  const name = v.getDotPath(issue) ?? ''
  const value = set[name]
  const shown =
    value === undefined
      ? 'not set'
      : secretVariables.includes(name)
        ? 'not valid (its value is not shown)'
        : JSON.stringify(value.slice(0, 100))
  return `${name} is ${shown}; allowed: ${issue.message}.`
}
