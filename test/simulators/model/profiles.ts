import { type ChatBody, estimateTokens, messagesOf, promptOf, responseFormatOf } from './chat-request.ts'
import { fastApiError, type HttpReply, openAiError, stringError } from './http-errors.ts'

/** What one kind of server refuses before it looks at anything else. Error texts are those of the real servers. */
export type Profile = (body: ChatBody) => HttpReply | null

/** OpenAI's reasoning models. https://platform.openai.com/docs/guides/reasoning */
export const openaiReasoning: Profile = (body) => {
  if ('max_tokens' in body) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return openAiError(400, message, { param: 'max_tokens', code: 'unsupported_parameter' })
  }
  for (const param of ['temperature', 'top_p']) {
    if ((body[param] ?? 1) === 1) continue
    const message = `Unsupported value: '${param}' does not support ${body[param]} with this model. Only the default (1) value is supported.`
    return openAiError(400, message, { param, code: 'unsupported_value' })
  }
  return null
}

/** Groq, for models without structured outputs. */
export const noJsonSchema: Profile = (body) =>
  responseFormatOf(body) === 'json_schema'
    ? openAiError(400, 'This model does not support response format `json_schema`.')
    : null

/** LM Studio. */
export const noJsonObject: Profile = (body) =>
  responseFormatOf(body) === 'json_object'
    ? stringError(400, "'response_format.type' must be 'json_schema' or 'text'")
    : null

/** A server that knows no `response_format` at all. */
export const plainOnly: Profile = (body) =>
  'response_format' in body
    ? openAiError(400, "Unknown parameter: 'response_format'.", {
        param: 'response_format',
        code: 'unknown_parameter',
      })
    : null

/** https://docs.mistral.ai/api/#tag/chat: anything else is refused. */
const mistralParameters = new Set(
  `model messages temperature top_p max_tokens stream stop random_seed response_format tools tool_choice presence_penalty
  frequency_penalty n prediction parallel_tool_calls prompt_mode safe_prompt metadata`.split(/\s+/),
)

export const mistral: Profile = (body) => {
  const extra = Object.keys(body).find((name) => !mistralParameters.has(name))
  return extra === undefined
    ? null
    : fastApiError(422, 'extra_forbidden', extra, 'Extra inputs are not permitted')
}

/** Small open models whose chat template has no place for it (Gemma). */
export const noSystemRole: Profile = (body) =>
  messagesOf(body).some(({ role }) => role === 'system' || role === 'developer')
    ? openAiError(400, 'System role not supported', { type: 'BadRequestError' })
    : null

export function contextWindow(tokens: number): Profile {
  return (body) => {
    const needed = estimateTokens(promptOf(body))
    if (needed <= tokens) return null
    const message = `This model's maximum context length is ${tokens} tokens. However, your messages resulted in ${needed} tokens. Please reduce the length of the messages.`
    return openAiError(400, message, { param: 'messages', code: 'context_length_exceeded' })
  }
}
