import { expect, it } from 'vitest'
import { readQuote } from '../../src/finding/read-quote.ts'

it.each([
  ['is first of all what is written', 'a\nb', [['a', 'b']]],
  ['has no blank lines around it', '\n \na\n\nb\n', [['a', '', 'b']]],
  [
    'may carry the +/- column',
    '+a\n b\n-c',
    [
      ['+a', ' b', '-c'],
      ['a', 'b', 'c'],
    ],
  ],
  ['carries no column where one line has none', '-a\nb', [['-a', 'b']]],
  [
    'may carry our line numbers',
    '9 +a\n10  b\n11',
    [
      ['9 +a', '10  b', '11'],
      ['a', 'b', ''],
    ],
  ],
  ['may stand in a fence', '```ts\na\n```', [['```ts', 'a', '```'], ['a']]],
  ['is none when it is blank', ' \n\n', []],
])('a quote %s', (_, quote, readings) => {
  expect(readQuote(quote)).toEqual(readings)
})
