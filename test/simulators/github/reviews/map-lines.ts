import type { DiffFile } from '../git/diff-commits.ts'
import { parsePatch, type Side } from './diff-lines.ts'

/** Where a line of one commit is in a later one, or null when it was changed or its file is gone. */
export type LineMap = (path: string, line: number) => number | null

export const sameLines: LineMap = (_path, line) => line

/** The lines of both sides of a diff. */
export type SideMaps = Readonly<Record<Side, LineMap>>

/** Follows lines through the diff between two heads, the way GitHub moves review comments after a push. */
export function mapLines(files: readonly DiffFile[]): LineMap {
  const changes = new Map(files.map((file) => [file.filename, parsePatch(file.patch ?? '')]))
  const gone = new Set(
    files.flatMap((file) => (file.status === 'removed' ? [file.filename] : (file.previousFilename ?? []))),
  )
  return (path, line) => {
    if (gone.has(path)) return null
    let moved = line
    for (const change of changes.get(path) ?? []) {
      if (change.kind === 'deleted' && change.oldLine === line) return null
      if (change.kind === 'deleted' && change.oldLine < line) moved -= 1
      if (change.kind === 'added' && change.oldLine <= line) moved += 1
    }
    return moved
  }
}
