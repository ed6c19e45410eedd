import { describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/adapters/github/in-parallel.ts'

/** Work that ends when told to, and what of it has begun. */
function work() {
  const begun: number[] = []
  const ends = new Map<number, PromiseWithResolvers<string>>()
  const endOf = (item: number) => ends.get(item) ?? ends.set(item, Promise.withResolvers()).get(item)
  return {
    begun,
    begin: (item: number) => {
      begun.push(item)
      return endOf(item)?.promise ?? Promise.reject(new Error('never'))
    },
    end: async (item: number) => {
      endOf(item)?.resolve(`done ${item}`)
      await settled()
    },
    fail: async (item: number) => {
      endOf(item)?.reject(new Error(`failed ${item}`))
      await settled()
    },
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('work in parallel', () => {
  it('begins as much as may be at once, and the next when something ends', async () => {
    const { begin, begun, end } = work()
    const all = inParallel([1, 2, 3, 4], 2, begin)
    expect(begun).toEqual([1, 2])
    await end(2)
    expect(begun).toEqual([1, 2, 3])
    await end(3)
    expect(begun).toEqual([1, 2, 3, 4])
    await end(4)
    await end(1)
    expect(await all).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
  })

  it('begins nothing more once something has failed', async () => {
    const { begin, begun, end, fail } = work()
    const all = inParallel([1, 2, 3, 4], 2, begin)
    const outcome = expect(all).rejects.toThrow('failed 1')
    await fail(1)
    await end(2)
    await outcome
    expect(begun).toEqual([1, 2])
  })

  it('is over at once when there is nothing to do', async () => {
    expect(await inParallel([], 2, work().begin)).toEqual([])
  })
})
