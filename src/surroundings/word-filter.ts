/** Shorter names are everywhere and say nothing. */
export const shortestWord = 3
/** More of one text is not read. */
const mostRead = 500_000
/** A word that is not in a text of three hundred lines is thought to be in one of forty. */
const slots = 16_384

/** Tells which texts cannot have a word: for each slot that words are hashed to, a bit for each text. */
export class WordFilter {
  /** Numbers of 32 bits a slot. */
  readonly #width: number
  readonly #bits: Uint32Array

  constructor(texts: readonly string[]) {
    this.#width = Math.ceil(texts.length / 32)
    this.#bits = new Uint32Array(slots * this.#width)
    texts.forEach((text, at) => {
      this.#note(text, at)
    })
  }

  /** Numbers of the texts that have this word, and of a few that do not. */
  textsMaybeWith(word: string): readonly number[] {
    const found: number[] = []
    const start = slotOf(hashOf(word)) * this.#width
    for (let column = 0; column < this.#width; column++) {
      const bits = this.#bits[start + column] ?? 0
      for (let bit = 0; bits >>> bit !== 0 && bit < 32; bit++) {
        if (((bits >>> bit) & 1) === 1) found.push(32 * column + bit)
      }
    }
    return found
  }

  #note(text: string, at: number): void {
    const bits = this.#bits
    const width = this.#width
    const column = at >>> 5
    const bit = 1 << (at & 31)
    const end = Math.min(text.length, mostRead)
    let hash = 0
    let length = 0
    for (let index = 0; index <= end; index++) {
      const code = index < end ? text.charCodeAt(index) : 0
      if (isWordCode(code)) {
        hash = (Math.imul(hash, 31) + code) | 0
        length++
        continue
      }
      if (length >= shortestWord) {
        const place = slotOf(hash) * width + column
        bits[place] = (bits[place] ?? 0) | bit
      }
      hash = 0
      length = 0
    }
  }
}

function hashOf(word: string): number {
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0
  return hash
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 14)) & (slots - 1)
}

const wordCodes = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w$]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** Letters, digits, `_`, `$` and everything beyond ASCII; NaN, beyond an end, is none. */
export function isWordCode(code: number): boolean {
  return code > 127 || wordCodes[code] === 1
}
