/** Share of words two texts have in common (Jaccard), 0 to 1; letter case and punctuation do not count. */
export function similarity(a: string, b: string): number {
  return jaccard(wordsOf(a), wordsOf(b))
}

/** Words that are in every text about code. */
const commonWords = new Set(
  `about after again also another because been before being both call called caller callers calls cannot code could does
  done each else even ever every from gets given goes have here into just like line lines made make makes more most much must
  need needs never once only other over return returned returns same should since some such than that their them then there
  these they this those time under until used uses using value values very want well were what when where which while will
  with within without would wrong your`.split(/\s+/),
)

/** Fewer words tell too little to tell two texts apart. */
const fewestTelling = 3

/** Two texts that both say something, and have not one telling word in common. */
export function speakOfDifferentThings(a: string, b: string): boolean {
  const [left, right] = [tellingWords(a), tellingWords(b)]
  const isShort = left.length < fewestTelling || right.length < fewestTelling
  return !isShort && !left.some((word) => right.includes(word))
}

function tellingWords(text: string): readonly string[] {
  return [...wordsOf(text)].filter((word) => word.length >= 4 && !commonWords.has(word))
}

/** Lines as they are compared: whatever their white space, without those that stand everywhere. */
function tellingLines(code: string): readonly string[] {
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

/** Of the code, lines that its place is looked for by; of a line, what is compared. */
const mostWanted = 5
const mostOfLine = 200

/** Index of the line that is most like any of the code. */
export function mostSimilarLine(lines: readonly string[], code: string): number {
  const wanted = code
    .split('\n')
    .filter((line) => tellingLines(line).length > 0)
    .slice(0, mostWanted)
    .map((line) => wordsOf(line.slice(0, mostOfLine)))
  let [best, likest] = [0, -1]
  for (const [at, line] of lines.entries()) {
    const words = wordsOf(line.slice(0, mostOfLine))
    const likeness = words.size === 0 ? 0 : Math.max(0, ...wanted.map((one) => jaccard(one, words)))
    if (likeness > likest) [best, likest] = [at, likeness]
  }
  return best
}

function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const common = [...left].filter((word) => right.has(word)).length
  const all = left.size + right.size - common
  return all === 0 ? 1 : common / all
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])
}
