import { codeFence } from './code.ts'

/**
 * Makes a stranger's Markdown harmless: no live mention, image, link, HTML, reference or command of another bot survives,
 * while emphasis, lists, headings, inline code and fenced code still read as meant.
 *
 * Only what is certain to be code for GitHub as well is left alone: fences that start in the first column (an indented one
 * may belong to a list item and end with it), and code spans that open and close on one line (an unpaired backtick is
 * escaped, so that it cannot pair with one on another line). https://spec.commonmark.org/0.31.2/
 */
export function safeMarkdown(text: string): string {
  const lines = printable(text).split('\n')
  const safe: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const opening = /^(`{3,}|~{3,})([^`]*)$/.exec(line)
    if (opening === null) {
      safe.push(safeLine(line))
      continue
    }
    const marks = opening[1] ?? '```'
    const closing = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`)
    const end = lines.findIndex((other, index) => index > at && closing.test(other))
    const code = lines.slice(at + 1, end < 0 ? lines.length : end)
    safe.push(codeFence(code.join('\n'), harmlessLanguage(opening[2] ?? '')))
    at = end < 0 ? lines.length : end
  }
  return safe.join('\n')
}

/** One line of a stranger's text, for titles and table cells. */
export function safeInline(text: string): string {
  return safeLine(printable(text).replaceAll(/\s+/g, ' ').trim()).replaceAll('|', '\\|')
}

/** GitHub draws some fence languages instead of showing them; `suggestion` would offer a commit that we never checked. */
const drawnLanguages = ['suggestion', 'mermaid', 'math', 'geojson', 'topojson', 'stl']

function harmlessLanguage(info: string): string {
  const language = /^[\w+#.-]{1,20}/.exec(info.trim())?.[0] ?? ''
  return drawnLanguages.includes(language.toLowerCase()) ? 'text' : language
}

/** Without control characters and bidirectional overrides, which show one thing and mean another. */
function printable(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(
      /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g,
      '',
    )
}

function safeLine(line: string): string {
  // Commands of other bots stand at the start of a line.
  const command = line.replace(/^([\s>*+-]*)\/(?=[a-z])/i, '$1\u200B/')
  const start = isTableRule(line) ? `\\${line}` : command
  let safe = ''
  let at = 0
  while (at < start.length) {
    const next = start.slice(at).search(/[\\`]/)
    if (next < 0) return safe + safeText(start.slice(at))
    safe += safeText(start.slice(at, at + next))
    at += next
    if (start[at] === '\\') {
      // Kept only before what is harmless both ways; before anything else it becomes a plain backslash.
      const escaped = '`\\*_'.includes(start[at + 1] ?? ' ')
      safe += escaped ? start.slice(at, at + 2) : '\\\\'
      at += escaped ? 2 : 1
      continue
    }
    const marks = /^`+/.exec(start.slice(at))?.[0] ?? '`'
    const close = indexOfRun(start, marks, at + marks.length)
    if (close < 0) safe += '\\`'.repeat(marks.length)
    else safe += start.slice(at, close + marks.length).replaceAll('@', '@\u200B')
    at = close < 0 ? at + marks.length : close + marks.length
  }
  return safe
}

/** The `|---|---|` line without which there is no table; in a table, cells cut code spans in two. */
function isTableRule(line: string): boolean {
  return /^[\s>|:-]+$/.test(line) && line.includes('-') && /[|:]/.test(line)
}

/** Where a run of exactly these backticks begins, at or after `from`; -1 when there is none. */
function indexOfRun(line: string, marks: string, from: number): number {
  for (const run of line.slice(from).matchAll(/`+/g)) {
    if (run[0].length === marks.length) return from + run.index
  }
  return -1
}

function safeText(text: string): string {
  return text
    .split(/((?:https?|ftp):\/\/[^\s<>`\\]+|www\.[^\s<>`\\]+)/i)
    .map((part, at) => (at % 2 === 1 ? `\`${part.replaceAll('@', '@\u200B')}\`` : escapeText(part)))
    .join('')
}

/** A zero width space keeps a mention or reference readable but dead; entities would be decoded before GitHub looks. */
function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('[', '\\[')
    .replaceAll('~~~', '\\~~~')
    .replaceAll('@', '@\u200B')
    .replaceAll(/#(?=\d)/g, '#\u200B')
    .replaceAll(/\bGH-(?=\d)/gi, 'GH\u200B-')
}
