/** Ascending: later is worse. */
export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const categories = [
  'bug',
  'security',
  'performance',
  'concurrency',
  'error-handling',
  'testing',
  'maintainability',
  'documentation',
] as const
export type Category = (typeof categories)[number]

/** 0 for `low` up to 3 for `critical`. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity)
}

export function highestSeverity(all: readonly Severity[]): Severity | null {
  return all.reduce<Severity | null>(
    (worst, one) => (worst === null || severityRank(one) > severityRank(worst) ? one : worst),
    null,
  )
}
