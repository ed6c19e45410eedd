import { codeFence } from './code.ts'

/**
 * Makes a stranger's Markdown harmless: no live mention, image, link, HTML, reference, table or command of another bot
 * survives, while emphasis, lists, headings, inline code and fenced code still read as meant.
 *
 * Only what is certain to be code for GitHub as well stays code: fences, which are written anew in the first column,
 * where no list can end them; and code spans that open and close on one line, every other backtick being escaped.
 * https://github.github.com/gfm/
 */
export function safeMarkdown(text: string): string {
  const lines = printable(text).split('\n')
  const safe: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const opening = fenceOpening.exec(line)
    if (opening === null) {
      safe.push(...wrap(line).map(safeLine))
      continue
    }
    const [, before = '', marks = '', info = ''] = opening
    const closing = new RegExp(`^\\s{0,${before.length + 3}}${marks[0]}{${marks.length},}\\s*$`)
    const indent = new RegExp(`^[ \\t]{0,${before.length}}`)
    const code: string[] = []
    for (at++; at < lines.length && !closing.test(lines[at] ?? ''); at++) {
      code.push((lines[at] ?? '').replace(indent, ''))
    }
    if (before.trim() !== '') safe.push(before)
    safe.push(codeFence(code.join('\n'), harmlessLanguage(info)))
  }
  return safe.join('\n')
}

/** One line of a stranger's text, for titles and reasons; what is longer than any of those should be is cut. */
export function safeInline(text: string): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim()
  return safeLine(line.replace(/^(.{1000}).+/u, '$1 …'))
}

/** Markdown of one line as a table cell: only an escaped pipe does not end it, and not even code protects one. */
export function tableCell(markdown: string): string {
  return markdown.replaceAll('\\|', '\\\u200B|').replaceAll('|', '\\|')
}

/** Bodies are cut between lines, so that a very long one is broken into several. */
function wrap(line: string): readonly string[] {
  return line.match(/.{1,2000}(?!\S)|.{1,2000}/gsu) ?? ['']
}

/** What stands before a fence, its marks, its info string. One that begins a list item counts as well. */
const fenceOpening = /^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/

/** GitHub draws some fence languages instead of showing them; `suggestion` would offer a commit that we never checked. */
const drawnLanguages = ['suggestion', 'mermaid', 'math', 'geojson', 'topojson', 'stl']

function harmlessLanguage(info: string): string {
  const language = /^[\w+#.-]{1,20}/.exec(info.trim())?.[0] ?? ''
  return drawnLanguages.includes(language.toLowerCase()) ? 'text' : language
}

/** Without control characters and bidirectional overrides, which show one thing and mean another. */
export function printable(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(
      /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g,
      '',
    )
}

/**
 * What is kept within a line: escapes that are harmless both ways; code spans, of at most 80 backticks because GitHub
 * pairs no longer runs (`MAXBACKTICKS` in cmark-gfm); and addresses, shown as code unless a backtick touches them.
 */
const kept =
  /\\[`\\*_[\]|]|(?<!`)(?<marks>`{1,80})(?!`).+?(?<!`)\k<marks>(?!`)|(?<!`)(?<address>(?:(?:https?|ftp):\/\/|www\.)[^\s<>`\\]*[^\s<>`\\.,:;!?'"*_~()[\]])(?=[\s<>\\.,:;!?'"*_~()[\]]|$)/gi

function safeLine(line: string): string {
  const start = deadStart(line)
  let safe = ''
  let end = 0
  for (const match of start.matchAll(kept)) {
    const code = match.groups?.address === undefined ? match[0] : `\`${match[0]}\``
    safe += escapeText(start.slice(end, match.index)) + code.replaceAll('@', '@\u200B')
    end = match.index + match[0].length
  }
  return safe + escapeText(start.slice(end))
}

/** A command of another bot, or the `|---|---|` without which there is no table (cells would cut code spans in two). */
function deadStart(line: string): string {
  const isTableRule = /^[\s>|:-]+$/.test(line) && line.includes('-') && /[|:]/.test(line)
  return isTableRule
    ? line.replace(/^[\s>]*/, '$&\u200B')
    : line.replace(/^([\s>*+-]*)(?=\/[a-z])/i, '$&\u200B')
}

/** A zero width space keeps a mention or reference readable but dead; entities would be decoded before GitHub looks. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\\`[]|~~~/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/@|:(?=\/\/)|www(?=\.)|#(?=\d)|GH(?=-\d)|\$(?=\$)/gi, '$&\u200B')
}
