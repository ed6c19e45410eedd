import { expect, it } from 'vitest'
import { CancelledError, FixableError, messageOf, TemporaryError, oneLine } from '../src/errors.ts'

it.each([FixableError, TemporaryError, CancelledError])(
  '%o can be told from the others and keeps its cause',
  (Kind) => {
    const cause = new Error('socket hang up')
    const error = new Kind('try later', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error.cause).toBe(cause)
    expect([FixableError, TemporaryError, CancelledError].filter((other) => error instanceof other)).toEqual([
      Kind,
    ])
    expect(String(error)).toBe(`${Kind.name}: try later`)
  },
)

it.each([
  [new Error('no such host'), 'no such host'],
  ['plain text', 'plain text'],
  [undefined, 'undefined'],
  [null, 'null'],
])('whatever was thrown has a message: %o', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message)
})

it('a page becomes one line, however long or hostile it is', () => {
  expect(oneLine('<html>\n<h1>502</h1>\n<p>Bad\tGateway</p></html>')).toBe('502 Bad Gateway')
  expect(oneLine('x'.repeat(1_000))).toBe(`${'x'.repeat(300)}…`)
  expect(oneLine('<'.repeat(5_000_000))).toBe(`${'<'.repeat(300)}…`)
})
