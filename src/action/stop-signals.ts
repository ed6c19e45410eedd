/**
 * The runner cancels a step with SIGINT, sends SIGTERM 7.5 s later, and kills 2.5 s after that (actions/runner,
 * ProcessInvoker). We want to be gone before the second.
 */
const graceMs = 6_000

/** Aborts the signal when the run is cancelled, and ends the process if it has not ended by itself soon after. */
export function listenForStop(): AbortSignal {
  const stop = new AbortController()
  const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      process.exitCode = exitCodes[name]
      stop.abort()
      setTimeout(() => process.exit(), graceMs).unref()
    })
  }
  return stop.signal
}
