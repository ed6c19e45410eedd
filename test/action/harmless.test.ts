import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { harmless } from '../../src/action/harmless.ts'
import { parseLogCommands } from '../run-action/log-commands.ts'

/** What the runner, which ends a line at any of these, would obey in this output. */
const commandsIn = (text: string) => parseLogCommands(text.split(/\r\n|\r|\n/))

/** Each is a command to the runner unless something is done about it. */
const commands = [
  '::error::x',
  '::add-mask::a',
  '  \t::warning file=a.ts,line=1::x',
  '::SET-OUTPUT name=verdict::passed',
  '::group::x\n::endgroup::',
  '::stop-commands::token\n::error::unseen',
  'before\n::error::x',
  'before\r::error::x',
  'before\r\n::error::x',
  '##[error]x',
  'in the middle ##[add-mask]a',
  '###[warning]x',
  '##[set-env name=PATH]x',
]

describe("a stranger's text in the log", () => {
  it.each(commands)('gives the runner no command: %j', (text) => {
    expect(commandsIn(text)).not.toEqual([])
    expect(commandsIn(harmless(text))).toEqual([])
  })

  it.each([':\u0000:error::x', '\u001B::error::x', '#\u0007#[error]x', '#\u009F#\u0085[error]x'])(
    'gives none either once its control characters are gone: %j',
    (text) => {
      const safe = harmless(text)
      expect(safe).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/)
      expect(commandsIn(safe)).toEqual([])
    },
  )

  it('gives none whatever it is made of', () => {
    const pieces = [':', '::', '#', '##[', '[', ']', 'error', 'add-mask', ' ', '\n', '\r', '\u0000', '\u0085']
    const hostile = fc
      .array(fc.constantFrom(...pieces), { maxLength: 16 })
      .map((parts) => `${parts.join('')}error::x`)
    fc.assert(
      fc.property(hostile, (text) => {
        expect(commandsIn(harmless(text))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('loses colours and whatever else moves a cursor, never its lines and tabs', () => {
    expect(harmless('\u001B[31mred\u001B[0m\u0008\u007F\u009B2J')).toBe('[31mred[0m2J')
    expect(harmless('a\tb\nc\r\nd\re')).toBe('a\tb\nc\nd\ne')
  })

  it('still reads the same', () => {
    expect(harmless('std::vector and ##[section]')).toBe('std:\u200B:vector and #\u200B#[section]')
    expect(harmless('a: b, # c [d] 日本語 😀')).toBe('a: b, # c [d] 日本語 😀')
  })
})
