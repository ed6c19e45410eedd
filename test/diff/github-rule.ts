import type { Side } from '../../src/pull-request.ts'

type Comment = { readonly side: Side; readonly line: number; readonly startLine: number | null }

/**
 * Would GitHub take this comment? Read off the patch as text, without our parser: RIGHT is an added or unchanged line,
 * LEFT a deleted one, both ends stand in one hunk, and a range begins before it ends.
 * https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 */
export function githubAccepts(patch: string, { side, line, startLine }: Comment): boolean {
  return shownNumbers(patch, side).some(
    (hunk) => hunk.has(line) && (startLine === null || (startLine < line && hunk.has(startLine))),
  )
}

/** For each hunk the numbers of the lines that can carry a comment on this side. */
function shownNumbers(patch: string, side: Side): Set<number>[] {
  const hunks: Set<number>[] = []
  let [left, right] = [0, 0]
  for (const row of patch.split('\n')) {
    const header = /^@@ -(\d+)\S* \+(\d+)/.exec(row)
    if (header !== null) {
      hunks.push(new Set())
      left = Number(header[1])
      right = Number(header[2])
      continue
    }
    if (row.startsWith('\\')) continue
    if (row.startsWith('-') === (side === 'LEFT')) hunks.at(-1)?.add(side === 'LEFT' ? left : right)
    if (!row.startsWith('+')) left++
    if (!row.startsWith('-')) right++
  }
  return hunks
}
