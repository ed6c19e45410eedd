/**
 * What a quote may mean, likeliest first: what is written; what stands in its fence; that without the +/- column; that
 * without the line numbers which we print. Blank code is no quote.
 */
export function readQuote(quote: string): string[][] {
  const written = trimBlankLines(quote.split(/\r?\n/))
  const isFenced =
    written.length > 2 && /^\s*```/.test(written[0] ?? '') && /^\s*```\s*$/.test(written.at(-1) ?? '')
  const lines = isFenced ? trimBlankLines(written.slice(1, -1)) : written
  const readings = isFenced ? [written, lines] : [lines]
  if (lines.some((line) => /^[+-]/.test(line)) && lines.every((line) => /^[+\- ]|^$/.test(line))) {
    readings.push(lines.map((line) => line.slice(1)))
  }
  if (lines.some((line) => numbered.test(line)) && lines.every((line) => asShown.test(line))) {
    readings.push(lines.map((line) => line.replace(asShown, '')))
  }
  return readings.filter((reading) => reading.some((line) => line.trim() !== ''))
}

/** What stands before a changed line where we show it, and a model's own number before any. */
const numbered = /^\s*\d+(?: [+\- ]|\s*$)/
/** An unchanged line has a blank there. */
const asShown = /^(?:\s*\d+(?: [+\- ]|\s*$)| |$)/

function trimBlankLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1)
}
