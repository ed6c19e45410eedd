/** Milliseconds of CPU that this thread spends from now on: of other processes' load they say nothing. */
export function cpuClock(): () => number {
  const before = process.threadCpuUsage()
  return () => {
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1_000
  }
}
