/** A fenced block that nothing inside it can close. */
export function codeFence(code: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1))
  return `${fence}${language}\n${code}\n${fence}`
}

/**
 * A code span that nothing inside it can close, on one line. GitHub pairs at most 80 backticks (`MAXBACKTICKS` in
 * cmark-gfm), so that a longer run of them inside is shortened.
 */
export function codeSpan(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').replaceAll(/`{80,}/g, '`'.repeat(79))
  const marks = '`'.repeat(longestRun(line) + 1)
  const pad = /^`|`$|^ .* $|^$/.test(line) ? ' ' : ''
  return `${marks}${pad}${line}${pad}${marks}`
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}
