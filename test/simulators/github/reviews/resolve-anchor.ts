import type { DiffFile } from '../git/diff-commits.ts'
import { shownPatch } from '../rest/represent/diff-entry.ts'
import type { Anchor } from '../state.ts'
import { type DiffLine, diffHunkOf, findLine, parsePatch, type Side } from './diff-lines.ts'

/** The anchor of a comment as a client writes it. */
export interface AnchorRequest {
  readonly path: string
  readonly side: string | null
  readonly line: number | null
  readonly startSide: string | null
  readonly startLine: number | null
  readonly position: number | null
}

export type AnchorProblem = 'path' | 'line' | 'position' | 'range order' | 'range hunk' | 'side'

export type ResolvedAnchor =
  | { readonly anchor: Anchor; readonly diffHunk: string }
  | { readonly problem: AnchorProblem }

/**
 * Finds an anchor in the diff. Only lines shown in a hunk can carry a comment, each on its own side, and a
 * range stays inside one hunk. Source: GitHub REST, "Create a review comment for a pull request".
 */
export function resolveAnchor(
  files: readonly DiffFile[],
  tooLarge: ReadonlySet<string>,
  request: AnchorRequest,
): ResolvedAnchor {
  const file = files.find((candidate) => candidate.filename === request.path)
  if (!file) return { problem: 'path' }
  const patch = shownPatch(file, tooLarge) ?? ''
  const lines = parsePatch(patch)
  if (request.line === null && request.position !== null)
    return resolvePosition(patch, lines, request.position)
  const side = sideOf(request.side ?? 'RIGHT')
  const startSide = sideOf(request.startSide ?? request.side ?? 'RIGHT')
  if (side === null || startSide === null) return { problem: 'side' }
  const end = request.line === null ? undefined : findLine(lines, side, request.line)
  if (!end || request.line === null) return { problem: 'line' }
  const { position } = end
  const diffHunk = diffHunkOf(patch, end)
  if (request.startLine === null) {
    return { anchor: { side, line: request.line, startSide: null, startLine: null, position }, diffHunk }
  }
  if (startSide === side && request.startLine >= request.line) return { problem: 'range order' }
  const start = findLine(lines, startSide, request.startLine)
  if (!start || start.hunk !== end.hunk) return { problem: 'range hunk' }
  if (start.position >= end.position) return { problem: 'range order' }
  const anchor: Anchor = { side, line: request.line, startSide, startLine: request.startLine, position }
  return { anchor, diffHunk }
}

function resolvePosition(patch: string, lines: readonly DiffLine[], position: number): ResolvedAnchor {
  const found = lines.find((candidate) => candidate.position === position)
  if (!found) return { problem: 'position' }
  const side: Side = found.kind === 'deleted' ? 'LEFT' : 'RIGHT'
  const line = side === 'LEFT' ? found.oldLine : found.newLine
  return {
    anchor: { side, line, startSide: null, startLine: null, position },
    diffHunk: diffHunkOf(patch, found),
  }
}

function sideOf(text: string): Side | null {
  return text === 'LEFT' || text === 'RIGHT' ? text : null
}
