import { type AnnotationProperties, error, notice, warning } from '@actions/core'
import { type ReportedFinding, standingFindings } from '../review/outcome.ts'
import { type Severity, severityRank } from '../severity.ts'
import { harmless } from './harmless.ts'

/** The runner keeps ten of each kind a step (actions/runner, ExecutionContext). */
const mostOfAKind = 10
/** And cuts messages here. */
const longestMessage = 4_000
/** https://docs.github.com/en/rest/checks/runs, "title" of an annotation. */
const longestTitle = 255

const kinds: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
}

const annotate = { error, warning, notice }

/** Findings on their lines for people who look at the diff, where no review could be posted. */
export function annotateFindings(findings: readonly ReportedFinding[]): void {
  const left = { error: mostOfAKind, warning: mostOfAKind, notice: mostOfAKind }
  const worstFirst = standingFindings(findings).toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity),
  )
  for (const finding of worstFirst) {
    const kind = kinds[finding.severity]
    if (left[kind]-- <= 0) continue
    const message = harmless(finding.body === '' ? finding.title : finding.body)
    const title = harmless(`${finding.category}: ${finding.title}`).replaceAll('\n', ' ')
    annotate[kind](cutText(message, longestMessage), {
      title: cutText(title, longestTitle),
      file: finding.path,
      ...lineProperties(finding),
    })
  }
}

/** As many whole characters as fit. */
function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')
}

/** Annotations know the new file only. */
function lineProperties({ side, startLine, line }: ReportedFinding): AnnotationProperties {
  return side === 'LEFT' || startLine === null || line === null ? {} : { startLine, endLine: line }
}
