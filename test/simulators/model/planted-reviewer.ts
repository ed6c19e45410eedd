import type { Completion } from './answer.ts'
import type { ModelRequest } from './recorded-request.ts'

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

/**
 * A reviewer that finds what was planted, whichever request carries it: the path and every quoted line must be in the prompt.
 * Asked for a summary it gives that and nothing else.
 */
export function plantedReviewer(
  findings: readonly PlantedFinding[],
  summary = 'A planted review.',
): (request: Asked) => Completion {
  return (request) => {
    const asked = nameOf(request)
    if (asked === 'patchpilot_summary') return { content: { summary } }
    if (asked !== 'patchpilot_review') throw new Error(`Nothing is planted for ${asked}`)
    return { content: { summary, findings: findings.filter((finding) => carries(request.prompt, finding)) } }
  }
}

type Asked = Pick<ModelRequest, 'prompt' | 'schemaName'>

/** Where the server knows no schemas the prompt tells, which restates the form of the answer. */
function nameOf({ prompt, schemaName }: Asked): string {
  if (schemaName !== null) return schemaName
  const [, afterSummary] = /\{"summary": *"[^"]*" *([,}])/.exec(prompt) ?? []
  return afterSummary === '}' ? 'patchpilot_summary' : 'patchpilot_review'
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
