/** The body of a Chat Completions request, as far as the simulator and the tests look into it. */
export type ChatBody = { readonly [parameter: string]: unknown }

export type ChatMessage = { readonly role: string; readonly content: unknown }

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function messagesOf(body: ChatBody): readonly ChatMessage[] {
  const messages = Array.isArray(body.messages) ? body.messages : []
  return messages
    .filter(isRecord)
    .map((message) => ({ role: String(message.role), content: message.content ?? null }))
}

/** A message's text: a string, or the `text` parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n')
}

/** Everything the model would read. */
export function promptOf(body: ChatBody): string {
  return messagesOf(body)
    .map((message) => textOf(message.content))
    .join('\n')
}

export function responseFormatOf(body: ChatBody): string {
  return isRecord(body.response_format) ? String(body.response_format.type) : 'text'
}

/** What is asked: the name of the JSON schema, or null when none was sent. */
export function schemaNameOf(body: ChatBody): string | null {
  if (!isRecord(body.response_format) || !isRecord(body.response_format.json_schema)) return null
  const { name } = body.response_format.json_schema
  return typeof name === 'string' ? name : null
}

/** 3.4 bytes a token, which is what source code and diffs come to with OpenAI's tokenizers. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3.4)
}
