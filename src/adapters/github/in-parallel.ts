/** Works on all items, at most so many at once, and gives what came of it in their order. The first failure stops it. */
export async function inParallel<Item, Outcome>(
  items: readonly Item[],
  mostAtOnce: number,
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = queueOf(items)
  const worker = async () => {
    for (const [index, item] of waiting) outcomes[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, worker))
  return outcomes
}

/** Workers share it. A generator and no array's iterator, because leaving a loop over it ends it for all. */
function* queueOf<Item>(items: readonly Item[]): Generator<[number, Item], void, undefined> {
  yield* items.entries()
}
