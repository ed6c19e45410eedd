/** Languages as far as a reader by eye needs them: what a comment, a definition or an import looks like. */
export type Language =
  | 'js'
  | 'python'
  | 'go'
  | 'rust'
  | 'jvm'
  | 'csharp'
  | 'c'
  | 'ruby'
  | 'php'
  | 'swift'
  | 'shell'
  | 'sql'
  | 'css'
  | 'yaml'
  | 'markdown'
  | 'sections'
  | 'other'

const extensions: readonly (readonly [language: Language, extensions: string])[] = [
  ['js', 'js jsx mjs cjs ts tsx mts cts vue svelte'],
  ['python', 'py pyi'],
  ['go', 'go'],
  ['rust', 'rs'],
  ['jvm', 'java kt kts scala groovy dart'],
  ['csharp', 'cs'],
  ['c', 'c h cc cpp cxx hh hpp hxx m mm'],
  ['ruby', 'rb rake ex exs lua'],
  ['php', 'php'],
  ['swift', 'swift'],
  ['shell', 'sh bash zsh'],
  ['sql', 'sql'],
  ['css', 'css scss sass less'],
  ['yaml', 'yml yaml'],
  ['markdown', 'md mdx markdown'],
  ['sections', 'toml ini cfg conf properties'],
]

const byExtension = new Map(
  extensions.flatMap(([language, names]) => names.split(' ').map((name) => [name, language] as const)),
)

const withoutNames: ReadonlySet<Language> = new Set(['css', 'yaml', 'markdown', 'sections', 'other'])

export function languageOf(path: string): Language {
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return byExtension.get(extension) ?? byExtension.get(extension.toLowerCase()) ?? 'other'
}

/** Does this language define names that other files use? */
export function hasNames(language: Language): boolean {
  return !withoutNames.has(language)
}

const hashComments: ReadonlySet<Language> = new Set(['python', 'ruby', 'shell', 'yaml', 'sections', 'other'])
const preprocessed: ReadonlySet<Language> = new Set(['c', 'csharp', 'swift'])
const dashComments: ReadonlySet<Language> = new Set(['sql', 'ruby'])
const starComments: ReadonlySet<Language> = new Set(['js', 'go', 'jvm', 'csharp', 'c', 'php', 'swift', 'css'])

/** Is the line only a comment or a preprocessor's, looking from its first visible character? */
export function isCommentAt(line: string, at: number, language: Language): boolean {
  if (language === 'markdown') return false
  switch (line[at]) {
    case '#':
      return (
        hashComments.has(language) ||
        preprocessed.has(language) ||
        (language === 'php' && line[at + 1] !== '[')
      )
    case '/':
      return line[at + 1] === '/' || line[at + 1] === '*'
    case '*':
      return starComments.has(language) && /[\s*/]|^$/.test(line[at + 1] ?? '')
    case '-':
      return line[at + 1] === '-' && dashComments.has(language)
    case '<':
      return line.startsWith('<!--', at)
    default:
      return false
  }
}

const importLine =
  /^\s*(?:import\b|export\s.*\bfrom\b|from\s+\S+\s+import\b|(?:pub\s+)?use\s|using\s+[\w.]+;|#\s*include\b|require(?:_relative|_once)?\b|package\s|(?:const|let|var)\s.{1,200}=\s*require\(|\}\s*from\s|namespace\s[\w.\\]+;)/

export function isImport(line: string): boolean {
  return importLine.test(line)
}

export function isCommentLine(line: string, language: Language): boolean {
  const at = line.search(/\S/)
  return at >= 0 && isCommentAt(line, at, language)
}
