import { createSign, generateKeyPairSync } from 'node:crypto'
import type { NewApp, SimulatedGitHub, SimulatedInstallation } from './index.ts'
import { clientOf } from './test-client.ts'

export const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

/** A JSON web token of the test app, good for five minutes unless the claims say otherwise. */
export function jwt(claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 300, iss: 42, ...claims })}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`
}

/** The test app, or another one with the same key, on these repositories. */
export function installTestApp(
  github: SimulatedGitHub,
  repositories: readonly string[],
  spec: Partial<NewApp> = {},
): SimulatedInstallation {
  return github.installApp({ appId: 42, slug: 'patchpilot', publicKey, repositories, ...spec })
}

/** A client with a fresh token of an installation. */
export async function clientOfInstallation(
  github: SimulatedGitHub,
  { installationId }: SimulatedInstallation,
  claims: object = {},
) {
  const path = `/app/installations/${installationId}/access_tokens`
  return clientOf(github, (await clientOf(github, jwt(claims)).post(path)).json.token)
}
