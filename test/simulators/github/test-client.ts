import type { SimulatedGitHub } from './start-github.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into GitHub's JSON as it came
  readonly json: any
  readonly text: string
}

/** A bare client for the tests of the simulator: no retries, no redirects. */
export function clientOf(github: SimulatedGitHub, token = 'test-token') {
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const url = path.startsWith('http') ? path : `${github.url}${path}`
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : null,
      text,
    }
  }
  return {
    get: (path: string, headers?: Record<string, string>) => send('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: Record<string, string>) =>
      send('POST', path, body, headers),
    put: (path: string, body?: unknown) => send('PUT', path, body),
    patch: (path: string, body?: unknown) => send('PATCH', path, body),
    delete: (path: string) => send('DELETE', path),
    graphql: async (query: string, variables: Record<string, unknown> = {}) =>
      (await send('POST', '/graphql', { query, variables })).json,
  }
}
