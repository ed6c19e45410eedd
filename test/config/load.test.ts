import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inputs } from '../../src/config/inputs.ts'
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts'
import type { ReviewConfig } from '../../src/config/schema.ts'

const pullRequestEvent = { eventName: 'pull_request' }

/** What the runner passes when the user sets nothing: every input as '', save the two with a default. */
const untouched: Readonly<Record<string, string>> = {
  ...Object.fromEntries(inputs.map(({ name }) => [name, ''])),
  'github-token': 'ghs_1_token',
  'base-url': 'https://api.openai.com/v1',
}

const load = (set: Readonly<Record<string, string>>, host = pullRequestEvent): LoadedConfig =>
  loadConfig({ ...untouched, ...set }, host)

const configOf = (set: Readonly<Record<string, string>>, host = pullRequestEvent): ReviewConfig => {
  const loaded = load(set, host)
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.join('\n'))
  return loaded.config
}

const problemsOf = (set: Readonly<Record<string, string>>): readonly string[] => {
  const loaded = load(set)
  return loaded.kind === 'invalid' ? loaded.problems : []
}

const warningsOf = (set: Readonly<Record<string, string>>): readonly string[] => {
  const loaded = load(set)
  return loaded.kind === 'valid' ? loaded.warnings : []
}

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA/+0=\nabcd\n-----END RSA PRIVATE KEY-----'

describe('a configuration nobody touched', () => {
  it('is the documented defaults, without a warning', () => {
    expect(load({})).toEqual({
      kind: 'valid',
      warnings: [],
      config: {
        githubToken: 'ghs_1_token',
        app: null,
        apiKey: '',
        baseUrl: 'https://api.openai.com/v1',
        model: 'gpt-5.4-mini',
        fallbackModels: [],
        pullRequest: null,
        scope: 'incremental',
        configFile: '.github/patchpilot.yml',
        minSeverity: 'low',
        maxComments: 5,
        failOn: 'none',
        onInconclusive: 'fail',
        language: 'en',
        dryRun: false,
        timeoutMs: 600_000,
        passes: 1,
        verify: true,
        maxTokens: 500_000,
        requestTokens: 32_000,
        concurrency: 6,
        pushgateway: null,
        logLevel: 'info',
      } satisfies ReviewConfig,
    })
  })

  it('reviews everything again when it was started by hand', () => {
    expect(configOf({}, { eventName: 'workflow_dispatch' }).scope).toBe('full')
    expect(configOf({ scope: 'incremental' }, { eventName: 'workflow_dispatch' }).scope).toBe('incremental')
  })

  it('needs nothing but a token from a host that passes only what is set', () => {
    expect(loadConfig({ 'github-token': 't' }, pullRequestEvent)).toMatchObject({
      kind: 'valid',
      config: { baseUrl: 'https://api.openai.com/v1' },
    })
  })
})

describe('reading values', () => {
  it.each([
    ['pull-request', ' 12 ', { pullRequest: 12 }],
    ['min-severity', 'high\n', { minSeverity: 'high' }],
    ['fail-on', 'critical', { failOn: 'critical' }],
    ['on-inconclusive', 'warn', { onInconclusive: 'warn' }],
    ['scope', 'full', { scope: 'full' }],
    ['max-comments', '0', { maxComments: 0 }],
    ['timeout', '1', { timeoutMs: 1000 }],
    ['concurrency', '64', { concurrency: 64 }],
    ['dry-run', 'TRUE', { dryRun: true }],
    ['verify', 'False', { verify: false }],
    ['language', 'pt-br', { language: 'pt-BR' }],
    ['api-key', ' sk-1 \n', { apiKey: 'sk-1' }],
    ['log-level', 'trace', { logLevel: 'trace' }],
  ] as const)('takes %s: %j', (name, value, expected) => {
    expect(configOf({ [name]: value })).toMatchObject(expected)
  })

  it('takes lists by comma, by line, or both, each name once', () => {
    expect(configOf({ 'fallback-models': 'a, b\nc,\n\n a ' }).fallbackModels).toEqual(['a', 'b', 'c'])
  })

  it('drops trailing slashes from URLs, because paths are appended', () => {
    expect(configOf({ 'base-url': 'http://127.0.0.1:11434/v1//' }).baseUrl).toBe('http://127.0.0.1:11434/v1')
  })

  it('groups the Pushgateway under its URL', () => {
    const set = { 'pushgateway-url': 'https://push.example/', 'pushgateway-username': 'ci' }
    expect(configOf(set).pushgateway).toEqual({
      url: 'https://push.example',
      username: 'ci',
      password: '',
      mode: 'accumulate',
    })
  })
})

