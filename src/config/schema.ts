import * as v from 'valibot'
import { severities } from '../severity.ts'
import {
  appId,
  flag,
  languageTag,
  list,
  oneOf,
  privateKey,
  serverUrl,
  text,
  token,
  wholeNumber,
} from './fields.ts'

/** Hosted jobs end after 6 hours, self-hosted ones after 5 days: https://docs.github.com/en/actions/reference/limits */
const longestJobSeconds = 5 * 24 * 60 * 60

/** Instructions and the answer's form alone are estimated at about 1,300 tokens; below this no hunk would fit. */
const smallestRequestTokens = 2000

/** Every input, under its public name, with its default as a user would write it. */
export const fields = {
  'github-token': v.optional(token, ''),
  'app-id': v.optional(appId),
  'app-private-key': v.optional(privateKey),
  'api-key': v.optional(token, ''),
  'base-url': v.optional(serverUrl, 'https://api.openai.com/v1'),
  model: v.optional(text, 'gpt-5.4-mini'),
  'fallback-models': v.optional(list, ''),
  'pull-request': v.optional(wholeNumber(1)),
  scope: v.optional(oneOf(['incremental', 'full']), 'incremental'),
  'config-file': v.optional(text, '.github/patchpilot.yml'),
  'min-severity': v.optional(oneOf(severities), 'low'),
  'max-comments': v.optional(wholeNumber(0), '5'),
  'fail-on': v.optional(oneOf(['none', ...severities]), 'none'),
  'on-inconclusive': v.optional(oneOf(['fail', 'warn']), 'fail'),
  language: v.optional(languageTag, 'en'),
  'dry-run': v.optional(flag, 'false'),
  timeout: v.optional(wholeNumber(1, longestJobSeconds), '600'),
  passes: v.optional(wholeNumber(1, 10), '1'),
  verify: v.optional(flag, 'true'),
  'max-tokens': v.optional(wholeNumber(1), '500000'),
  'request-tokens': v.optional(wholeNumber(smallestRequestTokens), '32000'),
  concurrency: v.optional(wholeNumber(1, 64), '6'),
  'pushgateway-url': v.optional(serverUrl),
  'pushgateway-username': v.optional(text, ''),
  'pushgateway-password': v.optional(text, ''),
  'metrics-mode': v.optional(oneOf(['accumulate', 'delta']), 'accumulate'),
  'log-level': v.optional(oneOf(['info', 'debug', 'trace']), 'info'),
} as const

const fieldsSchema = v.object(fields)

export type InputName = keyof typeof fields
export const inputNames = v.keyof(fieldsSchema).options

function toReviewConfig(input: v.InferOutput<typeof fieldsSchema>) {
  return {
    /** Empty only when `app` is given. */
    githubToken: input['github-token'],
    app:
      input['app-id'] === undefined || input['app-private-key'] === undefined
        ? null
        : { id: input['app-id'], privateKey: input['app-private-key'] },
    /** Empty for servers that need none. */
    apiKey: input['api-key'],
    baseUrl: input['base-url'],
    model: input.model,
    fallbackModels: input['fallback-models'],
    pullRequest: input['pull-request'] ?? null,
    scope: input.scope,
    configFile: input['config-file'],
    minSeverity: input['min-severity'],
    maxComments: input['max-comments'],
    failOn: input['fail-on'],
    onInconclusive: input['on-inconclusive'],
    language: input.language,
    dryRun: input['dry-run'],
    timeoutMs: input.timeout * 1000,
    passes: input.passes,
    verify: input.verify,
    maxTokens: input['max-tokens'],
    requestTokens: input['request-tokens'],
    concurrency: input.concurrency,
    pushgateway: toPushgateway(input),
    logLevel: input['log-level'],
  }
}

const pushgatewayFields = v.pick(fieldsSchema, [
  'pushgateway-url',
  'pushgateway-username',
  'pushgateway-password',
  'metrics-mode',
])

/** Null where nothing is pushed. */
function toPushgateway(input: v.InferOutput<typeof pushgatewayFields>) {
  const url = input['pushgateway-url']
  if (url === undefined) return null
  const { 'pushgateway-username': username, 'pushgateway-password': password, 'metrics-mode': mode } = input
  return { url, username, password, mode }
}

/** Of use also where other inputs are wrong: that run is to be counted, too. */
export const pushgatewaySchema = v.pipe(pushgatewayFields, v.transform(toPushgateway))

export type PushgatewayConfig = NonNullable<v.InferOutput<typeof pushgatewaySchema>>

export const reviewConfigSchema = v.pipe(fieldsSchema, v.transform(toReviewConfig), v.readonly())

export type ReviewConfig = v.InferOutput<typeof reviewConfigSchema>
/** In the order of asking. */
export function modelsToAsk({
  model,
  fallbackModels,
}: Pick<ReviewConfig, 'model' | 'fallbackModels'>): readonly string[] {
  return [model, ...fallbackModels]
}

export type LogLevel = ReviewConfig['logLevel']
