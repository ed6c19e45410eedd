/** Share of words two texts have in common (Jaccard), 0 to 1; letter case and punctuation do not count. */
export function similarity(a: string, b: string): number {
  return jaccard(wordsOf(a), wordsOf(b))
}

/** Words that say something: short ones are in every text. */
export function haveWordsInCommon(a: string, b: string): boolean {
  const left = wordsOf(a)
  return [...wordsOf(b)].some((word) => word.length >= 4 && left.has(word))
}

/** Lines as they are compared: whatever their white space, without those that stand everywhere. */
export function tellingLines(code: string): readonly string[] {
  return code
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ''))
    .filter((line) => line.length >= 4)
}

/** The same code but for white space, a line of it in common, or words enough. */
export function codeLikeness(a: string, b: string): 'same' | 'alike' | 'other' {
  const [left, right] = [tellingLines(a), tellingLines(b)]
  if (left.length > 0 && left.join('') === right.join('')) return 'same'
  if (left.some((line) => right.includes(line))) return 'alike'
  return similarity(a, b) >= mostlyTheSame ? 'alike' : 'other'
}

const mostlyTheSame = 0.5

function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const common = [...left].filter((word) => right.has(word)).length
  const all = left.size + right.size - common
  return all === 0 ? 1 : common / all
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])
}
