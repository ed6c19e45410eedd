import { describe, expect, it } from 'vitest'
import type { GitHubApp } from '../../../src/adapters/github/app.ts'
import type { TokenCache } from '../../../src/adapters/github/connect.ts'
import { tokenCache } from '../../../src/adapters/github/token-cache.ts'
import { testApp } from '../../fixtures/github-app.ts'
import { useFreshGitHub } from '../../simulators/github/fresh-github.ts'
import type {
  Behaviour,
  SimulatedGitHub,
  SimulatedInstallation,
  SimulatedRepository,
} from '../../simulators/github/index.ts'
import { installTestApp } from '../../simulators/github/test-app.ts'

const never = new AbortController().signal
const unknown: Behaviour = { status: 401, body: { message: 'Bad credentials' } }
const forever = Number.POSITIVE_INFINITY

let github: SimulatedGitHub
let repository: SimulatedRepository
let installation: SimulatedInstallation
useFreshGitHub(async (fresh) => {
  github = fresh
  repository = await github.createRepository()
  installation = installTestApp(github, ['octo/demo'])
})

/** Tokens that were made an hour ago: what is younger may be unknown for some seconds, and is tried again by octokit. */
function agedTokens(): TokenCache {
  const cache = tokenCache()
  const anHourAgo = new Date(Date.now() - 60 * 60_000).toISOString()
  return { ...cache, set: (key, value) => cache.set(key, value.split('|').with(1, anHourAgo).join('|')) }
}

const see = async (app: GitHubApp) => {
  const record = await app.installation(installation.installationId, never)
  return record.repositories(new Set([repository.state.id]), never)
}

/** What was sent as the installation or to sign in as it: method, path, status. */
const sent = () =>
  github.requests
    .filter(({ path }) => path !== '/app')
    .map(({ method, path, status }) => `${method} ${path.replace(/\d+/, '1')} ${status}`)

const signIn = 'POST /app/installations/1/access_tokens'
const list = 'GET /installation/repositories'

/** From now on GitHub knows nothing of the token that was used last. */
function forgetToken(): void {
  const secret = String(github.requests.at(-1)?.headers.authorization).split(' ')[1] ?? ''
  github.token(secret, { login: 'patchpilot[bot]', type: 'Bot', expiresAt: new Date(0) })
}

describe('a token that GitHub does not know any more', () => {
  it('is replaced by a new one, and nobody notices', async () => {
    const app = testApp(github, { tokens: agedTokens() })
    const seen = await see(app)
    forgetToken()
    expect(await see(app)).toEqual(seen)
    expect(sent()).toEqual([`${signIn} 201`, `${list} 200`, `${list} 401`, `${signIn} 201`, `${list} 200`])
  })

  it('is replaced for all who share the cache', async () => {
    const tokens = agedTokens()
    await see(testApp(github, { tokens }))
    forgetToken()
    await see(testApp(github, { tokens }))
    await see(testApp(github, { tokens }))
    expect(sent().filter((one) => one.endsWith('401'))).toEqual([`${list} 401`])
  })

  it('is not replaced for ever', async () => {
    const app = testApp(github, { tokens: agedTokens() })
    await see(app)
    github.faults.add({ path: /repositories$/, times: forever, behaviour: unknown })
    await expect(see(app)).rejects.toMatchObject({ status: 401 })
    expect(sent().slice(2)).toEqual([`${list} 401`, `${signIn} 201`, `${list} 401`])
  })
})

it('where signing in itself is refused it is not tried for ever', async () => {
  github.faults.add({ path: /access_tokens$/, times: forever, behaviour: unknown })
  await expect(see(testApp(github))).rejects.toMatchObject({ status: 401 })
  expect(sent()).toEqual([`${signIn} 401`, `${signIn} 401`])
})

it('what is refused for another reason is not sent again', async () => {
  github.faults.add({ path: /repositories$/, behaviour: { status: 403, body: { message: 'Forbidden' } } })
  await expect(see(testApp(github))).rejects.toMatchObject({ status: 403 })
  expect(sent()).toEqual([`${signIn} 201`, `${list} 403`])
})
