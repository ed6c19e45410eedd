import type { Sample } from './samples.ts'

/** Keeps count: in the App server's own registry, or in what a run pushes at its end. */
export interface MetricsRecorder {
  record(samples: readonly Sample[]): void
}
