import { estimateTokens } from '../plan/tokens.ts'

export type ExcerptLine = { readonly number: number; readonly text: string }

/** Lines around the change, for the model to know and not to comment on. */
export type Excerpt = {
  readonly path: string
  /** In the numbering of the head version, ascending; gaps are left out lines. */
  readonly lines: readonly ExcerptLine[]
  /** Why it is shown, for the model: 'encloses the change', 'defines price', 'calls price'. */
  readonly why: string
}

/** Room for a line's number, one column and the line end. */
const tokensPerLine = 3
/** Room for what stands around path and reason. */
export const tokensPerExcerpt = 4

const mostLineLength = 300

/** Without a carriage return at the end, and no longer than anybody reads. */
export function cutLine(line: string): string {
  if (line.length <= mostLineLength) return line.endsWith('\r') ? line.slice(0, -1) : line
  const cut = line.slice(0, mostLineLength)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

/** Tokens of an excerpt as a heading and each line behind its number. */
export function excerptTokens({ path, lines, why }: Excerpt): number {
  const heading = tokensPerExcerpt + estimateTokens(path) + estimateTokens(why)
  return lines.reduce((sum, line) => sum + lineTokens(line), heading)
}

export function lineTokens({ text }: ExcerptLine): number {
  return tokensPerLine + estimateTokens(text)
}
