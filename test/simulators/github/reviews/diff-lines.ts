export type Side = 'LEFT' | 'RIGHT'

/** One line below a hunk header of a patch. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'deleted'
  readonly hunk: number
  /** GitHub's deprecated anchor: 1 is the line below the first `@@` of the file; later `@@` lines count. */
  readonly position: number
  readonly oldLine: number
  readonly newLine: number
  /** Where in the patch its hunk's header is. */
  readonly hunkStart: number
}

export function parsePatch(patch: string): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let hunk = -1
  let hunkStart = 0
  let oldLine = 0
  let newLine = 0
  patch.split('\n').forEach((text, position) => {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text)
    if (header) {
      hunk += 1
      hunkStart = position
      oldLine = Number(header[1])
      newLine = Number(header[2])
      return
    }
    const kind = kindOf(text)
    if (kind === null) return
    lines.push({ kind, hunk, position, oldLine, newLine, hunkStart })
    if (kind !== 'added') oldLine += 1
    if (kind !== 'deleted') newLine += 1
  })
  return lines
}

function kindOf(text: string): DiffLine['kind'] | null {
  if (text.startsWith('+')) return 'added'
  if (text.startsWith('-')) return 'deleted'
  return text.startsWith('\\') ? null : 'context'
}

/** The hunk from its header to a line, which GitHub stores with a comment. */
export function diffHunkOf(patch: string, line: DiffLine): string {
  return patch
    .split('\n')
    .slice(line.hunkStart, line.position + 1)
    .join('\n')
}

/** RIGHT is for additions and unchanged context, LEFT for deletions. Source: GitHub REST, pulls/comments, `side`. */
export function findLine(lines: readonly DiffLine[], side: Side, line: number): DiffLine | undefined {
  return lines.find((candidate) =>
    side === 'LEFT'
      ? candidate.kind === 'deleted' && candidate.oldLine === line
      : candidate.kind !== 'deleted' && candidate.newLine === line,
  )
}
