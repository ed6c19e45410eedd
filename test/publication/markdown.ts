/** Reads Markdown the way GitHub does, as far as it matters for what is code and what is not. */

export type Fence = { readonly info: string; readonly code: string; readonly closed: boolean }

/** Fenced blocks, and everything else. https://github.github.com/gfm/#fenced-code-blocks */
export function readFences(markdown: string): { readonly fences: readonly Fence[]; readonly rest: string } {
  const fences: Fence[] = []
  const rest: string[] = []
  let open: { marks: string; info: string; code: string[] } | null = null
  const close = (closed: boolean) => {
    if (open !== null) fences.push({ info: open.info, code: open.code.join('\n'), closed })
    open = null
  }
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    const [, marks = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/s.exec(line) ?? []
    if (open !== null) {
      const { marks: opener, code }: { marks: string; code: string[] } = open
      if (marks.startsWith(opener) && marks[0] === opener[0] && info.trim() === '') close(true)
      else code.push(line)
    } else if (marks !== '' && !(marks.startsWith('`') && info.includes('`'))) {
      open = { marks, info: info.trim(), code: [] }
      rest.push('') // a fence ends the paragraph before it
    } else rest.push(line)
  }
  close(false)
  return { fences, rest: rest.join('\n') }
}

/**
 * The rest without its code spans, each replaced by one `\u0001`. Runs of backticks pair within a paragraph, those of
 * more than 80 never. https://github.github.com/gfm/#code-spans
 */
export function withoutCodeSpans(rest: string): string {
  return rest
    .split(/\n\s*\n/)
    .map(stripSpans)
    .join('\n\n')
}

function stripSpans(paragraph: string): string {
  let text = ''
  for (let at = 0; at < paragraph.length; ) {
    if (paragraph[at] === '\\') {
      text += paragraph.slice(at, at + 2)
      at += 2
      continue
    }
    const run = /^`+/.exec(paragraph.slice(at))?.[0]
    if (run === undefined) {
      text += paragraph[at++]
      continue
    }
    const after = paragraph.slice(at + run.length)
    const end = [...after.matchAll(/`+/g)].find(([other]) => other.length === run.length && run.length <= 80)
    text += end === undefined ? run : '\u0001'
    at += run.length + (end === undefined ? 0 : end.index + run.length)
  }
  return text
}

/** What in this Markdown would be live on GitHub: mentions, references, links, images, HTML, tables, commands. */
export function liveParts(markdown: string): string[] {
  const { fences, rest } = readFences(markdown)
  const text = withoutCodeSpans(rest)
  const found: readonly (readonly [string, RegExp])[] = [
    ['mention', /@[a-z0-9]/i],
    ['reference', /#\d|GH-\d/i],
    ['link, image or footnote', /(?<=(?:^|[^\\])(?:\\\\)*)\[/],
    ['bare link', /:\/\/|www\./i],
    ['HTML or autolink', /</],
    ['entity', /&(?!(?:amp|lt);)/],
    ['display mathematics', /\$\$/],
    ['table', /^(?=.*-)(?=.*[|:])[\s>|:-]+$/m],
    ['command', /^\s*\/[a-z]/im],
  ]
  return [
    ...found.filter(([, pattern]) => pattern.test(text)).map(([name]) => name),
    ...(invisible.test(markdown) ? ['control or bidirectional character'] : []),
    ...(fences.some(({ closed }) => !closed) ? ['open fence'] : []),
    ...(fences.some(({ info }) => /^(suggestion|mermaid|math|geojson|topojson|stl)\b/i.test(info))
      ? ['drawn fence']
      : []),
  ]
}

const invisible = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/

/** The cells of a table row, in the reading of cmark-gfm and in that of parsers for which `\\|` ends a cell. */
export function cellsOf(row: string): readonly [string[], string[]] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return [inner.split(/(?<!\\)\|/), inner.match(/(?:\\.|[^\\|])+/gs) ?? []]
}
