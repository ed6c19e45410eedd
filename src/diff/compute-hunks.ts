import { changedLines, type Flags } from './changed-lines.ts'
import { type DiffLine, type Hunk, identifyHunks, type RawHunk } from './patch.ts'
import { type Lines, slideChanges } from './slide-changes.ts'

const contextLines = 3
const mostBytesOfFunctionContext = 80

/** Lines `oldFrom` to before `oldTo` became `newFrom` to before `newTo`; one of the two may be none. */
type Change = {
  readonly oldFrom: number
  readonly oldTo: number
  readonly newFrom: number
  readonly newTo: number
}

/** The hunks that `git diff` shows between two texts, for files of which GitHub sends none. */
export function computeHunks(path: string, oldText: string, newText: string): readonly Hunk[] {
  const idOfLine = new Map<string, number>()
  const [old, now] = [readLines(oldText, idOfLine), readLines(newText, idOfLine)]
  const { deleted, added } = changedLines(old.ids, now.ids)
  slideChanges(old, now, deleted, added)
  const functionContext = functionContexts(old.texts)
  return identifyHunks(
    path,
    neighbours(changesOf(deleted, added)).map((changes) => hunkOf(changes, old, now, functionContext)),
  )
}

/** Lines end at `\n` only. A last line without one is another line than the same with one. */
function readLines(text: string, idOfLine: Map<string, number>): Lines {
  const texts = text.split('\n')
  const endsWithNewline = texts.at(-1) === ''
  if (endsWithNewline) texts.pop()
  const ids = Int32Array.from(texts, (line, at) => {
    const key = at === texts.length - 1 && !endsWithNewline ? `\n${line}` : line
    const id = idOfLine.get(key) ?? idOfLine.size
    if (id === idOfLine.size) idOfLine.set(key, id)
    return id
  })
  return { texts, ids }
}

function changesOf(deleted: Flags, added: Flags): readonly Change[] {
  const changes: Change[] = []
  for (let [oldAt, newAt] = [0, 0]; oldAt < deleted.length || newAt < added.length; oldAt++, newAt++) {
    const [oldFrom, newFrom] = [oldAt, newAt]
    while (deleted[oldAt] === 1) oldAt++
    while (added[newAt] === 1) newAt++
    if (oldAt > oldFrom || newAt > newFrom) changes.push({ oldFrom, oldTo: oldAt, newFrom, newTo: newAt })
  }
  return changes
}

/** Changes whose context would touch are one hunk. */
function neighbours(changes: readonly Change[]): readonly (readonly [Change, ...Change[]])[] {
  const groups: [Change, ...Change[]][] = []
  for (const change of changes) {
    const group = groups.at(-1)
    const previous = group?.at(-1)
    if (group && previous && change.oldFrom - previous.oldTo <= 2 * contextLines) group.push(change)
    else groups.push([change])
  }
  return groups
}

function hunkOf(
  changes: readonly [Change, ...Change[]],
  old: Lines,
  now: Lines,
  functionContext: (oldLine: number) => string,
): RawHunk {
  const [first, last] = [changes[0], changes.at(-1) ?? changes[0]]
  const before = Math.min(contextLines, first.oldFrom)
  const [oldFrom, newFrom] = [first.oldFrom - before, first.newFrom - before]
  const after = Math.min(contextLines, old.texts.length - last.oldTo)
  const [oldTo, newTo] = [last.oldTo + after, last.newTo + after]
  const oldStart = oldTo === oldFrom ? oldFrom : oldFrom + 1
  const newStart = newTo === newFrom ? newFrom : newFrom + 1
  const ranges = `-${range(oldStart, oldTo - oldFrom)} +${range(newStart, newTo - newFrom)}`
  const header = `@@ ${ranges} @@${functionContext(oldFrom)}`
  return { header, oldStart, newStart, lines: linesOf(changes, old, now, oldFrom, oldTo) }
}

function linesOf(
  changes: readonly Change[],
  old: Lines,
  now: Lines,
  oldFrom: number,
  oldTo: number,
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  const text = (side: Lines, at: number) => side.texts[at] ?? ''
  let shift = 0
  let at = oldFrom
  const context = (to: number) => {
    for (; at < to; at++) {
      lines.push({ kind: 'context', oldLine: at + 1, newLine: at + 1 + shift, text: text(old, at) })
    }
  }
  for (const change of changes) {
    shift = change.newFrom - change.oldFrom
    context(change.oldFrom)
    for (; at < change.oldTo; at++) {
      lines.push({ kind: 'deleted', oldLine: at + 1, newLine: null, text: text(old, at) })
    }
    for (let added = change.newFrom; added < change.newTo; added++) {
      lines.push({ kind: 'added', oldLine: null, newLine: added + 1, text: text(now, added) })
    }
    shift = change.newTo - change.oldTo
  }
  context(oldTo)
  return lines
}

/** git leaves out a count of 1. https://git-scm.com/docs/diff-format */
function range(start: number, count: number): string {
  return count === 1 ? `${start}` : `${start},${count}`
}

/** What git writes behind a hunk's ranges: the nearest line above that starts at the margin. Asked from top to bottom. */
function functionContexts(texts: readonly string[]): (before: number) => string {
  let next = 0
  let context = ''
  return (before) => {
    let above = before - 1
    while (above >= next && !/^[A-Za-z_$]/.test(texts[above] ?? '')) above--
    if (above >= next) context = ` ${firstBytes(texts[above] ?? '').trimEnd()}`
    next = Math.max(next, before)
    return context
  }
}

function firstBytes(line: string): string {
  const bytes = Buffer.from(line.slice(0, mostBytesOfFunctionContext))
  return bytes
    .subarray(0, mostBytesOfFunctionContext)
    .toString()
    .replace(/\uFFFD$/, '')
}
