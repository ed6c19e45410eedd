import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { isMissing } from './installed.ts'
import { account, startPushgateway } from './pushgateway.ts'

const demo = { job: 'patchpilot', repository: 'octo/demo' }
const counter = (value: number) => `# TYPE a_total counter\na_total{kind="x"} ${value}\n`
const histogram = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 4.5\nh_count 2\n'

describe.skipIf(isMissing('prometheus-pushgateway')).concurrent('the Pushgateway', () => {
  test('shows what was pushed, by group and sample', async () => {
    await using gateway = await startPushgateway()
    await gateway.push(demo, counter(3) + histogram)
    await gateway.push({ job: 'other', empty: '' }, counter(4))
    const groups = await gateway.groups()
    expect(groups).toHaveLength(2)
    expect(groups.map(({ labels }) => labels)).toContainEqual({ job: 'other', empty: '' })
    const group = groups.find(({ labels }) => labels.repository === demo.repository)
    expect(group).toMatchObject({
      labels: demo,
      succeeded: true,
      types: { a_total: 'counter', h: 'histogram' },
    })
    expect(Math.abs((group?.pushedAt ?? 0) - Date.now() / 1000)).toBeLessThan(10)
    expect(await gateway.sample('a_total', demo)).toBe(3)
    expect(await gateway.sample('h_bucket', { le: '1' })).toBe(1)
    expect(await gateway.sample('h_sum')).toBe(4.5)
    expect(await gateway.sample('b_total')).toBeUndefined()
    await expect(gateway.sample('a_total')).rejects.toThrow('2 samples')
    expect(await gateway.exposition()).toMatch(/^a_total\{.*repository="octo\/demo"\} 3$/m)
    expect(await gateway.exposition()).not.toMatch(/^go_|^process_/m)
  })

  test('replaces with PUT, forgets by DELETE, by wipe and by restart', async () => {
    await using gateway = await startPushgateway()
    await gateway.push(demo, counter(3))
    await gateway.push(demo, histogram, 'PUT')
    expect(await gateway.samples('a_total')).toEqual([])
    expect(await gateway.samples('h_count')).toHaveLength(1)
    const forgetting = [() => gateway.delete(demo), gateway.wipe, gateway.restart]
    for (const forget of forgetting) {
      await gateway.push(demo, counter(3))
      await forget()
      expect(await gateway.groups()).toEqual([])
    }
    await gateway.stop()
    await expect(gateway.groups()).rejects.toThrow('ECONNREFUSED')
  })

  test('says why it refuses', async () => {
    await using gateway = await startPushgateway()
    await gateway.push({ job: 'first' }, counter(1))
    const clash = gateway.push({ job: 'second' }, '# TYPE a_total gauge\na_total 1\n')
    await expect(clash).rejects.toThrow(/400.*a_total/)
  })

  test('answers below a path, with TLS, to those who know the password', async () => {
    await using gateway = await startPushgateway({ prefix: '/push', tls: true, basicAuth: true })
    expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/push$/)
    await gateway.push(demo, counter(3))
    expect(await gateway.sample('a_total')).toBe(3)
    await expect(ask(`${gateway.url}/metrics`)).rejects.toThrow('self-signed certificate')
    const ca = gateway.certificate?.pem ?? ''
    expect((await ask(`${gateway.url}/metrics`, { ca })).status).toBe(401)
    const authorization = `Basic ${btoa(`${account.username}:wrong`)}`
    expect((await ask(`${gateway.url}/metrics`, { ca, headers: { authorization } })).status).toBe(401)
  })

  test('does not start with flags it does not know', async () => {
    await expect(startPushgateway({ flags: ['--no-such-flag'] })).rejects.toThrow(
      /did not start.*no-such-flag/s,
    )
  })
})
