import { afterEach, describe, expect, it, vi } from 'vitest'
import { actionLogger, setLogLevel } from '../../src/action/action-logger.ts'

afterEach(() => setLogLevel('info'))

function written(log: () => void): string {
  const pieces: string[] = []
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((piece) => pieces.push(String(piece)) > 0)
  log()
  write.mockRestore()
  return pieces.join('')
}

describe('a debug message', () => {
  it('is left to the runner, which shows it where step debugging is on', () => {
    expect(written(() => actionLogger.debug('one\ntwo'))).toBe('::debug::one%0Atwo\n')
  })

  it.each(['debug', 'trace'] as const)('is a line of the log at the level `%s`', (level) => {
    setLogLevel(level)
    expect(written(() => actionLogger.debug('one\ntwo'))).toBe('one\ntwo\n')
  })
})

describe.each(['info', 'debug', 'trace'] as const)('at the level `%s`', (level) => {
  it("a stranger's words are no command of any line", () => {
    setLogLevel(level)
    const hostile = 'one\n::error::two\r\n##[warning]three'
    expect(written(() => actionLogger.debug(hostile))).not.toMatch(/^::(?!debug::)|##\[/m)
    expect(written(() => actionLogger.info(hostile))).not.toMatch(/^::|##\[/m)
  })

  it('all else is shown as ever', () => {
    setLogLevel(level)
    expect(written(() => actionLogger.info('told'))).toBe('told\n')
    expect(written(() => actionLogger.warning('warned'))).toBe('::warning::warned\n')
  })
})
