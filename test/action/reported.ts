import type { ReportedFinding } from '../../src/review/outcome.ts'

/** A finding on line 3 that people should act on. */
export function reported(about: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    path: 'src/price.ts',
    side: 'RIGHT',
    startLine: 3,
    line: 3,
    severity: 'high',
    category: 'bug',
    title: 'Prices lose their cents',
    body: 'It rounds.',
    suggestion: null,
    confidence: 0.9,
    placement: 'inline',
    stands: true,
    reason: '',
    ...about,
  }
}
