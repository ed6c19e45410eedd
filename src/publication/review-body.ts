import { byValue } from '../finding/select.ts'
import { codeSpan } from './code.ts'
import { counted, grouped } from './counted.ts'
import type { ReviewContent } from './compose.ts'
import { foldedFinding, placeOf, severityLabel } from './finding-text.ts'
import { bodyBytes, byteLength, cutToBytes, summaryBytes } from './limits.ts'
import { mostRows, notReviewedSection } from './not-reviewed.ts'
import { safeInline, safeMarkdown, tableCell } from './safe-markdown.ts'

/** A changed file and what became of it: `reviewed`, `generated: a lock file`. */
export type CoveredFile = { readonly path: string; readonly outcome: string }

/** The review's body: marker, verdict, summary, findings, what was not reviewed, and what it took. */
export function reviewBody(content: ReviewContent, marker: string): string {
  const opening = [
    marker,
    `## ${headline(content)}`,
    ...reasonLines(content),
    ...warningLines(content),
    ...(content.summaryUrl === null ? summaryLines(content) : []),
  ].join('\n')
  const closing = [
    ...(content.summaryUrl === null ? coverageSection(content.files) : ['', summaryLink(content.summaryUrl)]),
    '',
    `<sub>${footer(content)}</sub>`,
  ].join('\n')
  const middle = [
    ...findingTable(content),
    ...foldedSection(content),
    ...notReviewedSection(content.notReviewed),
  ]
  const notice =
    '*The rest is cut: GitHub limits the length of a review. The job summary and the report have all of it.*'
  const kept = content.summaryUrl === null ? summaryBytes : 0
  const room = bodyBytes - kept - byteLength(closing) - 2
  return `${cutToBytes([opening, ...middle].join('\n'), room, notice)}\n${closing}`
}

/** A later review is short: the first one's body has all the rest. */
function summaryLink(url: string): string {
  return `What else was said, and what became of it: [summary](${url}).`
}

export function headline(
  content: Pick<ReviewContent, 'verdict' | 'selection'> & Partial<Pick<ReviewContent, 'summaryUrl'>>,
): string {
  const { inline, folded } = content.selection
  const count = inline.length + folded.length
  const what = content.summaryUrl == null ? 'finding' : 'new finding'
  const found = count === 0 ? `no ${what}s` : counted(count, what)
  switch (content.verdict) {
    case 'inconclusive':
      return `PatchPilot: review incomplete, ${found} so far`
    case 'findings':
    case 'passed':
      return `PatchPilot: ${found}`
  }
}

function reasonLines({ reason }: ReviewContent): string[] {
  return reason === '' ? [] : ['', `> [!WARNING]\n> ${safeInline(reason)}`]
}

function warningLines({ warnings }: ReviewContent): string[] {
  return warnings.flatMap((warning) => ['', `> [!NOTE]\n> ${safeInline(warning)}`])
}

function summaryLines({ summaries }: ReviewContent): string[] {
  const texts = summaries.map((summary) => summary.trim()).filter((summary) => summary !== '')
  if (texts.length === 1) return ['', safeMarkdown(texts[0] ?? '')]
  return texts.length === 0 ? [] : ['', ...texts.map((text) => `- ${safeInline(text)}`)]
}

function findingTable({ selection, target }: ReviewContent): string[] {
  const all = [...selection.inline, ...selection.folded.map(({ finding }) => finding)].toSorted(byValue)
  if (all.length === 0) return []
  const rows = all.slice(0, mostRows).map((finding) => {
    const { severity, category, title } = finding.claim
    const [what, where] = [safeInline(title), placeOf(finding, target)].map(tableCell)
    return `| ${severityLabel(severity)} | ${category} | ${what} | ${where} |`
  })
  const more = all.length > mostRows ? ['', `… and ${all.length - mostRows} more.`] : []
  return ['', '| Severity | Category | Finding | Where |', '|---|---|---|---|', ...rows, ...more]
}

function foldedSection({ selection, target }: ReviewContent): string[] {
  if (selection.folded.length === 0) return []
  const texts = selection.folded.map(({ finding, reason }) => foldedFinding(finding, reason, target))
  return ['', '### Findings without an inline comment', '', texts.join('\n\n---\n\n')]
}

/** Leaves most of the body to what people came for. */
const mostCoverageBytes = 8_000

/** Every file by what became of it, behind a fold. */
function coverageSection(files: readonly CoveredFile[]): string[] {
  if (files.length === 0) return []
  let room = mostCoverageBytes
  const groups = [...Map.groupBy(files, ({ outcome }) => outcome)]
  const rows = groups.slice(0, mostRows).map(([outcome, same]) => {
    room -= byteLength(outcome) + 40
    const named: string[] = []
    for (const { path } of same) {
      const name = codeSpan(path)
      room -= byteLength(name) + 2
      if (room < 0) break
      named.push(name)
    }
    const unnamed = same.length - named.length
    const more = unnamed === 0 ? [] : [`${counted(unnamed, 'file')} named in the job summary`]
    return `- ${safeInline(outcome)}: ${[...named, ...more].join(', ')}`
  })
  const others = groups.slice(mostRows).flatMap(([, same]) => same)
  if (others.length > 0)
    rows.push(`- ${counted(others.length, 'file')} for other reasons, in the job summary`)
  const summary = `Coverage of ${counted(files.length, 'changed file')}`
  return ['', `<details><summary>${summary}</summary>`, '', ...rows, '', '</details>']
}

function footer({
  models,
  requests,
  promptTokens,
  completionTokens,
  coverage,
  target,
}: ReviewContent): string {
  const who = models.length === 0 ? 'no model answered' : models.map(codeSpan).join(', ')
  const tokens = `${grouped(promptTokens)} prompt and ${grouped(completionTokens)} completion tokens`
  const cost = requests === 0 ? '' : `, ${tokens} in ${counted(requests, 'request')}`
  return `Reviewed ${coverage} at ${target.headSha.slice(0, 7)} · ${who}${cost}`
}
