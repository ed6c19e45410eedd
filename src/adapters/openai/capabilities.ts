import type { CompletionRequest } from '../../ports/language-model.ts'

/**
 * What a server accepts for a model, learned from its refusals: "OpenAI-compatible" servers differ in the form of the
 * answer they can be held to, in the name of the token limit, and in the system role.
 */
export type Capabilities = {
  readonly answerFormat: 'json_schema' | 'json_object' | 'none'
  readonly tokenLimit: 'max_completion_tokens' | 'max_tokens' | 'none'
  readonly systemRole: boolean
}

export const allCapabilities: Capabilities = {
  answerFormat: 'json_schema',
  tokenLimit: 'max_completion_tokens',
  systemRole: true,
}

const nextFormat = { json_schema: 'json_object', json_object: 'none', none: null } as const
const nextLimit = { max_completion_tokens: 'max_tokens', max_tokens: 'none', none: null } as const

/** What to try after a 400 or 422 with this text; null when nothing is left to give up. */
export function lessDemanding(tried: Capabilities, refusal: string): Capabilities | null {
  const limit = nextLimit[tried.tokenLimit]
  const format = nextFormat[tried.answerFormat]
  if (limit !== null && /max_(completion_)?tokens/.test(refusal)) return { ...tried, tokenLimit: limit }
  if (tried.systemRole && /\bsystem\b|messages\[0\]\.role/i.test(refusal))
    return { ...tried, systemRole: false }
  // Servers word a refused format in many ways, and some say nothing at all: the format is the likeliest cause.
  if (format !== null) return { ...tried, answerFormat: format }
  return limit === null ? null : { ...tried, tokenLimit: limit }
}

/**
 * What to try when a context has no room for the prompt and our limit on the answer together, as vLLM counts; null when
 * the limit is not to blame. https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 */
export function withoutTokenLimit(tried: Capabilities, refusal: string): Capabilities | null {
  const blamed = /max_(completion_)?tokens|in the completion/.test(refusal)
  return blamed && tried.tokenLimit !== 'none' ? { ...tried, tokenLimit: 'none' } : null
}

/** The request body: no temperature and no seed, which reasoning models refuse. */
export function requestBody(request: CompletionRequest, capabilities: Capabilities) {
  return {
    model: request.model,
    messages: messagesFor(request, capabilities),
    stream: false as const,
    ...answerFormat(request, capabilities),
    ...(capabilities.tokenLimit === 'none' ? {} : { [capabilities.tokenLimit]: request.maxCompletionTokens }),
  }
}

function messagesFor({ messages }: CompletionRequest, { systemRole }: Capabilities) {
  return messages.map(({ role, content }) =>
    role === 'assistant' ? { role, content } : { role: systemRole ? role : ('user' as const), content },
  )
}

function answerFormat({ answer }: CompletionRequest, capabilities: Capabilities) {
  switch (capabilities.answerFormat) {
    case 'json_schema':
      return {
        response_format: {
          type: 'json_schema' as const,
          json_schema: { name: answer.name, strict: true, schema: { ...answer.schema } },
        },
      }
    case 'json_object':
      return { response_format: { type: 'json_object' as const } }
    case 'none':
      return {}
  }
}
