import { type Inline, parseInline } from './parse-inline.ts'

/** As much of GitHub's Markdown as reviews use. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly code: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'quote'; readonly alert: string | null; readonly blocks: readonly Block[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: 'details'; readonly summary: readonly Inline[]; readonly blocks: readonly Block[] }
  | { readonly kind: 'rule' }

export function parseMarkdown(markdown: string): Block[] {
  const visible = markdown.replaceAll('\r\n', '\n').replace(/^<!--[\s\S]*?-->\n?/gm, '')
  return parseBlocks(visible.split('\n'))
}

/** A block that starts at a line, and the line after it; null when none of this kind does. */
type Reader = (
  lines: readonly string[],
  at: number,
) => { readonly block: Block; readonly next: number } | null

function parseBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    if (lines[at]?.trim() === '') {
      at++
      continue
    }
    const read = readBlock(lines, at) ?? readParagraph(lines, at)
    blocks.push(read.block)
    at = read.next
  }
  return blocks
}

function readBlock(lines: readonly string[], at: number) {
  for (const reader of [readCode, readHeading, readRule, readQuote, readTable, readDetails, readList]) {
    const read = reader(lines, at)
    if (read !== null) return read
  }
  return null
}

function readParagraph(lines: readonly string[], at: number) {
  let next = at + 1
  while (next < lines.length && lines[next]?.trim() !== '' && readBlock(lines, next) === null) next++
  const text = lines.slice(at, next).join('\n')
  return { block: { kind: 'paragraph', text: parseInline(text) } satisfies Block, next }
}

const readCode: Reader = (lines, at) => {
  const [, indent = '', fence = '', info = ''] = /^( {0,3})(`{3,}|~{3,})([^`]*)$/.exec(lines[at] ?? '') ?? []
  if (fence === '') return null
  const closing = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},} *$`)
  const end = endOf(lines, at + 1, (line) => closing.test(line))
  const code = lines.slice(at + 1, end).map((line) => line.replace(new RegExp(`^ {0,${indent.length}}`), ''))
  return { block: { kind: 'code', language: info.trim(), code: code.join('\n') }, next: end + 1 }
}

const readHeading: Reader = (lines, at) => {
  const [, marks, text] = /^(#{1,6}) +(.*)$/.exec(lines[at] ?? '') ?? []
  if (marks === undefined || text === undefined) return null
  return { block: { kind: 'heading', level: marks.length, text: parseInline(text) }, next: at + 1 }
}

const readRule: Reader = (lines, at) =>
  /^ {0,3}(?:-{3,}|\*{3,}|_{3,}) *$/.test(lines[at] ?? '') ? { block: { kind: 'rule' }, next: at + 1 } : null

const readQuote: Reader = (lines, at) => {
  if (!lines[at]?.startsWith('>')) return null
  const end = endOf(lines, at, (line) => !line.startsWith('>'))
  const inside = lines.slice(at, end).map((line) => line.replace(/^> ?/, ''))
  const alert = /^\[!(\w+)\]$/.exec(inside[0]?.trim() ?? '')?.[1] ?? null
  const blocks = parseBlocks(alert === null ? inside : inside.slice(1))
  return { block: { kind: 'quote', alert: alert?.toLowerCase() ?? null, blocks }, next: end }
}

const readTable: Reader = (lines, at) => {
  if (!lines[at]?.includes('|') || !/^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*$/.test(lines[at + 1] ?? ''))
    return null
  const end = endOf(lines, at, (line) => !line.includes('|'))
  const rows = [lines[at] ?? '', ...lines.slice(at + 2, end)].map((line) => cellsOf(line).map(parseInline))
  return { block: { kind: 'table', rows }, next: end }
}

function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

const readDetails: Reader = (lines, at) => {
  if (!/^<details(?: open)?>/.test(lines[at] ?? '')) return null
  const end = endOf(lines, at, (line) => line.includes('</details>'))
  const inside = lines.slice(at, end + 1).join('\n')
  const summary = /<summary>([\s\S]*?)<\/summary>/.exec(inside)?.[1] ?? 'Details'
  const content = inside.replace(/<summary>[\s\S]*?<\/summary>/, '').replace(/<\/?details(?: open)?>/g, '')
  return {
    block: {
      kind: 'details',
      summary: parseInline(summary.trim()),
      blocks: parseBlocks(content.split('\n')),
    },
    next: end + 1,
  }
}

const listItem = /^( *)([-*+]|\d+[.)]) +(.*)$/

const readList: Reader = (lines, at) => {
  const first = listItem.exec(lines[at] ?? '')
  if (first === null) return null
  const indent = first[1]?.length ?? 0
  const items: string[][] = []
  let next = at
  for (; next < lines.length; next++) {
    const line = lines[next] ?? ''
    const item = listItem.exec(line)
    if (item !== null && item[1]?.length === indent) items.push([item[3] ?? ''])
    else if (
      line.trim() === '' ? /^ {2,}\S/.test(lines[next + 1] ?? '') : line.startsWith(' '.repeat(indent + 2))
    ) {
      items.at(-1)?.push(line.slice(indent + 2))
    } else break
  }
  const ordered = /\d/.test(first[2] ?? '')
  return { block: { kind: 'list', ordered, items: items.map(parseBlocks) }, next }
}

/** The first line from `from` for which this holds, or the end. */
function endOf(lines: readonly string[], from: number, holds: (line: string) => boolean): number {
  const found = lines.findIndex((line, index) => index >= from && holds(line))
  return found < 0 ? lines.length : found
}
