import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyBytes, byteLength, cutToBytes, fenceAfter } from '../../src/publication/limits.ts'
import { readFences } from './markdown.ts'

const notice = '*cut*'

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('```', '```ts', '````', '~~~', '~~~~ x', '  ```', '', '😀'.repeat(30)),
)

describe('a text that is too long', () => {
  it('fits afterwards, in whole characters, with its fences closed and the notice outside of them', () => {
    fc.assert(
      fc.property(
        fc.array(line).map((lines) => lines.join('\n')),
        fc.integer({ min: 20, max: 300 }),
        (text, limit) => {
          const cut = cutToBytes(text, limit, notice)
          expect(byteLength(cut)).toBeLessThanOrEqual(limit)
          if (byteLength(text) <= limit) {
            expect(cut).toBe(text)
            return
          }
          expect(cut.endsWith(`\n${notice}`)).toBe(true)
          expect(cut.isWellFormed()).toBe(true)
          expect(cut).not.toContain('\uFFFD')
          expect(readFences(cut).rest).toContain(notice)
          expect(readFences(cut).fences.every(({ closed }) => closed)).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('keeps as many whole lines as there is room for', () => {
    expect(cutToBytes('one\ntwo\nthree\nfour', 16, notice)).toBe('one\ntwo\n\n*cut*')
    expect(cutToBytes('one\ntwo\nthree', 13, notice)).toBe('one\ntwo\nthree')
  })

  it('is not cut within a line of prose, where a piece could mean something else', () => {
    expect(cutToBytes(`short\n\`${'<b>'.repeat(50)}\``, 60, notice)).toBe('short\n\n*cut*')
  })

  it('is cut within a line of code, so that minified code is not lost entirely', () => {
    expect(cutToBytes(`\`\`\`js\n${'😀'.repeat(50)}\n\`\`\`\nafter`, 40, notice)).toBe(
      '```js\n😀😀😀😀😀\n```\n\n*cut*',
    )
  })
})

it('a piece of a line that happens to close the fence has closed it', () => {
  const cut = cutToBytes(`\`\`\`\n\`\`\`${' '.repeat(60)}x\n\`\`\``, 40, notice)
  expect(readFences(cut).rest).toContain(notice)
})

it('a limit leaves room below the 65,536 characters that GitHub takes', () => {
  expect(bodyBytes).toBeLessThan(65_536)
})

describe('the fence that is open after a line', () => {
  it.each([
    ['```', null, '```'],
    ['   ~~~~ ts `x`', null, '~~~~'],
    ['    ```', null, null],
    ['``` a ```', null, null],
    ['text', '```', '```'],
    ['~~~', '```', '```'],
    ['``', '```', '```'],
    ['```ts', '```', '```'],
    ['````  ', '```', null],
    ['```', '````', '````'],
  ])('%j, after %j, is %j', (text, open, after) => {
    expect(fenceAfter(text, open)).toBe(after)
  })
})
