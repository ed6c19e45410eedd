import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs } from '../../../src/adapters/queue/retry.ts'

it('waits longer from attempt to attempt, spread by chance, and never more than minutes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, chance) => {
        const waitMs = backoffMs(attempt, chance)
        expect(waitMs).toBeGreaterThanOrEqual(0.75 * Math.min(300_000, 3_000 * 4 ** (attempt - 1)))
        expect(waitMs).toBeLessThanOrEqual(1.25 * 300_000)
      },
    ),
  )
  expect(backoffMs(1, 0)).not.toBe(backoffMs(1, 0.9))
})
