import { type DiffRow, diffRows, rowsOf } from './diff-rows.ts'
import { markdownToTerminal } from './markdown/terminal.ts'
import type { CommentView, FileView, ReviewView } from './pull-request-view.ts'
import { indent, type Paint, type Style } from './terminal-style.ts'

/** A posted review for reading in a terminal: its body, then every comment below the lines it is about. */
export function printReview(
  review: ReviewView,
  files: readonly FileView[],
  width: number,
  paint: Paint,
): string {
  const count = review.comments.length
  return [
    markdownToTerminal(review.body, width, paint),
    paint('bold', `${count} comment${count === 1 ? '' : 's'} on lines`),
    ...review.comments.map((comment) => printComment(comment, files, width, paint)),
  ].join('\n\n')
}

export function placeOf({ path, side, line, startLine }: CommentView): string {
  const lines = startLine === null ? `${line}` : `${startLine}-${line}`
  return `${path}:${lines}${side === 'LEFT' ? ' (deleted)' : ''}`
}

const signs: Readonly<Record<DiffRow['kind'], readonly [string, Style]>> = {
  added: ['+', 'green'],
  deleted: ['-', 'red'],
  context: [' ', 'dim'],
  hunk: [' ', 'cyan'],
}

function printComment(comment: CommentView, files: readonly FileView[], width: number, paint: Paint): string {
  const patch = files.find(({ path }) => path === comment.path)?.patch ?? ''
  const rows = rowsOf(diffRows(patch), comment)
  const code = rows.map((row) => {
    const [sign, style] = signs[row.kind]
    const number = String((comment.side === 'LEFT' ? row.oldLine : row.newLine) ?? '').padStart(5)
    return `${paint('dim', `${number} │`)} ${paint(style, `${sign} ${untab(row.text)}`)}`
  })
  const text = markdownToTerminal(comment.body, width - 4, paint, (language, suggested) => {
    if (language !== 'suggestion') return null
    const added = suggested === '' ? [] : suggested.split('\n')
    return [
      paint('bold', 'Suggested change'),
      ...rows.map((row) => paint('red', `- ${untab(row.text)}`)),
      ...added.map((line) => paint('green', `+ ${untab(line)}`)),
    ].join('\n')
  })
  return [paint('bold', placeOf(comment)), ...code, '', indent(text, '    ')].join('\n')
}

function untab(text: string): string {
  return text.replaceAll('\t', '  ')
}
