/** Chance that can be repeated: the same seed, the same choices. */
export class Random {
  #state: number

  constructor(seed: number) {
    // Never zero, which a xorshift does not leave.
    this.#state = Math.imul(seed, 2_654_435_761) | 1
  }

  /** From 0 to below `end`, whole. */
  below(end: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % end
  }

  /** Both ends included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new Error('there is nothing to pick from')
    return item
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, place: this.below(2 ** 31) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)
  }

  /** Whole numbers that add up to `total`, some three times as large as others. */
  shares(total: number, count: number): number[] {
    const weights = Array.from({ length: count }, () => this.between(5, 15))
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    let reached = 0
    return weights.map((weight) => {
      const before = Math.round((total * reached) / all)
      reached += weight
      return Math.round((total * reached) / all) - before
    })
  }
}
