import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isOutOfReach } from '../../../src/adapters/github/app-record.ts'
import { FixableError, TemporaryError } from '../../../src/errors.ts'
import { testApp, testIdentity } from '../../fixtures/github-app.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import {
  limitAnswers,
  type SimulatedGitHub,
  type SimulatedInstallation,
  startGitHub,
} from '../../simulators/github/index.ts'
import { installTestApp } from '../../simulators/github/test-app.ts'

const never = new AbortController().signal

let github: SimulatedGitHub
let installation: SimulatedInstallation
useFreshGitHub(async (fresh) => {
  github = fresh
  await github.createRepository()
  installation = installTestApp(github, ['octo/demo'])
})

const asked = () => github.requests.map(({ method, path }) => `${method} ${path}`)
const see = async (app: ReturnType<typeof testApp>) => {
  const record = await app.installation(installation.installationId, never)
  return record.repositories(new Set([1]), never)
}

describe('the name of an App', () => {
  it('is asked for once', async () => {
    const app = testApp(github)
    expect(await app.slug(never)).toBe('patchpilot')
    expect(await app.slug(never)).toBe('patchpilot')
    expect(asked()).toEqual(['GET /app'])
  })

  it('is asked for again after it could not be had', async () => {
    const app = testApp(github)
    github.faults.add({ path: /^\/app$/, behaviour: limitAnswers.secondary({ retryAfter: 3600 }) })
    await expect(app.slug(never)).rejects.toThrow(TemporaryError)
    expect(await app.slug(never)).toBe('patchpilot')
  })

  it.each([
    [
      'another key',
      {
        privateKey: generateKeyPairSync('rsa', {
          modulusLength: 2048,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        }).privateKey,
      },
    ],
    ['the id of no App', { id: '43' }],
  ])('is not told to who has %s, who hears what to look at', async (_, about) => {
    const failure = await testApp(github, about)
      .slug(never)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(FixableError)
    expect(String(failure)).toMatch(/GITHUB_APP_ID and GITHUB_PRIVATE_KEY_PEM must belong together/)
  })
})

it.each([-1, 1])('a clock that is wrong by %i hours is no trouble: that of GitHub counts', async (hours) => {
  const elsewhere = await startGitHub({ now: () => new Date(Date.now() + hours * 60 * 60_000) })
  installTestApp(elsewhere, ['octo/demo'])
  expect(await testApp(elsewhere).slug(never)).toBe('patchpilot')
  expect(elsewhere.violations).toEqual([])
  await elsewhere.close()
})

describe('the token of an installation', () => {
  it('is kept for all who share the cache', async () => {
    const { tokens } = testIdentity()
    await see(testApp(github, { tokens }))
    await see(testApp(github, { tokens }))
    expect(asked().filter((one) => one.startsWith('POST'))).toEqual([
      `POST /app/installations/${installation.installationId}/access_tokens`,
    ])
  })

  it('is made anew where the permissions of that installation have changed', async () => {
    const other = installTestApp(github, ['octo/demo'])
    const app = testApp(github)
    const seeOther = async () =>
      (await app.installation(other.installationId, never)).repositories(new Set([1]), never)
    await see(app)
    await seeOther()
    app.permissionsChanged(installation.installationId)
    await see(app)
    await seeOther()
    const made = [installation, other, installation].map(
      ({ installationId }) => `POST /app/installations/${installationId}/access_tokens`,
    )
    expect(asked().filter((one) => one.startsWith('POST'))).toEqual(made)
  })

  it('is not to be had of one that is suspended or gone, which is out of reach', async () => {
    const failureOf = () => see(testApp(github)).catch((error: unknown) => error)
    installation.suspend()
    expect(isOutOfReach(await failureOf())).toBe(true)
    installation.unsuspend()
    expect(await failureOf()).toEqual([])
    installation.uninstall()
    expect(isOutOfReach(await failureOf())).toBe(true)
  })
})
