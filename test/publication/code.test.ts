import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeFence, codeSpan } from '../../src/publication/code.ts'
import { readFences, withoutCodeSpans } from './markdown.ts'

const code = fc
  .array(
    fc.oneof(
      fc.constantFrom('`', '```', '````', '~~~', '\n', '\n```\n', ' ', 'a', '\\', '|', '<b>'),
      fc.string({ maxLength: 3 }),
    ),
  )
  .map((parts) => parts.join(''))

describe('a code fence', () => {
  it('cannot be closed by what is in it', () => {
    fc.assert(
      fc.property(
        code.filter((text) => !text.includes('\r')),
        (text) => {
          expect(readFences(`before\n${codeFence(text, 'ts')}\nafter`)).toEqual({
            fences: [{ info: 'ts', code: text, closed: true }],
            rest: 'before\n\nafter',
          })
        },
      ),
    )
  })

  it('is no longer than it has to be', () => {
    expect(codeFence('a', 'ts')).toBe('```ts\na\n```')
    expect(codeFence('```', '')).toBe('````\n```\n````')
  })
})

describe('a code span', () => {
  it('is one span on one line, whatever is in it', () => {
    fc.assert(
      fc.property(code, (text) => {
        const span = codeSpan(text)
        expect(span).not.toMatch(/[\n\r]/)
        expect(withoutCodeSpans(`a ${span} b`)).toBe('a \u0001 b')
      }),
    )
  })

  it.each([
    ['src/app.ts', '`src/app.ts`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['a\nb', '`a b`'],
    [' a ', '`  a  `'],
    ['', '`  `'],
  ])('%j is %j', (text, span) => {
    expect(codeSpan(text)).toBe(span)
  })

  it('shortens what GitHub could not pair', () => {
    expect(withoutCodeSpans(codeSpan(`a${'`'.repeat(500)}b`))).toBe('\u0001')
  })
})
