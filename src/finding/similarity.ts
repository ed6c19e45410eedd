/** Share of words two titles have in common (Jaccard), 0 to 1; letter case and punctuation do not count. */
export function titleSimilarity(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)]
  const common = [...left].filter((word) => right.has(word)).length
  const all = new Set([...left, ...right]).size
  return all === 0 ? 1 : common / all
}

function wordsOf(title: string): Set<string> {
  return new Set(title.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])
}
