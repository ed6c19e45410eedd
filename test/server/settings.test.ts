import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/server/settings.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const needed = {
  GITHUB_APP_ID: '4711',
  GITHUB_PRIVATE_KEY_PEM: privateKey,
  GITHUB_WEBHOOK_SECRET: 'correct-horse',
}

function settingsOf(changes: Readonly<Record<string, string>> = {}) {
  const read = readSettings({ ...needed, ...changes })
  if (read.kind === 'invalid') throw new Error(read.problems.join('\n'))
  return read.settings
}

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const read = readSettings(environment)
  return read.kind === 'invalid' ? read.problems : []
}

describe("the server's settings", () => {
  it('need no more than the App', () => {
    expect(settingsOf()).toMatchObject({
      app: { id: '4711', privateKey: privateKey.trim() },
      webhookSecrets: ['correct-horse'],
      ...{ apiUrl: 'https://api.github.com', host: '0.0.0.0', port: 8000, workers: 4, drainMs: 25_000 },
      review: { model: 'gpt-5.4-mini', baseUrl: 'https://api.openai.com/v1', scope: 'incremental' },
    })
  })

  it('are the inputs of the action under names of their own', () => {
    const changes = {
      ...{ OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1/', PATCHPILOT_MODEL: 'm' },
      ...{ PATCHPILOT_FAIL_ON: 'high', PATCHPILOT_MAX_TOKENS: '1000', WORKERS: '9', PORT: '0' },
    }
    expect(settingsOf(changes)).toMatchObject({
      ...{ port: 0, workers: 9 },
      review: {
        ...{ apiKey: 'sk-1', baseUrl: 'http://127.0.0.1:1/v1', model: 'm' },
        ...{ failOn: 'high', maxTokens: 1000 },
      },
    })
  })

  it('take the key as text, as text without line breaks, or as a path', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'patchpilot-key-'))
    const path = join(folder.path, 'app.pem')
    writeFileSync(path, privateKey)
    for (const given of [privateKey, privateKey.replaceAll('\n', '\\n'), path]) {
      expect(settingsOf({ GITHUB_PRIVATE_KEY_PEM: given }).app.privateKey).toBe(privateKey.trim())
    }
  })

  it('take several secrets while one is replaced', () => {
    expect(settingsOf({ GITHUB_WEBHOOK_SECRET: ' new  old ' }).webhookSecrets).toEqual(['new', 'old'])
  })
})

describe('what is wrong with them', () => {
  it('is said all at once, by the names of the variables', () => {
    const problems = problemsOf({ WORKERS: 'many', PATCHPILOT_FAIL_ON: 'grave', OPENAI_BASE_URL: '' })
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      ...['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY_PEM', 'GITHUB_WEBHOOK_SECRET', 'WORKERS'],
      ...['OPENAI_BASE_URL', 'PATCHPILOT_FAIL_ON'],
    ])
    for (const problem of problems) expect(problem).toMatch(/; allowed: .+\.$/)
  })

  it.each(['', '   '])('is a webhook secret that is %j', (secret) => {
    expect(problemsOf({ ...needed, GITHUB_WEBHOOK_SECRET: secret })).toEqual([
      expect.stringContaining('GITHUB_WEBHOOK_SECRET is not set'),
    ])
  })

  it.each([
    ['/no/such/file', 'the path of a file that can be read'],
    ['-----BEGIN NOTHING-----', 'the PEM text of the private key'],
  ])('is the key %j, which is not shown', (key, allowed) => {
    const [problem] = problemsOf({ ...needed, GITHUB_PRIVATE_KEY_PEM: key })
    expect(problem).toContain(allowed)
    expect(problem).not.toContain(key)
  })
})
