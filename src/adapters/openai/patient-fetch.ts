/**
 * `fetch` for models that think long: Node's gives up when no response header came within 300 s, which is what a server
 * sends last. The limits are the caller's, by signal.
 */
export function patientFetch(): typeof fetch {
  const dispatcher = patientDispatcher()
  return dispatcher === null ? fetch : (input, init) => fetch(input, { ...init, dispatcher })
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
