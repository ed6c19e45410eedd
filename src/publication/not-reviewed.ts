import { codeSpan } from './code.ts'
import { safeInline } from './safe-markdown.ts'

/** A file, or those of its hunks, that nobody looked at for one reason. */
export type NotReviewed = {
  readonly path: string
  /** First lines of the hunks in the new file; empty when the whole file is meant. */
  readonly fromLines: readonly number[]
  readonly reason: string
}

/** Rows of a table that people still read; the rest is counted. */
export const mostRows = 50

export function notReviewedSection(notReviewed: readonly NotReviewed[]): string[] {
  if (notReviewed.length === 0) return []
  const byReason = Map.groupBy(notReviewed, ({ reason }) => reason)
  const rows = [...byReason].map(([reason, files]) => {
    const named = files.slice(0, mostRows).map(({ path, fromLines }) => {
      return fromLines.length === 0 ? codeSpan(path) : `${codeSpan(path)} (from line ${fromLines.join(', ')})`
    })
    const more = files.length > mostRows ? `, and ${files.length - mostRows} more, in the job summary` : ''
    return `- ${safeInline(reason)}: ${named.join(', ')}${more}`
  })
  return ['', '### Not reviewed', '', ...rows]
}
