type Token =
  /** One character, or one of a set: as the source of a regular expression. */
  | { readonly kind: 'one'; readonly source: string }
  /** Any characters of one name. */
  | { readonly kind: 'star' }
  /** Any folders, also none. */
  | { readonly kind: 'folders' }
  /** All that is left of the path. */
  | { readonly kind: 'rest' }

const foldersAhead = /\*{2,}(?:\/|$)/y
// A `]` that stands first is one of the set.
const setAhead = /\[([!^]?)((?:\[:\w+:\]|\\.|[^\\])(?:\[:\w+:\]|\\.|[^\]\\])*)\]/suy
const memberOfSet = /\[:(\w+):\]|(\\.|[^\\])-(?!$)(\\.|[^\\])|(\\.|[^\\])/gsu

// What git's wildmatch.c knows.
const posixSets: ReadonlyMap<string, string> = new Map([
  ['alnum', 'a-zA-Z0-9'],
  ['alpha', 'a-zA-Z'],
  ['blank', ' \\t'],
  ['cntrl', '\\x00-\\x1f\\x7f'],
  ['digit', '0-9'],
  ['graph', '!-~'],
  ['lower', 'a-z'],
  ['print', ' -~'],
  ['punct', '!-\\/:-@\\[-`\\{-~'],
  ['space', '\\t-\\r '],
  ['upper', 'A-Z'],
  ['xdigit', 'a-fA-F0-9'],
])

/** More than a name needs: time goes with them. */
const mostWildcards = 50

/**
 * Matches whole paths against the wildcards that git knows (https://git-scm.com/docs/gitignore#_pattern_format).
 * Never slow, whatever the pattern and the path: each wildcard is tried up to its first fit only, which is enough, as what
 * it skips has no other meaning. Throws an error that says what is wrong with the pattern.
 */
export function compileWildcards(pattern: string): RegExp {
  const parts = splitAt('folders', parseWildcards(pattern))
  let groups = 0
  const firstFit = (source: string): string => {
    const name = `g${groups++}`
    return `(?=(?<${name}>${source}))\\k<${name}>`
  }
  const sources = parts.map((part, index) => {
    const end = index === parts.length - 1 ? '$' : ''
    const chunks = splitAt('star', part).map((chunk) => chunk.map(sourceOf).join(''))
    const source = chunks
      .map((chunk, at) => (at === chunks.length - 1 ? chunk + end : chunk))
      .map((chunk, at) => (at === 0 ? chunk : firstFit(`[^\\/]*?${chunk}`)))
      .join('')
    return index === 0 ? source : firstFit(`(?:.*?\\/)??${source}`)
  })
  if (groups > mostWildcards) throw new Error(`it has more than ${mostWildcards} wildcards`)
  return new RegExp(`^${sources.join('')}`, 'su')
}

function splitAt(kind: Token['kind'], tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (token.kind === kind) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

function sourceOf(token: Token): string {
  return token.kind === 'one' ? token.source : '.*'
}

function parseWildcards(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; ) {
    const { token, length } = readToken(pattern, at)
    tokens.push(token)
    at += length
  }
  return tokens
}

function readToken(pattern: string, at: number): { readonly token: Token; readonly length: number } {
  const isNameStart = at === 0 || pattern[at - 1] === '/'
  const folders = isNameStart ? readAt(foldersAhead, pattern, at)?.[0] : undefined
  if (folders !== undefined) {
    return { token: { kind: folders.endsWith('/') ? 'folders' : 'rest' }, length: folders.length }
  }
  const character = characterAt(pattern, at)
  switch (character) {
    case '*':
      return { token: { kind: 'star' }, length: readAt(/\*+/y, pattern, at)?.[0].length ?? 1 }
    case '?':
      return { token: { kind: 'one', source: '[^\\/]' }, length: 1 }
    case '[': {
      const set = readAt(setAhead, pattern, at)
      if (set === null) throw new Error('it has a `[` without a `]`')
      const source = setSource(set[1] !== '', set[2] ?? '')
      return { token: { kind: 'one', source }, length: set[0].length }
    }
    case '\\': {
      const escaped = characterAt(pattern, at + 1)
      if (escaped === '') throw new Error('it ends with a `\\`')
      return { token: { kind: 'one', source: literal(escaped) }, length: 1 + escaped.length }
    }
    default:
      return { token: { kind: 'one', source: literal(character) }, length: character.length }
  }
}

/** Never a `/`, as no name has one. */
function setSource(isNegated: boolean, members: string): string {
  const sources = [...members.matchAll(memberOfSet)].map(([, posix, from, to, single = '']) => {
    if (posix !== undefined) return posixSource(posix)
    if (from !== undefined && to !== undefined) return rangeSource(unescaped(from), unescaped(to))
    return literalInSet(unescaped(single))
  })
  return `(?!\\/)[${isNegated ? '^' : ''}${sources.join('')}]`
}

function posixSource(name: string): string {
  const source = posixSets.get(name)
  if (source === undefined) throw new Error(`it has an unknown set of characters, \`[:${name}:]\``)
  return source
}

/** Of a range that runs backwards git knows the first character. */
function rangeSource(from: string, to: string): string {
  return from <= to ? `${literalInSet(from)}-${literalInSet(to)}` : literalInSet(from)
}

function unescaped(member: string): string {
  return member.length > 1 && member.startsWith('\\') ? member.slice(1) : member
}

function literalInSet(character: string): string {
  return character.replace(/[\\\]^[-]/, '\\$&')
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(...[text.codePointAt(at)].filter((code) => code !== undefined))
}

function readAt(regex: RegExp, text: string, at: number): RegExpExecArray | null {
  regex.lastIndex = at
  return regex.exec(text)
}
