/** Indices of a line in the old and in the new text. */
type Pair = readonly [oldLine: number, newLine: number]

/**
 * The longest series of lines that both texts have exactly once, in the order of both: the anchors of Bram Cohen's
 * patience diff (https://bramcohen.livejournal.com/73318.html).
 */
export function uniqueAnchors(old: Int32Array, now: Int32Array): readonly Pair[] {
  const placeInNew = onlyPlaces(now)
  const pairs = [...onlyPlaces(old)].flatMap(([line, at]): Pair[] => {
    const newLine = placeInNew.get(line)
    return newLine === undefined ? [] : [[at, newLine]]
  })
  return longestAscending(pairs)
}

/** The lines that stand in one place only, in their order. */
function onlyPlaces(lines: Int32Array): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  const repeated = new Set<number>()
  for (const [at, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line)
    places.set(line, at)
  }
  for (const line of repeated) places.delete(line)
  return places
}

/** Of pairs in the order of their old lines, the most that are in the order of their new lines too: patience sorting. */
function longestAscending(pairs: readonly Pair[]): readonly Pair[] {
  const tops: number[] = []
  const below = new Int32Array(pairs.length).fill(-1)
  for (const [index, [, newLine]] of pairs.entries()) {
    let [low, high] = [0, tops.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < newLine) low = middle + 1
      else high = middle
    }
    below[index] = tops[low - 1] ?? -1
    tops[low] = index
  }
  const series: Pair[] = []
  for (let index = tops.at(-1) ?? -1; index >= 0; index = below[index] ?? -1) {
    const pair = pairs[index]
    if (pair !== undefined) series.push(pair)
  }
  return series.reverse()
}
