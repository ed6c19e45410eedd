import { expect, it } from 'vitest'
import { estimateTokens } from '../../src/plan/tokens.ts'

it.each([
  ['', 0],
  ['a', 1],
  ['abc', 1],
  ['abcd', 2],
  ['é', 1],
  ['日本', 2],
  ['😀', 2],
])('%j is estimated at %d tokens', (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens)
})
