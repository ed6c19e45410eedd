/**
 * Takes the place of the npm package `undici` in the bundle: @actions/core and @actions/github import it for a proxy-aware
 * `fetch`, and it alone costs a third of the start-up time and of the bundle. Node's own `fetch` is the same undici, and
 * learns of proxies in `../proxy.ts`.
 */
export function fetch(url: string, { dispatcher: _, ...options }: RequestInit): Promise<Response> {
  return globalThis.fetch(url, options)
}

/** Only ever handed to the `fetch` above, which needs none. */
export class ProxyAgent {}
