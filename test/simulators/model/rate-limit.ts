import type { ServerResponse } from 'node:http'
import { type HttpReply, tooManyRequests } from './http-errors.ts'

/** How many requests a server takes before it answers 429. */
export type RateLimit = {
  /** At once, from arrival until the answer is sent. */
  readonly inFlight?: number
  /** Within any stretch of this length; those it refused do not count. */
  readonly perWindow?: { readonly requests: number; readonly windowMs: number }
  /** The header in which a refusal says when to come back. Without it the server does not say. */
  readonly tells?: 'retry-after' | 'retry-after-ms'
  /** What it then says, if not when the window has room again. */
  readonly waitMs?: number
}

export type RateLimiter = {
  readonly refused: number
  /** The refusal, or null for a request that is taken. */
  admit(response: ServerResponse): HttpReply | null
}

export function rateLimiter(limit: RateLimit): RateLimiter {
  const { inFlight: mostInFlight = Infinity, perWindow } = limit
  const { requests: mostInWindow, windowMs } = perWindow ?? { requests: Infinity, windowMs: 0 }
  let inFlight = 0
  let refused = 0
  let taken: number[] = []
  return {
    get refused() {
      return refused
    },
    admit(response) {
      const now = Date.now()
      taken = taken.filter((at) => now - at < windowMs)
      if (inFlight >= mostInFlight || taken.length >= mostInWindow) {
        refused += 1
        const roomAt = (taken.at(-mostInWindow) ?? now) + windowMs
        return tooManyRequests(advice(limit, limit.waitMs ?? Math.max(roomAt - now, 1)))
      }
      taken.push(now)
      inFlight += 1
      response.once('close', () => {
        inFlight -= 1
      })
      return null
    },
  }
}

/** `Retry-After` has whole seconds (RFC 9110 §10.2.3); OpenAI's own header is finer. */
function advice({ tells }: RateLimit, waitMs: number): Record<string, string> {
  if (tells === undefined) return {}
  const wait = tells === 'retry-after' ? Math.ceil(waitMs / 1000) : Math.ceil(waitMs)
  return { [tells]: String(wait) }
}
