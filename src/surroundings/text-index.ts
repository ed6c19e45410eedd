import type { Position } from './lines.ts'
import { Outline } from './outline.ts'
import { isWordCode, WordFilter } from './word-filter.ts'

const mostInText = 200

/** Where words stand in the texts of the head version. */
export interface TextIndex {
  outline(path: string): Outline | null
  /** Paths of the texts that have this word, and of a few that do not. */
  pathsMaybeWith(word: string): readonly string[]
  /** Where a text has this word: the first on each line. */
  occurrences(word: string, path: string): readonly Position[]
}

/** Reads every text once; where a word may stand, its text is searched. An index of all words would cost far more. */
export function indexTexts(texts: ReadonlyMap<string, string>): TextIndex {
  const paths = [...texts.keys()]
  const words = new WordFilter([...texts.values()])
  const outlines = new Map<string, Outline>()
  return {
    outline(path) {
      const text = texts.get(path)
      if (text === undefined) return null
      const outline = outlines.get(path) ?? new Outline(path, text)
      outlines.set(path, outline)
      return outline
    },
    pathsMaybeWith: (word) => words.textsMaybeWith(word).map((text) => paths[text] ?? ''),
    occurrences(word, path) {
      const outline = this.outline(path)
      const offsets = offsetsOf(word, texts.get(path) ?? '')
      const found = offsets.flatMap((offset) => outline?.positionOf(offset) ?? [])
      return found.filter(({ number }, at) => number !== found[at - 1]?.number)
    },
  }
}

function offsetsOf(word: string, text: string): readonly number[] {
  const found: number[] = []
  let at = text.indexOf(word)
  for (let tried = 0; at >= 0 && tried < mostInText; tried++) {
    const end = at + word.length
    if (!isWordCode(text.charCodeAt(at - 1)) && !isWordCode(text.charCodeAt(end))) found.push(at)
    at = text.indexOf(word, end)
  }
  return found
}
