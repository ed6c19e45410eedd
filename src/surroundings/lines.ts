export type Position = {
  /** Of the line, from 1. */
  readonly number: number
  /** In characters, from 0. */
  readonly column: number
}

/** The lines of a text by their numbers, cut out of it when they are asked for. */
export class Lines {
  readonly #text: string
  /** By the number of a line, the index of the first character behind it and its end. */
  readonly #ends: readonly number[]

  constructor(text: string) {
    this.#text = text
    const ends = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at + 1)
    ends.push(text.length + 1)
    this.#ends = ends
  }

  get length(): number {
    return this.#ends.length - 1
  }

  /** The line with this number, from 1; '' where there is none. */
  at(number: number): string {
    if (number < 1 || number > this.length) return ''
    return this.#text.slice(this.#endOf(number - 1), this.#endOf(number) - 1)
  }

  /** Where the character with this index in the text stands. */
  positionOf(index: number): Position {
    let [low, high] = [0, this.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#endOf(middle) <= index) low = middle
      else high = middle
    }
    return { number: low + 1, column: index - this.#endOf(low) }
  }

  /** Numbers of the lines that have this in them, ascending. */
  numbersWith(part: string): readonly number[] {
    const numbers: number[] = []
    let at = this.#text.indexOf(part)
    while (at >= 0) {
      const { number } = this.positionOf(at)
      numbers.push(number)
      at = this.#text.indexOf(part, this.#endOf(number))
    }
    return numbers
  }

  #endOf(number: number): number {
    return this.#ends[number] ?? 0
  }
}
