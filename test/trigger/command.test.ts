import { describe, expect, it } from 'vitest'
import { readCommand } from '../../src/trigger/command.ts'

describe('a command', () => {
  it.each([
    ['/patchpilot review', 'review'],
    ['/patchpilot review full', 'full review'],
    ['/patchpilot help', 'help'],
    ['/PatchPilot Review', 'review'],
    ['  /patchpilot \t review   full  ', 'full review'],
    ['\n \r\n/patchpilot review\r\nBecause I said so.', 'review'],
  ])('%j asks for a %s', (body, command) => {
    expect(readCommand(body)).toBe(command)
  })

  it.each([
    '/patchpilot',
    '/patchpilot reviw',
    '/patchpilot review fully',
    '/patchpilot review full now',
    '/patchpilot help me',
    '/patchpilot constructor',
  ])('%j is none that we know', (body) => {
    expect(readCommand(body)).toBe('unknown')
  })

  it.each([
    '',
    ' \n\t\n',
    'Nice!',
    'Please run\n/patchpilot review',
    '> /patchpilot review',
    '`/patchpilot review`',
    '/patchpilots review',
    '/patchpilot-review',
    'patchpilot review',
  ])('%j is none', (body) => {
    expect(readCommand(body)).toBeNull()
  })
})
