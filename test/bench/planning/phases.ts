/** Of a review, with what is done in each when neither GitHub nor a model takes any time. */
export const measuredPhases = ['read', 'plan', 'ask', 'decide', 'publish'] as const
export type MeasuredPhase = (typeof measuredPhases)[number]

export type Planned = {
  /** Changed ones. */
  readonly lines: number
  readonly requests: number
  readonly cpuMs: Readonly<Record<MeasuredPhase, number>>
  readonly peakBytes: number
}
