import { Agent, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'

/**
 * `fetch` for slow models and corporate networks: the built-in one gives up after 300 s without response headers, which
 * a model that thinks needs, and knows no proxy variables. Time limits come from the caller's signal alone.
 */
export function patientFetch(): typeof fetch {
  const limits = { headersTimeout: 0, bodyTimeout: 0 }
  const usesProxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some(
    (name) => process.env[name],
  )
  const dispatcher = usesProxy ? new EnvHttpProxyAgent(limits) : new Agent(limits)
  return async (input, init) => {
    const response = await undiciFetch(input instanceof Request ? input.url : input, {
      method: init?.method ?? 'GET',
      headers: [...new Headers(init?.headers)],
      body: typeof init?.body === 'string' ? init.body : null,
      signal: init?.signal ?? null,
      dispatcher,
    })
    return new Response(response.body, { status: response.status, headers: [...response.headers] })
  }
}
