import { fold, type SummaryState, takeApart, writeSummaryState } from '../finding/summary-state.ts'
import type { Standing } from '../finding/standing.ts'
import type { Whereabouts } from '../finding/whereabouts.ts'
import { severityRank } from '../severity.ts'
import { codeSpan } from './code.ts'
import { counted } from './counted.ts'
import { severityLabel } from './finding-text.ts'
import { bodyBytes, byteLength, cutToBytes } from './limits.ts'
import { type LinkTarget, lineLink } from './links.ts'
import { type NotReviewed, notReviewedSection } from './not-reviewed.ts'
import { safeInline, tableCell } from './safe-markdown.ts'

/** The one place where all stands that was said on a pull request, at its latest head. */
export type SummaryContent = {
  readonly target: LinkTarget
  readonly verdict: 'passed' | 'findings' | 'inconclusive'
  /** Why it is inconclusive; '' otherwise. */
  readonly reason: string
  readonly standing: readonly { readonly standing: Standing; readonly where: Whereabouts }[]
  /** Of findings that are said along with this edit. */
  readonly fresh: readonly FreshFinding[]
  readonly notReviewed: readonly NotReviewed[]
  readonly coverage: string
}

export type FreshFinding = Pick<Standing, 'severity' | 'category' | 'title'> & { readonly place: string }

/** Rows that people still read. */
const mostRows = 60

/** All that is shown above what the first review said. Nothing in it changes unless something has happened. */
export function summaryView(content: SummaryContent): string {
  const { standing, fresh, target } = content
  const of = (kind: Standing['fate']['kind']) => standing.filter((one) => one.standing.fate.kind === kind)
  const [open, addressed, dismissed] = [of('open'), of('addressed'), of('dismissed')]
  const rows = [
    ...open.map(({ standing: one, where }) => ({ ...one, place: placeOf(one, where, target) })),
    ...fresh,
  ].toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
  return [
    `## ${headlineOf(content, rows.length)}`,
    ...(content.reason === '' ? [] : ['', `> [!WARNING]\n> ${safeInline(content.reason)}`]),
    ...openTable(rows),
    ...list(
      'Addressed',
      addressed.map(({ standing: one }) => addressedLine(one)),
    ),
    ...list(
      'Dismissed',
      dismissed.map(({ standing: one }) => dismissedLine(one)),
    ),
    ...notReviewedSection(content.notReviewed),
    '',
    `<sub>As of ${target.headSha.slice(0, 7)}: ${content.coverage}</sub>`,
  ].join('\n')
}

function headlineOf({ verdict }: SummaryContent, open: number): string {
  const found = open === 0 ? 'no open findings' : counted(open, 'open finding')
  return verdict === 'inconclusive' ? `PatchPilot: review incomplete, ${found}` : `PatchPilot: ${found}`
}

function openTable(rows: readonly FreshFinding[]): string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, mostRows).map(({ severity, category, title, place }) => {
    const [what, where] = [safeInline(title), place].map(tableCell)
    return `| ${severityLabel(severity)} | ${category} | ${what} | ${where} |`
  })
  const more = rows.length > mostRows ? ['', `… and ${rows.length - mostRows} more.`] : []
  return ['', '| Severity | Category | Open finding | Where |', '|---|---|---|---|', ...shown, ...more]
}

/** The conversation, else the lines, else the file. */
function placeOf({ thread, side }: Standing, where: Whereabouts, target: LinkTarget): string {
  if (thread !== null)
    return `[${codeSpan('line' in where ? `${where.path}:${where.line}` : where.path)}](${thread.url})`
  if (where.kind === 'shown') {
    const { path, startLine, line } = where
    return lineLink(target, { path, side, startLine, line })
  }
  return where.path === '' ? 'no file named' : codeSpan(where.path)
}

function addressedLine({ title, fate, path }: Standing): string {
  const at = fate.kind === 'addressed' && fate.headSha !== '' ? `, seen at ${fate.headSha.slice(0, 7)}` : ''
  return `${safeInline(title)}, ${codeSpan(path)}${at}`
}

function dismissedLine({ title, fate, path }: Standing): string {
  const why = fate.kind === 'dismissed' ? `: ${safeInline(fate.why)}` : ''
  return `${safeInline(title)}, ${codeSpan(path)}${why}`
}

function list(name: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const shown = lines.slice(-mostRows).map((line) => `- ${line}`)
  const more = lines.length > mostRows ? [`- … and ${lines.length - mostRows} before`] : []
  return ['', `<details><summary>${name}: ${lines.length}</summary>`, '', ...more, ...shown, '', '</details>']
}

/**
 * The body of our first review with the present state above what it said when it was posted, which stays as it was. Null
 * where the body is no longer ours to edit.
 */
export function editSummary(body: string, state: SummaryState, view: string): string | null {
  const parts = takeApart(body)
  if (parts === null) return null
  const fixed = [parts.marker, writeSummaryState(state), '', '', fold('')].join('\n')
  // what was said stays whole; of what is shown above it all is known elsewhere
  const room = bodyBytes - byteLength(fixed)
  const said = cutToBytes(parts.said, Math.max(room - leastView, 0), cutNotice)
  const shown = cutToBytes(view, room - byteLength(said), cutNotice)
  return [parts.marker, writeSummaryState(state), shown, '', fold(said)].join('\n')
}

const cutNotice = '*The rest is cut: GitHub limits the length of a review.*'
const leastView = 2_000
