import { cutLine } from './excerpt.ts'
import { type Language, languageOf } from './languages.ts'
import { Lines, type Position } from './lines.ts'
import { indentOf, lowestLevel, type Place, placeOf } from './line-place.ts'
import { multiLineTexts } from './multi-line-texts.ts'

const mostHeaders = 40
/** Blocks whose header stands further up are not understood. */
const mostLinesUp = 3_000

/** `}`, `})`, `end` */
const closing = /^\s*(?:[)\]}]+[;,)]*|(?:end|END)[;,)]*|fi|done|esac)\s*$/

/** Lines of a text and, by their indentation, which line heads the block that each of them is in. */
export class Outline {
  readonly path: string
  readonly language: Language
  readonly #lines: Lines
  readonly #places = new Map<number, Place | null>()
  /** By the number of a line inside a longer text, the line that opens it. */
  readonly #openers: ReadonlyMap<number, number>

  constructor(path: string, text: string) {
    this.path = path
    this.language = languageOf(path)
    this.#lines = new Lines(text)
    this.#openers = multiLineTexts(this.#lines, this.language)
  }

  get length(): number {
    return this.#lines.length
  }

  /** The line with this number, from 1, as it is shown; '' where there is none. */
  line(number: number): string {
    return cutLine(this.#lines.at(number))
  }

  /** Where in the text the character with this index stands. */
  positionOf(offset: number): Position {
    return this.#lines.positionOf(offset)
  }

  /** How deep a line stands; −1 if that says nothing: blank, a comment, the preprocessor's, inside a longer text. */
  level(number: number): number {
    return this.#place(number)?.level ?? -1
  }

  /** Headers of the blocks around a line, the innermost first. */
  headersOf(number: number): readonly number[] {
    const opener = this.#openers.get(number)
    if (opener !== undefined) return [opener, ...this.headersOf(opener)]
    const place = this.#place(number)
    if (place !== null) return this.#headersAbove(number, place.level)
    return this.#headersAbove(
      number,
      this.line(number).trim() === '' ? Infinity : 2 * indentOf(this.line(number)),
    )
  }

  /** The same for a line that stood behind this one and is gone. */
  headersBehind(number: number, line: string): readonly number[] {
    return this.#headersAbove(number + 1, placeOf(line, this.language)?.level ?? Infinity)
  }

  /**
   * The last line of the block that this one heads, its closing bracket included, looking no further than `limit`. Those
   * up to `inside` are known to be in it.
   */
  lastLineOf(header: number, limit: number, inside = header): number {
    const own = this.level(header)
    let last = inside
    for (let number = inside + 1; number <= Math.min(this.length, limit); number++) {
      const level = this.level(number)
      if (level < 0) continue
      if (level <= own) break
      last = number
      if (level === own + 1 && closing.test(this.line(number))) break
    }
    return last
  }

  #headersAbove(number: number, below: number): number[] {
    const headers: number[] = []
    let ceiling = below
    const end = Math.max(0, number - mostLinesUp)
    for (let at = number - 1; at > end && ceiling > 0 && headers.length < mostHeaders; at--) {
      if (lowestLevel(this.#lines.at(at), this.language) >= ceiling) continue
      const place = this.#place(at)
      if (place === null || place.level >= ceiling) continue
      ceiling = place.isBracket ? place.level + 1 : place.level
      if (!place.isBracket) headers.push(at)
    }
    return headers
  }

  #place(number: number): Place | null {
    const known = this.#places.get(number)
    if (known !== undefined) return known
    const place = this.#openers.has(number) ? null : placeOf(this.line(number), this.language)
    this.#places.set(number, place)
    return place
  }
}
