import { shownPatch } from '../rest/represent/diff-entry.ts'
import type { Anchor, PullRequest, Thread } from '../state.ts'
import { findLine, parsePatch } from './diff-lines.ts'
import type { SideMaps } from './map-lines.ts'

/** After the head moved: every thread follows its line, or becomes outdated when the line is gone from the diff. */
export function moveAnchors(pull: PullRequest, maps: SideMaps): void {
  for (const thread of pull.threads) moveAnchor(thread, maps)
}

export function moveAnchor(thread: Thread, maps: SideMaps): void {
  if (thread.anchor === null) return
  thread.anchor = moved(thread, thread.anchor, maps)
  thread.outdated = thread.anchor === null
}

function moved(thread: Thread, anchor: Anchor, maps: SideMaps): Anchor | null {
  const file = thread.pull.files.find((candidate) => candidate.filename === thread.path)
  if (!file) return null
  const lines = parsePatch(shownPatch(file, thread.pull.tooLarge) ?? '')
  const line = maps[anchor.side](thread.path, anchor.line)
  const found = line === null ? undefined : findLine(lines, anchor.side, line)
  if (line === null || !found) return null
  if (anchor.startLine === null) return { ...anchor, line, position: found.position }
  const startLine = maps[anchor.startSide ?? anchor.side](thread.path, anchor.startLine)
  return startLine === null ? null : { ...anchor, line, startLine, position: found.position }
}