describe('what is wrong', () => {
  it.each([
    ['pull-request', '0', 'a whole number, 1 or more'],
    ['pull-request', '12abc', 'a whole number, 1 or more'],
    ['pull-request', '99999999999999999999', 'a whole number, 1 or more'],
    ['max-comments', '-1', 'a whole number, 0 or more'],
    ['max-comments', '1e3', 'a whole number, 0 or more'],
    ['max-tokens', '0', 'a whole number, 1 or more'],
    ['request-tokens', '1999', 'a whole number, 2000 or more'],
    ['timeout', '0', 'a whole number from 1 to 432000'],
    ['concurrency', '65', 'a whole number from 1 to 64'],
    ['passes', '1.5', 'a whole number from 1 to 10'],
    ['dry-run', 'yes', 'true or false'],
    ['verify', 'tRUE', 'true or false'],
    ['scope', 'Full', 'one of incremental, full'],
    ['min-severity', 'none', 'one of low, medium, high, critical'],
    ['fail-on', 'higth', 'one of none, low, medium, high, critical'],
    ['on-inconclusive', 'ignore', 'one of fail, warn'],
    ['metrics-mode', 'push', 'one of accumulate, delta'],
    ['log-level', 'DEBUG', 'one of info, debug, trace'],
    ['language', 'german!', 'a BCP 47 language tag such as en, de or pt-BR'],
    ['base-url', 'ftp://h/v1', 'an http or https URL without user name, password, query or fragment'],
    ['base-url', 'api.openai.com/v1', 'an http or https URL without user name, password, query or fragment'],
    ['base-url', 'https://h/v1#x', 'an http or https URL without user name, password, query or fragment'],
  ])('%s: %s is refused with the input, the value and what is allowed', (name, value, allowed) => {
    expect(problemsOf({ [name]: value })).toEqual([
      `Input '${name}' is ${JSON.stringify(value)}; allowed: ${allowed}.`,
    ])
  })

  it('is reported all at once', () => {
    const problems = problemsOf({ 'fail-on': 'x', timeout: 'y', 'app-id': '1', language: '?' })
    expect(problems.map((problem) => problem.split("'")[1])).toEqual([
      'fail-on',
      'language',
      'timeout',
      'app-private-key',
    ])
  })

  it('includes an empty base-url, which never means a public service', () => {
    for (const empty of ['', ' \n']) {
      expect(problemsOf({ 'base-url': empty })).toEqual([
        "Input 'base-url' is empty; allowed: an http or https URL without user name, password, query or fragment.",
      ])
    }
  })

  it('never shows a secret, whole or in part', () => {
    const problems = problemsOf({
      'github-token': 'ghs secret',
      'api-key': 'sk-se\ncret',
      'app-id': '1',
      'app-private-key': 'secret',
      'base-url': 'https://me:se/cr@et@h/v1?key=secret',
      'pushgateway-url': 'https://h?token=secret',
    })
    expect(problems).toHaveLength(5)
    expect(problems.join()).not.toMatch(/secret|se\/cr|cret|ghs|sk-/)
  })

  it('stays on one short line, whatever was typed', () => {
    const [problem = ''] = problemsOf({ scope: `a\n::error::b${'c'.repeat(500)}` })
    expect(problem).not.toContain('\n')
    expect(problem.length).toBeLessThan(200)
  })

  it('is found for any text: it is either refused or read, never thrown', () => {
    const name = fc.constantFrom(...inputs.map((input) => input.name))
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (set) => {
        expect(['valid', 'invalid']).toContain(load(set).kind)
      }),
    )
  })
})

describe('the identity that posts', () => {
  it('is a GitHub App when its ID and key are given, then the token may be empty', () => {
    const set = { 'github-token': '', 'app-id': '7', 'app-private-key': pem }
    expect(configOf(set)).toMatchObject({ githubToken: '', app: { id: '7', privateKey: pem } })
    expect(configOf({ ...set, 'app-id': 'Iv23liAbc' }).app?.id).toBe('Iv23liAbc')
  })

  it.each([
    ['escaped line breaks', pem.replaceAll('\n', '\\n')],
    ['Windows line breaks', pem.replaceAll('\n', '\r\n')],
    ['a trailing line break', `${pem}\n`],
    ['a trailing escaped one', `${pem}\\n`],
  ])('takes a private key with %s', (_, key) => {
    expect(configOf({ 'app-id': '7', 'app-private-key': key }).app?.privateKey).toBe(pem)
  })

  it.each([
    ['a path', '/home/me/key.pem'],
    ['a public key', pem.replaceAll('RSA PRIVATE', 'PUBLIC')],
    ['half a key', pem.slice(0, 60)],
  ])('refuses %s as a private key', (_, key) => {
    expect(problemsOf({ 'app-id': '7', 'app-private-key': key })).toEqual([
      "Input 'app-private-key' is not valid (its value is not shown); " +
        'allowed: the PEM text of the private key, from -----BEGIN to -----END.',
    ])
  })

  it('cannot be half an App', () => {
    expect(problemsOf({ 'app-id': '7' })[0]).toMatch(/^Input 'app-private-key' is empty/)
    expect(problemsOf({ 'app-private-key': pem })[0]).toMatch(/^Input 'app-id' is empty/)
  })

  it('cannot be nobody', () => {
    expect(problemsOf({ 'github-token': '' })[0]).toMatch(/^Input 'github-token' is empty/)
  })
})

describe('inputs whose feature does not exist yet', () => {
  it('say that they have no effect when set to something else than the default', () => {
    const set = { passes: '3', verify: 'false' }
    expect(warningsOf(set)).toEqual([
      "Input 'passes' has no effect yet: this version does not have the feature.",
      "Input 'verify' has no effect yet: this version does not have the feature.",
    ])
  })

  it('are silent when set to what is the default anyway', () => {
    expect(warningsOf({ passes: '1', verify: 'True', 'metrics-mode': 'accumulate' })).toEqual([])
  })
})
