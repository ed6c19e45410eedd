import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readEvent } from '../../src/action/read-event.ts'
import { FixableError, messageOf } from '../../src/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'read-event-'))
afterAll(() => rmSync(folder, { recursive: true }))

function given(text: string): string {
  const path = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(path, text)
  return path
}

function refusal(environment: NodeJS.ProcessEnv): unknown {
  try {
    return readEvent(environment)
  } catch (error) {
    return error
  }
}

it('is what the runner named and wrote', () => {
  const payload = { action: 'opened', pull_request: { title: 'naïve 日本語' } }
  const environment = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: given(JSON.stringify(payload)) }
  expect(readEvent(environment)).toEqual({ name: 'pull_request', payload })
})

describe('an event that cannot be had is refused in words for its user', () => {
  it.each([
    ['nothing set', {}],
    ['no name', { GITHUB_EVENT_PATH: given('{}') }],
    ['no file', { GITHUB_EVENT_NAME: 'pull_request' }],
    ['an empty name', { GITHUB_EVENT_NAME: '', GITHUB_EVENT_PATH: given('{}') }],
    ['an empty path', { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '' }],
  ])('%s: this is no step of a workflow', (_, environment) => {
    const error = refusal(environment)
    expect(error).toBeInstanceOf(FixableError)
    expect(messageOf(error)).toContain('GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set')
  })

  it.each([
    ['a file that is not there', join(folder, 'missing.json'), 'ENOENT'],
    ['a folder', folder, 'EISDIR'],
    ['an empty file', given(''), 'JSON'],
    ['half a file', given('{"action": "open'), 'JSON'],
    ['no JSON', given('action: opened'), 'JSON'],
  ])('%s: which event, and why', (_, path, why) => {
    const error = refusal({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path })
    expect(error).toBeInstanceOf(FixableError)
    expect(messageOf(error)).toBe('the event file of "pull_request" cannot be read as JSON')
    expect(error instanceof Error ? messageOf(error.cause) : '').toContain(why)
  })
})
