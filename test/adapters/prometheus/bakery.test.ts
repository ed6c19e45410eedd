import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Register, type Registers, takeTurn } from '../../../src/adapters/prometheus/bakery.ts'

/** Registers that are written and read at moments of the scheduler's choosing, and what they protect. */
class Shop {
  readonly registers = new Map<string, Register>()
  inside = 0
  waits = 0
  mostInside = 0
  served: string[] = []
  sum = 0
  readonly #tick: () => Promise<unknown>

  constructor(tick: () => Promise<unknown>) {
    this.#tick = tick
  }

  /** One run: takes its turn, adds one to the sum by reading and writing it, and leaves. */
  async visit(id: string): Promise<void> {
    const sum = await takeTurn(this.#registersOf(id))
    this.mostInside = Math.max(this.mostInside, ++this.inside)
    this.served.push(id)
    await this.#tick()
    this.sum = sum + 1
    await this.#tick()
    this.inside--
    this.registers.delete(id)
  }

  /** A run that is killed once it has written for the first or the second time. */
  async visitAndDie(id: string, afterWrites: number): Promise<void> {
    let writes = 0
    const registers = this.#registersOf(id)
    const dying: Registers<number> = {
      ...registers,
      id,
      read: () => registers.read(),
      wait: () => registers.wait(1),
      write: async (ticket) => {
        await registers.write(ticket)
        if (++writes === afterWrites) throw new Error('killed')
      },
    }
    await takeTurn(dying).catch(() => {})
    await this.#tick()
    this.registers.delete(id) // it has gone stale
  }

  #registersOf(id: string): Registers<number> {
    return {
      id,
      write: async (ticket) => {
        await this.#tick()
        this.registers.set(id, { id, ticket })
        await this.#tick()
      },
      read: async () => {
        await this.#tick()
        const seen = {
          others: [...this.registers.values()].filter((register) => register.id !== id),
          view: this.sum,
        }
        await this.#tick()
        return seen
      },
      wait: async () => {
        if (++this.waits > 100_000) throw new Error('waits for ever')
        await this.#tick()
      },
    }
  }
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `run ${index}`)

describe('runs that want to write the same sums', () => {
  it('write them one at a time and lose nothing, whatever the interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, count) => {
        const shop = new Shop(() => scheduler.schedule(Promise.resolve()))
        await scheduler.waitFor(Promise.all(ids(count).map((id) => shop.visit(id))))
        expect(shop.mostInside).toBe(1)
        expect(shop.sum).toBe(count)
        expect(shop.registers.size).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('get by those that died while they chose or waited', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 2 }), async (scheduler, afterWrites) => {
        const shop = new Shop(() => scheduler.schedule(Promise.resolve()))
        const dying = shop.visitAndDie('dies', afterWrites)
        await scheduler.waitFor(Promise.all([dying, ...ids(3).map((id) => shop.visit(id))]))
        expect(shop.mostInside).toBe(1)
        expect(shop.sum).toBe(3)
      }),
      { numRuns: 200 },
    )
  })

  it('come in the order of their tickets', async () => {
    const shop = new Shop(() => Promise.resolve())
    shop.registers.set('first', { id: 'first', ticket: 7 })
    const later = shop.visit('later')
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    expect(shop.served).toEqual([])
    expect(shop.registers.get('later')?.ticket).toBe(8)
    shop.registers.delete('first')
    await later
    expect(shop.served).toEqual(['later'])
  })

  it('do not wait for those that came after them, not even while these choose', async () => {
    const shop = new Shop(() => Promise.resolve())
    shop.registers.set('first', { id: 'first', ticket: 7 })
    const second = shop.visit('second')
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    shop.registers.set('third', { id: 'third', ticket: 0 })
    shop.registers.delete('first')
    await second
    expect(shop.served).toEqual(['second'])
  })
})
