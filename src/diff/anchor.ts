import type { Side } from '../pull-request.ts'
import type { DiffLine, FileDiff, Hunk } from './patch.ts'

/** Where a review comment goes. `startLine` equals `line` for a single line. */
export type Anchor = {
  readonly path: string
  readonly side: Side
  /** First line of the range, in the numbering of that side. */
  readonly startLine: number
  /** Last line of the range. */
  readonly line: number
}

/**
 * Can GitHub place a comment on this line? RIGHT takes added and context lines, LEFT deleted ones. GitHub documents
 * LEFT for deletions only ("side", https://docs.github.com/en/rest/pulls/comments); context on LEFT has been refused.
 */
export function isCommentable(line: DiffLine, side: Side): boolean {
  return side === 'RIGHT' ? line.kind !== 'deleted' : line.kind === 'deleted'
}

export function lineNumber(line: DiffLine, side: Side): number | null {
  return side === 'RIGHT' ? line.newLine : line.oldLine
}

/** The lines a comment with this anchor would cover; empty unless GitHub accepts it: both ends shown in one hunk. */
export function anchoredLines(diff: FileDiff, anchor: Anchor): readonly DiffLine[] {
  if (anchor.path !== diff.path || anchor.startLine > anchor.line) return []
  for (const hunk of diff.hunks) {
    const covered = coveredLines(hunk, anchor)
    if (covered.length > 0) return covered
  }
  return []
}

function coveredLines(hunk: Hunk, { side, startLine, line }: Anchor): readonly DiffLine[] {
  const has = (number: number) =>
    hunk.lines.some((one) => isCommentable(one, side) && lineNumber(one, side) === number)
  if (!has(startLine) || !has(line)) return []
  return hunk.lines.filter((one) => {
    const number = lineNumber(one, side)
    return number !== null && number >= startLine && number <= line
  })
}
