import * as v from 'valibot'
import { oneLine } from '../../errors.ts'
import type { Completion, TokenUsage } from '../../ports/language-model.ts'
import { describe, type Failure, type ServerError } from './failure.ts'

export type AttemptAnswer =
  | Extract<Completion, { kind: 'answered' }>
  | { readonly kind: 'unanswered'; readonly failure: Failure; readonly usage: TokenUsage | null }

const Choice = v.object({
  finish_reason: v.nullish(v.string()),
  error: v.nullish(v.unknown()),
  message: v.nullish(v.object({ content: v.nullish(v.unknown()), refusal: v.nullish(v.string()) })),
})

const ChatCompletion = v.object({
  choices: v.pipe(v.array(Choice), v.minLength(1)),
  usage: v.nullish(v.unknown()),
})

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000_000))
/** A prompt of no tokens is one that nobody counted. */
const Usage = v.object({ prompt_tokens: v.pipe(count, v.minValue(1)), completion_tokens: count })
/** https://platform.openai.com/docs/guides/prompt-caching; DeepSeek has its own name for it. */
const Cached = v.union([
  v.pipe(
    v.object({ prompt_tokens_details: v.object({ cached_tokens: count }) }),
    v.transform((usage) => usage.prompt_tokens_details.cached_tokens),
  ),
  v.pipe(
    v.object({ prompt_cache_hit_tokens: count }),
    v.transform((usage) => usage.prompt_cache_hit_tokens),
  ),
])

/** Reads a 200: it may still be an error (OpenRouter), a refusal, an empty answer, or not a completion at all. */
export function readResponse(
  received: unknown,
  request: number,
  classify: (error: ServerError) => Failure,
): AttemptAnswer {
  const body = typeof received === 'string' ? parseJson(received) : received
  if (typeof body === 'string') return notAnApi(body)
  const parsed = v.safeParse(ChatCompletion, body)
  if (!parsed.success) {
    const { code, message } = describe(body)
    return {
      kind: 'unanswered',
      failure: classify({ ...errorOf(code), message, retryAfterMs: null }),
      usage: readUsage(body),
    }
  }
  const usage = readUsage(body)
  const choice = parsed.output.choices[0]
  if (choice?.error !== null && choice?.error !== undefined) {
    const { code, message } = describe(choice.error)
    return { kind: 'unanswered', failure: classify({ ...errorOf(code), message, retryAfterMs: null }), usage }
  }
  const refusal = choice?.message?.refusal
  if (typeof refusal === 'string' && refusal !== '')
    return refused(`the model refused to answer: ${oneLine(refusal)}`, usage)
  switch (choice?.finish_reason) {
    case 'content_filter':
      return refused("the model server's content filter stopped the answer", usage)
    case 'error':
      return {
        kind: 'unanswered',
        failure: classify({ status: null, code: '', message: 'it ended with an error', retryAfterMs: null }),
        usage,
      }
  }
  return {
    kind: 'answered',
    request,
    content: textOf(choice?.message?.content),
    truncated: choice?.finish_reason === 'length',
    usage,
  }
}

/** Some servers send JSON as `text/plain`, which the SDK leaves as text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A page with status 200: the start page of a site, or the login of a network. */
function notAnApi(page: string): AttemptAnswer {
  const reason = `the model server sends no JSON (${oneLine(describe(page).message)}); check \`base-url\``
  return { kind: 'unanswered', failure: { kind: 'final', reason, scope: 'server' }, usage: null }
}

export function addUsage(a: TokenUsage | null, b: TokenUsage | null): TokenUsage | null {
  if (a === null || b === null) return a ?? b
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    answers: (a.answers ?? 1) + (b.answers ?? 1),
  }
}

/** Null for a missing or impossible count: some servers send none, some send nonsense. */
function readUsage(body: unknown): TokenUsage | null {
  const usage = typeof body === 'object' && body !== null && 'usage' in body ? body.usage : null
  const parsed = v.safeParse(Usage, usage)
  if (!parsed.success) return null
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = parsed.output
  const cached = v.safeParse(Cached, usage)
  return {
    promptTokens,
    completionTokens,
    cachedTokens: Math.min(cached.success ? cached.output : 0, promptTokens),
  }
}

/** The code inside a 200-with-error is often the status that it should have had. */
function errorOf(code: string): { status: number | null; code: string } {
  const status = /\b[45]\d\d\b/.exec(code)?.[0]
  return { status: status === undefined ? null : Number(status), code }
}

function refused(reason: string, usage: TokenUsage | null): AttemptAnswer {
  return { kind: 'unanswered', failure: { kind: 'final', reason, scope: 'request' }, usage }
}

/** Text, or the text parts that some servers send as a list. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) =>
      typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
        ? part.text
        : '',
    )
    .join('')
}
