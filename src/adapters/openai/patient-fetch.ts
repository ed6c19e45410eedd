import { FixableError } from '../../errors.ts'

/**
 * `fetch` for models that think long: Node's gives up when no response header came within 300 s, which is what a server
 * sends last. The limits are the caller's, by signal.
 */
export function patientFetch(): typeof fetch {
  const dispatcher = patientDispatcher()
  const own: RequestInit = dispatcher === null ? { redirect: 'manual' } : { redirect: 'manual', dispatcher }
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input)
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, { ...init, ...own })
      const target = redirectTarget(response, url)
      if (target === null || redirects === mostRedirects) return response
      url = target
    }
  }
}

const mostRedirects = 3

/** Where the same request goes on, on the same server: the code under review is sent to no other than the one named. */
function redirectTarget(response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  if (location === null || ![307, 308].includes(response.status)) return null
  const target = new URL(location, from)
  if (target.origin === from.origin) return target
  throw new FixableError(
    `it redirects to another server, ${target.origin}: set \`base-url\` to that one if it is meant`,
  )
}

type Dispatcher = NonNullable<RequestInit['dispatcher']>

/**
 * One like the global dispatcher (which knows the proxy), without its time limits. Node exports no class for it, but undici
 * keeps the instance under this symbol so that its copies share it: https://undici.nodejs.org/#/docs/api/GlobalInstallation
 */
function patientDispatcher(): Dispatcher | null {
  new Headers() // the first use loads undici
  const current: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))
  if (!isDispatcher(current)) return null
  const copy: unknown = Reflect.construct(current.constructor, [{ headersTimeout: 0, bodyTimeout: 0 }])
  return isDispatcher(copy) ? copy : null
}

function isDispatcher(value: unknown): value is Dispatcher {
  return (
    typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function'
  )
}
