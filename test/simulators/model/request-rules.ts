import { type ChatBody, isRecord, promptOf, textOf } from './chat-request.ts'
import { type HttpReply, openAiError } from './http-errors.ts'
import type { Profile } from './profiles.ts'
import { strictSchemaProblem } from './strict-schema.ts'

/** https://platform.openai.com/docs/api-reference/chat/create; as typed in the `openai` package 7.57. */
const parameters = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata
  modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options
  temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(/\s+/),
)
const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function'])

/** What the server refuses about a request: its own peculiarities first, then OpenAI's rules; null when it would answer. */
export function refuseBody(
  body: ChatBody,
  models: readonly string[],
  profiles: readonly Profile[],
): HttpReply | null {
  if (Object.keys(body).length === 0) {
    return openAiError(400, 'We could not parse the JSON body of your request.')
  }
  const known: Profile = (request) => knownModel(request, models)
  for (const rule of [...profiles, knownParameters, known, messages, numbers, streaming, responseFormat]) {
    const reply = rule(body)
    if (reply !== null) return reply
  }
  return null
}

export function refuseKey(authorization: string | undefined, apiKey: string): HttpReply | null {
  if (authorization === `Bearer ${apiKey}`) return null
  const given = authorization?.replace(/^Bearer /, '') ?? ''
  if (given === '') {
    return openAiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header.",
    )
  }
  const shown = given.length > 8 ? `${given.slice(0, 4)}${'*'.repeat(8)}${given.slice(-4)}` : '********'
  return openAiError(
    401,
    `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    { code: 'invalid_api_key' },
  )
}

const knownParameters: Profile = (body) => {
  const unknown = Object.keys(body).find((name) => !parameters.has(name))
  if (unknown === undefined) return null
  return openAiError(400, `Unknown parameter: '${unknown}'.`, { param: unknown, code: 'unknown_parameter' })
}

function knownModel(body: ChatBody, models: readonly string[]): HttpReply | null {
  if (typeof body.model !== 'string') return openAiError(400, 'you must provide a model parameter')
  if (models.includes(body.model)) return null
  return openAiError(404, `The model \`${body.model}\` does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  })
}

const messages: Profile = (body) => {
  if (!Array.isArray(body.messages)) {
    return openAiError(400, "Missing required parameter: 'messages'.", {
      param: 'messages',
      code: 'missing_required_parameter',
    })
  }
  if (body.messages.length === 0)
    return invalid('messages', "Invalid 'messages': empty array.", 'empty_array')
  for (const [index, message] of body.messages.entries()) {
    const param = `messages[${index}]`
    if (!isRecord(message) || !roles.has(String(message.role))) {
      return invalid(`${param}.role`, `Invalid value: '${isRecord(message) ? message.role : message}'.`)
    }
    if (message.role !== 'assistant' && textOf(message.content) === '') {
      return invalid(`${param}.content`, `Invalid value for 'content': expected a string, got null.`, null)
    }
  }
  return null
}

const numbers: Profile = (body) => {
  for (const name of ['max_tokens', 'max_completion_tokens', 'n']) {
    const value = body[name] ?? 1
    if (!Number.isInteger(value))
      return invalid(name, `Invalid type for '${name}': expected an integer.`, 'invalid_type')
    if (Number(value) < 1) {
      const message = `Invalid '${name}': integer below minimum value. Expected a value >= 1, but got ${value} instead.`
      return invalid(name, message, 'integer_below_min_value')
    }
  }
  const temperature = body.temperature ?? 1
  if (typeof temperature === 'number' && temperature >= 0 && temperature <= 2) return null
  return invalid(
    'temperature',
    `Invalid 'temperature': expected a value between 0 and 2, got ${temperature}.`,
  )
}

/** A limit of the simulator, not of OpenAI. */
const streaming: Profile = (body) =>
  body.stream === true ? invalid('stream', 'This simulator does not stream.', 'unsupported_value') : null

const responseFormat: Profile = (body) => {
  const format = body.response_format
  if (format === undefined) return null
  if (!isRecord(format))
    return invalid('response_format', "Invalid type for 'response_format'.", 'invalid_type')
  if (format.type === 'text') return null
  if (format.type === 'json_object') {
    if (/json/i.test(promptOf(body))) return null
    const rule = "to use 'response_format' of type 'json_object'."
    return invalid('messages', `'messages' must contain the word 'json' in some form, ${rule}`, null)
  }
  if (format.type !== 'json_schema')
    return invalid('response_format.type', `Invalid value: '${format.type}'.`)
  return jsonSchema(format.json_schema)
}

function jsonSchema(wanted: unknown): HttpReply | null {
  const param = 'response_format.json_schema'
  if (!isRecord(wanted))
    return invalid(param, `Missing required parameter: '${param}'.`, 'missing_required_parameter')
  const extra = Object.keys(wanted).find((key) => !['name', 'description', 'schema', 'strict'].includes(key))
  if (extra !== undefined)
    return invalid(`${param}.${extra}`, `Unknown parameter: '${extra}'.`, 'unknown_parameter')
  const name = String(wanted.name ?? '')
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    const message = `Invalid '${param}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
    return invalid(`${param}.name`, message, 'invalid_value')
  }
  if (wanted.strict !== true) return null
  const problem = strictSchemaProblem(wanted.schema)
  return problem === null
    ? null
    : invalid('response_format', `Invalid schema for response_format '${name}': ${problem}`, null)
}

function invalid(param: string, message: string, code: string | null = 'invalid_value'): HttpReply {
  return openAiError(400, message, { param, code })
}
