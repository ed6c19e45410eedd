import type { Observer, RequestStatus } from '../../ports/observer.ts'

/** GitHub itself gives up after 10 s. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts */
const answerTimeoutMs = 15_000

/** Whole bodies by the streams that stand for them in answers: to read those takes as long again as to receive them. */
const bodies = new WeakMap<ReadableStream, Uint8Array>()

/** All bytes of an answer's body, at once where it is one of `observedFetch`. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (!(body instanceof ReadableStream)) return new Uint8Array()
  return bodies.get(body) ?? new Uint8Array(await new Response(body).arrayBuffer())
}

/**
 * `fetch` that ends. A request that hangs fails like a broken connection, so that it is retried; and a body that breaks
 * off is an error here instead of an empty answer later, which is what octokit makes of it.
 */
export function observedFetch(observe: Observer): (url: string, options: RequestInit) => Promise<Response> {
  return async (url, options) => {
    const startedAt = performance.now()
    const observed = (status: RequestStatus) =>
      observe({
        ...{ kind: 'github-request', method: options.method ?? 'GET', path: new URL(url).pathname, status },
        durationMs: performance.now() - startedAt,
      })
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), answerTimeoutMs)
    const signals = options.signal == null ? [limit.signal] : [limit.signal, options.signal]
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.any(signals) })
      const body = response.status === 204 || response.status === 304 ? null : await response.arrayBuffer()
      observed(response.status)
      const answer = new Response(body, { status: response.status, headers: [...response.headers] })
      if (body !== null && answer.body !== null) bodies.set(answer.body, new Uint8Array(body))
      return answer
    } catch (error) {
      const cancelled = options.signal?.aborted === true
      observed(cancelled ? 'cancelled' : limit.signal.aborted ? 'timeout' : 'network_error')
      if (cancelled) throw new DOMException('stopped', 'AbortError')
      if (limit.signal.aborted)
        throw new Error(`GitHub did not answer within ${answerTimeoutMs / 1000} s`, { cause: error })
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
