import { expect, it } from 'vitest'
import { similarity } from '../../src/finding/similarity.ts'

it.each([
  ['Off by one in loop', 'off-by-one, in LOOP!', 1],
  ['Off by one', 'Never closed', 0],
  ['missing await here', 'missing await there', 0.5],
  ['配列の範囲外', '配列の範囲外', 1],
  ['', '', 1],
  ['!!', 'one', 0],
])('%j and %j share %d of their words', (a, b, share) => {
  expect(similarity(a, b)).toBeCloseTo(share)
})
