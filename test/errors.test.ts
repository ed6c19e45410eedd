import { expect, it } from 'vitest'
import { CancelledError, FixableError, messageOf, TemporaryError } from '../src/errors.ts'

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
