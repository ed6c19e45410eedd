import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../run-action.ts'
import { type Scene, startScene } from './setup.ts'

/** Refuses everything, and repeats in saying so how it was asked. */
async function startTellTale() {
  const server = createServer((request, response) => {
    const message = `no: ${request.headers.authorization} ${request.url}`
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message } }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** All that a run leaves for people and machines. */
function toldBy(result: ActionResult, { pull }: Scene): string {
  const log = `${result.stdout}${result.stderr}`.replaceAll(/^::add-mask::.*$/gm, '')
  const posted = pull.reviews().map(({ body }) => body)
  return [log, result.summary, JSON.stringify([result.report, result.outputs]), ...posted].join('\n')
}

/** What the servers were shown of who asks. */
function credentials({ github }: Scene): readonly string[] {
  const headers = github.requests.map((request) => String(request.headers.authorization))
  return [...new Set(headers.map((header) => header.replace(/^\w+ /, '')))]
}

describe.concurrent('no secret is anywhere', () => {
  test('although the servers that are asked repeat theirs', async () => {
    await using scene = await startScene()
    await using tellTale = await startTellTale()
    const token = `ghs_${'a1B2'.repeat(129)}`
    scene.github.token(token, { login: 'github-actions[bot]' })
    const inputs = {
      'log-level': 'trace',
      'base-url': tellTale.url,
      'api-key': 'sk-planted/+key',
      'pushgateway-url': tellTale.url,
      'pushgateway-username': 'pusher',
      'pushgateway-password': 'pl4nted-p4ssword',
    }
    const result = await scene.run({ token, inputs })
    const told = toldBy(result, scene)
    expect(told).toContain('401: no: Bearer ***')
    expect(told).toMatch(/^Pushgateway GET .*: 401 after /m)
    const basic = Buffer.from('pusher:pl4nted-p4ssword').toString('base64')
    expect(credentials(scene)).toEqual([token])
    for (const secret of [token, inputs['api-key'], inputs['pushgateway-password'], basic])
      expect(told).not.toContain(secret)
  })

  test('of an App, whose token nobody has given us', async () => {
    await using scene = await startScene()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const repositories = [scene.repository.fullName]
    scene.github.installApp({ appId: 4711, slug: 'shop-reviewer', publicKey, repositories })
    const inputs = { 'app-id': '4711', 'app-private-key': privateKey, 'log-level': 'trace' }
    const result = await scene.run({ inputs })
    expect(result.outputs.verdict).toBe('findings')
    const secrets = [...credentials(scene), ...privateKey.trim().split('\n').slice(1, -1)]
    expect(secrets.length).toBeGreaterThan(20)
    const told = toldBy(result, scene)
    for (const secret of secrets) expect(told).not.toContain(secret)
  })
})
