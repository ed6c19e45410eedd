/**
 * GitHub documents no limit for review bodies and comments; issue comments were refused above 65,536 characters ("Body is
 * too long (maximum is 65536 characters)"). Counted in bytes and with room to spare, so that any reading of it holds.
 */
export const bodyBytes = 60_000

/** The first review is edited later: so much is kept for what is to stand above what it says. */
export const summaryBytes = 15_000

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/**
 * As many whole lines as fit; open code fences are closed, and `notice` says that something was cut. Only code is cut
 * within a line: a piece of other Markdown could mean something else than the whole.
 */
export function cutToBytes(text: string, limit: number, notice: string): string {
  if (byteLength(text) <= limit) return text
  const kept: string[] = []
  let fence: string | null = null
  let room = limit - byteLength(notice) - 2
  for (const line of text.split('\n')) {
    const next = fenceAfter(line, fence)
    // the fence that would have to be closed, and its line end, must fit as well
    const closing: number = next === null ? 0 : next.length + 1
    const fits = byteLength(line) + 1 + closing <= room
    if (!fits && (fence === null || next === null)) break
    const whole: string = fits ? line : firstBytes(line, room - closing - 1)
    kept.push(whole)
    fence = fenceAfter(whole, fence)
    if (!fits) break
    room -= byteLength(line) + 1
  }
  if (fence !== null) kept.push(fence)
  return [...kept, '', notice].join('\n')
}

/** Whole characters only: a decoder that expects more keeps back the bytes of one that is cut. */
function firstBytes(text: string, limit: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Buffer.from(text).subarray(0, Math.max(0, limit)),
    {
      stream: true,
    },
  )
}

/** The fence that is open after this line: https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
export function fenceAfter(line: string, open: string | null): string | null {
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  const [, marks, rest] = fence ?? []
  if (marks === undefined || rest === undefined) return open
  if (open === null) return marks.startsWith('`') && rest.includes('`') ? null : marks
  const closes = marks[0] === open[0] && marks.length >= open.length && rest.trim() === ''
  return closes ? null : open
}
