import { diffArrays } from 'diff'
import { uniqueAnchors } from './unique-anchors.ts'

/** For each line of a text: 1 where it is deleted, or added, and 0 where both texts share it. */
export type Flags = Uint8Array

type Changed = { readonly deleted: Flags; readonly added: Flags }

/** Indices of lines, from and to before. */
type Box = {
  readonly oldFrom: number
  readonly oldTo: number
  readonly newFrom: number
  readonly newTo: number
}

/** The time of the search grows with the square of the edits it has to find; past these the texts are parted first. */
const mostEdits = 1_000
/** So often, for the two texts in all: texts can be made that come apart one line at a time. */
const mostFailures = 12

/**
 * Which lines of the old text are deleted and which of the new are added; lines are the same where their ids are. A
 * shortest edit, or where that is a long one, shortest edits between the lines that both texts have once.
 */
export function changedLines(old: Int32Array, now: Int32Array): Changed {
  const changed = { deleted: new Uint8Array(old.length), added: new Uint8Array(now.length) }
  const boxes: Box[] = [{ oldFrom: 0, oldTo: old.length, newFrom: 0, newTo: now.length }]
  let failures = 0
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    const inner = withoutEqualEnds(old, now, box)
    if (failures < mostFailures && markShortestEdit(old, now, inner, changed)) continue
    const parts = ++failures > mostFailures ? [] : partsOf(old, now, inner)
    if (parts.length > 1) boxes.push(...parts)
    else markAll(inner, changed)
  }
  return changed
}

function withoutEqualEnds(old: Int32Array, now: Int32Array, box: Box): Box {
  let { oldFrom, oldTo, newFrom, newTo } = box
  while (oldFrom < oldTo && newFrom < newTo && old[oldFrom] === now[newFrom]) {
    oldFrom++
    newFrom++
  }
  while (oldFrom < oldTo && newFrom < newTo && old[oldTo - 1] === now[newTo - 1]) {
    oldTo--
    newTo--
  }
  return { oldFrom, oldTo, newFrom, newTo }
}

/** False where it takes too many edits. */
function markShortestEdit(old: Int32Array, now: Int32Array, box: Box, { deleted, added }: Changed): boolean {
  let { oldFrom, newFrom } = box
  const [before, after] = [
    Array.from(old.subarray(oldFrom, box.oldTo)),
    Array.from(now.subarray(newFrom, box.newTo)),
  ]
  if (before.length === 0 || after.length === 0) {
    markAll(box, { deleted, added })
    return true
  }
  const runs = diffArrays(before, after, { maxEditLength: mostEdits })
  if (runs === undefined) return false
  for (const run of runs) {
    const { length } = run.value
    if (run.removed) deleted.fill(1, oldFrom, oldFrom + length)
    if (run.added) added.fill(1, newFrom, newFrom + length)
    if (!run.added) oldFrom += length
    if (!run.removed) newFrom += length
  }
  return true
}

function markAll({ oldFrom, oldTo, newFrom, newTo }: Box, { deleted, added }: Changed): void {
  deleted.fill(1, oldFrom, oldTo)
  added.fill(1, newFrom, newTo)
}

/** What is between lines that both sides have once. */
function partsOf(old: Int32Array, now: Int32Array, { oldFrom, oldTo, newFrom, newTo }: Box): Box[] {
  const anchors = uniqueAnchors(old.subarray(oldFrom, oldTo), now.subarray(newFrom, newTo))
  const parts: Box[] = []
  let [oldAt, newAt] = [oldFrom, newFrom]
  for (const [oldLine, newLine] of anchors) {
    parts.push({ oldFrom: oldAt, oldTo: oldFrom + oldLine, newFrom: newAt, newTo: newFrom + newLine })
    oldAt = oldFrom + oldLine + 1
    newAt = newFrom + newLine + 1
  }
  return [...parts, { oldFrom: oldAt, oldTo, newFrom: newAt, newTo }]
}
