/** Chance that is the same for the same seed. */
export type SeededRandom = {
  /** A whole number from 0 to one below this. */
  below(end: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  /** True this often, from 0 to 1. */
  chance(probability: number): boolean
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  // Numbers that follow each other with the constants of "Numerical Recipes"; the high bits are the random ones.
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    chance: (probability) => next() < probability,
  }
}
