import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fullReviewAction, readCheckMemory, writeCheckMemory } from '../src/check-run.ts'

it('what a check run remembers comes back from it', () => {
  const memory = fc.record({
    pullNumber: fc.integer({ min: 1, max: 2 ** 31 }),
    tries: fc.integer({ min: 0, max: 999_999 }),
    complete: fc.boolean(),
  })
  fc.assert(
    fc.property(memory, (written) => {
      expect(readCheckMemory(writeCheckMemory(written))).toEqual(written)
    }),
  )
})

it.each([
  '',
  'pull=7',
  'tries=2 pull=7',
  ' pull=7 tries=2',
  'pull=7 tries=2 ',
  'pull=7 tries=2\n',
  'pull=7 tries=2 complete complete',
  'pull=7 tries=2 done',
  'pull=-7 tries=2',
  'pull=7 tries=0x2',
  'pull=７ tries=2',
  `pull=${'7'.repeat(13)} tries=2`,
  `pull=7 tries=${'2'.repeat(7)}`,
  'deploy/2026-11-22',
])('what somebody else wrote is none of it: %j', (foreign) => {
  expect(readCheckMemory(foreign)).toBe(null)
})

it('the button has a name that GitHub takes', () => {
  // https://docs.github.com/en/rest/checks/runs#create-a-check-run
  expect(fullReviewAction.length).toBeLessThanOrEqual(20)
})
