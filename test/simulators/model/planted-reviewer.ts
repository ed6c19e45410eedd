import type { Completion } from './answer.ts'

/** One finding as the model is asked to state it. */
export type PlantedFinding = {
  readonly path: string
  readonly quote: string
  readonly start_line: number
  readonly end_line: number
  readonly side: 'LEFT' | 'RIGHT'
  readonly severity: string
  readonly category: string
  readonly title: string
  readonly body: string
  readonly suggestion: string | null
  readonly confidence: number
}

/** Fills in what a test does not care about. */
export function planted(
  finding: Pick<PlantedFinding, 'path' | 'quote'> & Partial<PlantedFinding>,
): PlantedFinding {
  return {
    start_line: 1,
    end_line: 1,
    side: 'RIGHT',
    severity: 'high',
    category: 'bug',
    title: `Planted in ${finding.path}`,
    body: 'A planted finding.',
    suggestion: null,
    confidence: 0.9,
    ...finding,
  }
}

/** A reviewer that finds what was planted, whichever request carries it: the path and every quoted line must be in the prompt. */
export function plantedReviewer(
  findings: readonly PlantedFinding[],
  summary = 'A planted review.',
): (request: { readonly prompt: string }) => Completion {
  return ({ prompt }) => ({
    content: { summary, findings: findings.filter((finding) => carries(prompt, finding)) },
  })
}

/** The same finding over and over, for lists longer than anybody wants. */
export function manyFindings(finding: PlantedFinding, count: number): PlantedFinding[] {
  return Array.from({ length: count }, (_, index) => ({
    ...finding,
    title: `${finding.title} (${index + 1})`,
  }))
}

function carries(prompt: string, { path, quote }: PlantedFinding): boolean {
  const lines = quote.split('\n').map((line) => line.trim())
  return prompt.includes(path) && lines.every((line) => prompt.includes(line))
}
