import { type Guesser, guessers } from './import-guesses.ts'
import { languageOf } from './languages.ts'

/** What a file takes from another file of the repository, and where that may be. */
export type Import = {
  /** The statement, for the names in it. */
  readonly statement: string
  /** Paths, the likeliest first; one that ends in `/` is a folder whose files belong together, as in Go. */
  readonly guesses: readonly string[]
  /** Does it say where the file is, seen from this one? If not, it may be a library's. */
  readonly isRelative: boolean
}

/** Imports stand at the top. */
const mostRead = 30_000
const mostImports = 100
/** Of the line before `require(`. */
const mostBefore = 200

export function importsOf(path: string, text: string): readonly Import[] {
  const top = text.slice(0, mostRead)
  const imports: Import[] = []
  for (const { pattern, guess } of guessers(languageOf(path))) {
    for (const match of top.matchAll(pattern)) {
      if (imports.length === mostImports) return imports
      const found = importOf(match, path, top, guess)
      if (found.guesses.length > 0) imports.push(found)
    }
  }
  return imports
}

function importOf(match: RegExpExecArray, path: string, top: string, guess: Guesser['guess']): Import {
  const { guesses, isRelative } = guess(match.slice(1), path, top)
  const possible = guesses.filter((target) => target !== path && !target.startsWith('../'))
  const start = top.lastIndexOf('\n', match.index) + 1
  const statement = top.slice(Math.max(start, match.index - mostBefore), match.index + match[0].length)
  return { statement, guesses: [...new Set(possible)], isRelative }
}
