import type { Completion } from './answer.ts'
import { type ChatBody, estimateTokens, promptOf } from './chat-request.ts'

/** The answer in the envelope of Chat Completions, cut at the request's cap on completion tokens as a real server would. */
export function completionBody(body: ChatBody, completion: Completion, number: number): object {
  const { content, refusal = null } = completion
  const whole = content === null || typeof content === 'string' ? content : JSON.stringify(content)
  const cap = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY)
  const wanted = estimateTokens(whole ?? refusal ?? '')
  const text = wanted > cap ? (whole?.slice(0, Math.floor(cap * 3.4)) ?? null) : whole
  const usage = completion.usage === undefined ? countUsage(body, Math.min(wanted, cap)) : completion.usage
  return {
    id: `chatcmpl-simulated-${number}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal },
        logprobs: null,
        finish_reason: completion.finishReason ?? (wanted > cap ? 'length' : 'stop'),
      },
    ],
    ...(usage === null ? {} : { usage }),
    system_fingerprint: null,
  }
}

function countUsage(body: ChatBody, completionTokens: number): object {
  const promptTokens = estimateTokens(promptOf(body))
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}
