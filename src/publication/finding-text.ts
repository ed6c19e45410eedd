import type { Finding, UnplacedFinding } from '../finding/finding.ts'
import { writeFindingMarker } from '../finding/marker.ts'
import { commentName } from '../finding/standing.ts'
import type { Claim } from '../prompt/answer.ts'
import type { Severity } from '../severity.ts'
import { codeFence, codeSpan } from './code.ts'
import { bodyBytes, byteLength, cutToBytes } from './limits.ts'
import { type LinkTarget, lineLink } from './links.ts'
import { safeInline, safeMarkdown } from './safe-markdown.ts'

const severityMarks: Readonly<Record<Severity, string>> = {
  critical: '🔴 Critical',
  high: '🟠 High',
  medium: '🟡 Medium',
  low: '⚪ Low',
}

export function severityLabel(severity: Severity): string {
  return severityMarks[severity]
}

/** "**🟠 High · bug: Off by one**" */
function findingHeading(claim: Pick<Claim, 'severity' | 'category' | 'title'>): string {
  return `**${severityLabel(claim.severity)} · ${claim.category}: ${safeInline(claim.title)}**`
}

/** The body of an inline comment. A suggestion stands as such only where it replaces exactly the lines it is about. */
export function inlineComment(finding: Finding, runId: string): string {
  const text = commentText(finding, runId, isCommittable(finding) ? 'suggestion' : '')
  // Half a suggestion would still be offered as a commit.
  const whole = byteLength(text) <= bodyBytes ? text : commentText(finding, runId, '')
  return cutToBytes(whole, bodyBytes, '*The rest is cut: GitHub limits the length of a comment.*')
}

function commentText({ claim, fingerprint }: Finding, runId: string, suggestionLanguage: string): string {
  return [
    writeFindingMarker(commentName({ fingerprint, title: claim.title }, runId)),
    findingHeading(claim),
    '',
    safeMarkdown(claim.body),
    ...suggestionBlock(claim.suggestion, suggestionLanguage),
  ].join('\n')
}

/** GitHub applies suggestions to whole lines of the new file only. */
function isCommittable(finding: Finding): boolean {
  return finding.anchor.side === 'RIGHT' && finding.wholeLines
}

/** An empty one is what models write who have none; taken literally it would offer to delete the lines. */
function suggestionBlock(suggestion: string | null, language: string): string[] {
  if (suggestion === null) return []
  const code = suggestion.replaceAll('\r\n', '\n').replace(/\n$/, '')
  const lead = language === 'suggestion' ? [] : ['Suggested instead:', '']
  return ['', ...lead, codeFence(code, language)]
}

/** A finding told in full outside the diff, with a link where it has lines. */
export function foldedFinding(
  finding: Finding | UnplacedFinding,
  reason: string,
  target: LinkTarget,
): string {
  const { claim } = finding
  return [
    findingHeading(claim),
    '',
    `${placeOf(finding, target)} · <sub>${safeInline(reason)}</sub>`,
    ...(claim.quote.trim() === '' ? [] : ['', codeFence(claim.quote, '')]),
    '',
    safeMarkdown(claim.body),
    ...suggestionBlock(claim.suggestion, ''),
  ].join('\n')
}

/** Where a finding is, as a link if it has lines, else as the file it names. */
export function placeOf(finding: Finding | UnplacedFinding, target: LinkTarget): string {
  if (finding.kind === 'anchored') return lineLink(target, finding.anchor)
  const { claim, diff } = finding
  const line = claim.endLine ?? claim.startLine
  if (diff !== null && diff.hunks.length > 0 && line !== null && claim.side === 'RIGHT') {
    const startLine = Math.min(claim.startLine ?? line, line)
    return `${lineLink(target, { path: diff.path, side: 'RIGHT', startLine, line })} as stated`
  }
  const path = diff?.path ?? claim.path.replace(/^(.{300}).+/su, '$1 …')
  return path === '' ? 'no file named' : codeSpan(path)
}
