export type DiffRow = {
  readonly kind: 'hunk' | 'context' | 'added' | 'deleted'
  /** null where the line does not exist on that side. */
  readonly oldLine: number | null
  readonly newLine: number | null
  readonly text: string
}

export type Lines = { readonly side: string; readonly line: number; readonly startLine: number | null }

/** The rows of a patch as GitHub gives it, each with its line numbers. */
export function diffRows(patch: string): DiffRow[] {
  let oldLine = 0
  let newLine = 0
  return patch.split('\n').flatMap((line): DiffRow[] => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
    if (hunk !== null) {
      oldLine = Number(hunk[1])
      newLine = Number(hunk[2])
      return [{ kind: 'hunk', oldLine: null, newLine: null, text: line }]
    }
    const text = line.slice(1)
    switch (line[0]) {
      case '+':
        return [{ kind: 'added', oldLine: null, newLine: newLine++, text }]
      case '-':
        return [{ kind: 'deleted', oldLine: oldLine++, newLine: null, text }]
      case ' ':
        return [{ kind: 'context', oldLine: oldLine++, newLine: newLine++, text }]
      default:
        return [] // "\ No newline at end of file"
    }
  })
}

/** The rows a comment is about, first to last. */
export function rowsOf(rows: readonly DiffRow[], { side, line, startLine }: Lines): DiffRow[] {
  const from = startLine ?? line
  return rows.filter((row) => {
    const number = side === 'LEFT' ? row.oldLine : row.newLine
    return number !== null && from <= number && number <= line
  })
}
