import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { account, startPushgateway } from '../servers/pushgateway.ts'
import { startRelay } from '../servers/relay.ts'
import { expectExactly, pushingTo, pushWarnings } from './metrics-setup.ts'
import { startScene } from './setup.ts'

const { username, password } = account
const credentials = { 'pushgateway-username': username, 'pushgateway-password': password }

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('the way to the Pushgateway', () => {
  test('takes a name and a password, which the log does not show', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway({ basicAuth: true })
    await using relay = await startRelay(gateway.url)
    const result = await scene.run(pushingTo(relay, { inputs: credentials, debug: true }))
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, scene, [result])
    const sent = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    expect(new Set(relay.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([sent]))
    const shown = `${result.stdout}${result.stderr}`
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::'))
    expect(shown.filter((line) => line.includes(password) || line.includes(sent.slice(6)))).toEqual([])
    expect(JSON.stringify(result.report)).not.toContain(password)
  })

  test('says what to change when they are wrong', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway({ basicAuth: true })
    const result = await scene.run(
      pushingTo(gateway, { inputs: { ...credentials, 'pushgateway-password': 'no' } }),
    )
    expect(result.exitCode).toBe(0)
    expect(pushWarnings(result)).toEqual([
      expect.stringMatching(/401.*`pushgateway-username` and `pushgateway-password`/),
    ])
    expect(await gateway.groups()).toEqual([])
  })

  test('is encrypted where the gateway is, for an authority that the runner trusts', async () => {
    await using scene = await startScene()
    await using gateway = await startPushgateway({ tls: true, basicAuth: true })
    const env = { NODE_EXTRA_CA_CERTS: gateway.certificate?.certFile ?? '' }
    const trusting = await scene.run(pushingTo(gateway, { inputs: credentials, env }))
    expect(pushWarnings(trusting)).toEqual([])
    await expectExactly(gateway, scene, [trusting])
    const distrusting = await scene.run(pushingTo(gateway, { inputs: credentials }))
    expect(distrusting.exitCode).toBe(0)
    expect(pushWarnings(distrusting)).toEqual([expect.stringMatching(/self-signed certificate/)])
    expect(await gateway.sample('patchpilot_tasks_total', { status: 'started' })).toBe(1)
  })

  test.each(['', '/'])('may lead below a path, written with %j at its end', async (end) => {
    await using scene = await startScene()
    await using gateway = await startPushgateway({ prefix: '/tools/push' })
    const result = await scene.run(pushingTo({ url: `${gateway.url}${end}` }))
    expect(pushWarnings(result)).toEqual([])
    await expectExactly(gateway, scene, [result])
  })

  test.each(['gateway:9091', 'ftp://gateway/', 'http://', 'http://ci:secret@gateway:9091'])(
    'is not %s: one line says so, without the password in it',
    async (url) => {
      await using scene = await startScene()
      const result = await scene.run(pushingTo({ url }))
      const said = result.annotations.map(({ message }) => message)
      expect(said).toEqual([expect.stringContaining('pushgateway')])
      expect(said.join()).not.toContain('secret')
    },
  )
})
