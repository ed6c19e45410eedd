/** The shapes in which OpenAI-compatible servers report errors. Each was seen on a real server. */

/** A string body is sent as it is; anything else as JSON. */
export type HttpReply = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type OpenAiDetails = { readonly type?: string; readonly param?: string | null; readonly code?: string | null }

/** OpenAI, Azure, vLLM, Groq, DeepSeek. */
export function openAiError(status: number, message: string, details: OpenAiDetails = {}): HttpReply {
  const { type = 'invalid_request_error', param = null, code = null } = details
  return { status, body: { error: { message, type, param, code } } }
}

/** Too many for now, as OpenAI words it. */
export function tooManyRequests(headers: Readonly<Record<string, string>> = {}): HttpReply {
  const details = { type: 'requests', code: 'rate_limit_exceeded' }
  return {
    ...openAiError(429, 'Rate limit reached for requests. Please try again later.', details),
    headers,
  }
}

/** LM Studio and older Ollama. */
export function stringError(status: number, message: string): HttpReply {
  return { status, body: { error: message } }
}

/** Gemini's compatible endpoint: an array around the error. */
export function geminiError(status: number, message: string, name = 'INVALID_ARGUMENT'): HttpReply {
  return { status, body: [{ error: { code: status, message, status: name } }] }
}

/** FastAPI servers, Mistral among them. */
export function fastApiError(status: number, type: string, field: string, message: string): HttpReply {
  return { status, body: { detail: [{ type, loc: ['body', field], msg: message, input: null }] } }
}

/** API gateways. */
export function messageError(status: number, message: string): HttpReply {
  return { status, body: { message } }
}

export function textError(status: number, text: string): HttpReply {
  return { status, body: text, headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

/** A proxy in front of the server. */
export function htmlError(status: number, title: string): HttpReply {
  const body = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
  return { status, body, headers: { 'content-type': 'text/html' } }
}
