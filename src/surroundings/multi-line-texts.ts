import type { Language } from './languages.ts'
import type { Lines } from './lines.ts'

/** A quote that finds no end this far down was none. */
const mostLines = 400
/** After so many that found none we do not know how to read this text. */
const mostMistakes = 20

const quotes: { readonly [language in Language]?: readonly string[] } = {
  js: ['`'],
  go: ['`'],
  python: ['"""', "'''"],
  jvm: ['"""'],
  swift: ['"""'],
  csharp: ['"""'],
  markdown: ['```', '~~~'],
}

const withHereDocuments: ReadonlySet<Language> = new Set(['ruby', 'shell', 'php'])
const withBlockComments: ReadonlySet<Language> = new Set([
  'js',
  'go',
  'rust',
  'jvm',
  'csharp',
  'c',
  'php',
  'swift',
  'sql',
  'css',
])

const blockComment = '/*'
const hereMark = '<<'
const hereDocument = /<<[-~<]?\s?['"]?([A-Za-z_]\w*)['"]?/
const quoted = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g

/** Longer lines are data. */
const mostLineLength = 1_000

/**
 * For each line number the line that opens the text it stands in: template literals, docstrings, here documents, block
 * comments, fenced code. What is in there is not indented with the code around it.
 */
export function multiLineTexts(lines: Lines, language: Language): ReadonlyMap<number, number> {
  const openers = new Map<number, number>()
  const marks = marksOf(language)
  let closed = 0
  let mistakes = 0
  const marked = new Set(marks.flatMap((mark) => lines.numbersWith(mark)))
  for (const number of [...marked].sort((one, other) => one - other)) {
    const isEnd = number <= closed ? null : endOf(lines.at(number), marks)
    if (isEnd === null) continue
    const end = firstAfter(lines, number, isEnd)
    if (end === null && ++mistakes === mostMistakes) break
    for (let inside = number + 1; inside <= (end ?? 0); inside++) openers.set(inside, number)
    closed = end ?? closed
  }
  return openers
}

function marksOf(language: Language): readonly string[] {
  return [
    ...(quotes[language] ?? []),
    ...(withBlockComments.has(language) ? [blockComment] : []),
    ...(withHereDocuments.has(language) ? [hereMark] : []),
  ]
}

/** How a text that this line opens and does not close comes to its end; null if it opens none. */
function endOf(line: string, marks: readonly string[]): ((line: string) => boolean) | null {
  for (const mark of marks) {
    if (!line.includes(mark) || line.length > mostLineLength) continue
    if (mark === hereMark) {
      const word = hereDocument.exec(line)?.[1]
      if (word !== undefined) return (later) => later.trim().replace(/[;,)]{1,5}$/, '') === word
    } else if (mark === blockComment) {
      const start = line.trimStart()
      if (start.startsWith('/*') && !start.includes('*/', 2)) return (later) => later.includes('*/')
    } else if (isOdd(line, mark)) {
      return (later) => later.includes(mark) && later.length <= mostLineLength && isOdd(later, mark)
    }
  }
  return null
}

function isOdd(line: string, quote: string): boolean {
  const bare = quote === '`' ? line.replaceAll('\\`', '').replace(quoted, '') : line
  return bare.split(quote).length % 2 === 0
}

function firstAfter(lines: Lines, start: number, isEnd: (line: string) => boolean): number | null {
  const last = Math.min(lines.length, start + mostLines)
  for (let number = start + 1; number <= last; number++) if (isEnd(lines.at(number))) return number
  return null
}
