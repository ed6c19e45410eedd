import { isCommentAt, type Language } from './languages.ts'

/** Where a line stands among the blocks of its text. */
export type Place = {
  /** Twice the indentation; one more for what goes on with the block above: `else`, `case`, `): Result {`, `- item`. */
  readonly level: number
  /** Only opens or closes the block of another line. */
  readonly isBracket: boolean
}

const tabWidth = 8
/** Of what a heading heads in Markdown: there are six levels of headings. */
const textLevel = 7

const bracket = /(?:[)\]}{][^\w'"`]*|(?:end|END|begin|BEGIN|fi|done|esac|then|do|\$\$)\b[^\w'"`]*)$/y
const goesOn = /[)\]}]|(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b/y
const branch = /(?:case\b.*:|default\s*:.*|(?:public|private|protected)(?:\s\w+)?\s*:)/y
/** To jump to; it stands where it likes. */
const label = /[A-Za-z_]\w*:\s*$/y
const rubyBranch = /(?:when|in)\s/y
const item = /-(?:\s|$)/y
const labelled: ReadonlySet<Language> = new Set(['c', 'go', 'jvm', 'csharp', 'js', 'php', 'swift'])

/** Null for a line that says nothing about blocks: blank, a comment, the preprocessor's. */
export function placeOf(line: string, language: Language): Place | null {
  const at = line.search(/\S/)
  if (at < 0 || isCommentAt(line, at, language)) return null
  const matches = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.test(line)
  }
  const level = lowestLevel(line, language)
  switch (language) {
    case 'markdown':
      return { level, isBracket: level === textLevel }
    case 'sections':
      return { level, isBracket: false }
    case 'yaml':
      return { level: matches(item) ? level + 1 : level, isBracket: false }
    default: {
      if (matches(bracket)) return { level: level + 1, isBracket: true }
      const isStep =
        matches(goesOn) ||
        (labelled.has(language) && matches(branch)) ||
        (language === 'ruby' && matches(rubyBranch))
      if (!isStep && labelled.has(language) && matches(label)) return null
      return { level: isStep ? level + 1 : level, isBracket: false }
    }
  }
}

/** The level of a line, or one less: what can be said without reading it. */
export function lowestLevel(line: string, language: Language): number {
  if (language === 'markdown') return line.startsWith('#') ? line.search(/[^#]|$/) : textLevel
  if (language === 'sections') return line.startsWith('[') ? 0 : 2 + 2 * indentOf(line)
  return 2 * indentOf(line)
}

/** Columns of white space in front; a tab leads to the next multiple of eight, as in a terminal. */
export function indentOf(line: string): number {
  let width = 0
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 32) width++
    else if (code === 9) width += tabWidth - (width % tabWidth)
    else break
  }
  return width
}
