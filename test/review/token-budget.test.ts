import { describe, expect, it } from 'vitest'
import { TokenBudget } from '../../src/review/token-budget.ts'

/** Whether a promise is settled, once everything that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.then(() => {
    settled = true
  })
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  return settled
}

async function reserved(budget: TokenBudget, promptTokens: number) {
  const reservation = await budget.reserve(promptTokens)
  if (reservation === null) throw new Error('over budget')
  return reservation
}

describe('a reservation', () => {
  it('leaves the answer a usual length at most, and what is left at least', async () => {
    expect((await reserved(new TokenBudget(1_000_000), 1000)).completionTokens).toBe(16_000)
    expect((await reserved(new TokenBudget(6000), 1000)).completionTokens).toBe(4000)
    expect((await reserved(new TokenBudget(3000), 1000)).completionTokens).toBe(2000)
  })

  it('is refused when not even a short answer is left', async () => {
    expect(await new TokenBudget(1499).reserve(1000)).toBeNull()
    expect((await new TokenBudget(1500).reserve(1000))?.completionTokens).toBe(500)
  })

  it('waits while others in flight may still give something back', async () => {
    const budget = new TokenBudget(10_000)
    const first = await reserved(budget, 2000)
    const second = budget.reserve(2000)
    expect(await isSettled(second)).toBe(false)
    first.settle({ promptTokens: 2000, completionTokens: 100 }, 0)
    expect((await second)?.completionTokens).toBe(4000)
  })

  it('is refused once those in flight have used it up, for everybody who waits', async () => {
    const budget = new TokenBudget(5000)
    const first = await reserved(budget, 2000)
    const waiting = [budget.reserve(2000), budget.reserve(2000)]
    first.settle({ promptTokens: 2000, completionTokens: 3000 }, 0)
    expect(await Promise.all(waiting)).toEqual([null, null])
  })
})

describe('what is spent', () => {
  it('never exceeds the limit, whatever is in flight together', async () => {
    const budget = new TokenBudget(60_000)
    let atRisk = 0
    let spent = 0
    let worst = 0
    const ask = async () => {
      const reservation = await budget.reserve(2000)
      if (reservation === null) return false
      atRisk += 2000 + reservation.completionTokens
      worst = Math.max(worst, spent + atRisk)
      await Promise.resolve()
      atRisk -= 2000 + reservation.completionTokens
      spent += 2500
      reservation.settle({ promptTokens: 2000, completionTokens: 500 }, 0)
      return true
    }
    const asked = await Promise.all(Array.from({ length: 40 }, ask))
    expect(worst).toBeLessThanOrEqual(60_000)
    expect(asked.filter((done) => done).length).toBeGreaterThanOrEqual(23)
    expect(asked).toContain(false)
  })

  it('is our estimate where the server counts nothing', async () => {
    const budget = new TokenBudget(5000)
    const first = await reserved(budget, 2000)
    first.settle(null, 1000)
    expect((await reserved(budget, 1000)).completionTokens).toBe(1000)
  })

  it('is what the server counts, and a server that counts more makes the next reservation larger', async () => {
    const budget = new TokenBudget(10_000)
    const first = await reserved(budget, 1000)
    first.settle({ promptTokens: 3000, completionTokens: 200 }, 500)
    expect((await reserved(budget, 1000)).completionTokens).toBe(10_000 - 3200 - 3000)
  })

  it('is nothing for a request that was refused', async () => {
    const budget = new TokenBudget(3000)
    const first = await reserved(budget, 1000)
    first.release()
    expect((await reserved(budget, 1000)).completionTokens).toBe(2000)
  })

  it.each([
    ['none of it', 0, 0],
    ['a prompt of more tokens than bytes', 900_000, 1000],
    ['a longer answer than any server gives', 10_000, 5_000_000],
  ])('is our estimate where the server counts %s', async (_what, promptTokens, completionTokens) => {
    const budget = new TokenBudget(15_000)
    const first = await reserved(budget, 10_000)
    first.settle({ promptTokens, completionTokens }, 1000)
    expect((await reserved(budget, 1000)).completionTokens).toBe(3_000)
  })
})
