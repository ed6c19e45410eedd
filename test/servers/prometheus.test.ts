import { describe, expect, test } from 'vitest'
import { isMissing } from './installed.ts'
import { startPrometheus } from './prometheus.ts'
import { startPushgateway } from './pushgateway.ts'

describe.skipIf(isMissing('prometheus', 'prometheus-pushgateway'))('Prometheus', () => {
  test('scrapes the Pushgateway and keeps the labels of what was pushed', async () => {
    await using gateway = await startPushgateway()
    const group = { job: 'patchpilot', repository: 'octo/demo' }
    await gateway.push(group, '# TYPE a_total counter\na_total 0\n')
    await using prometheus = await startPrometheus({ scrape: [gateway.url] })
    const from = Date.now() / 1000
    const [seen] = await prometheus.waitUntil('a_total', (values) => values.length > 0)
    expect(seen).toMatchObject({ labels: { job: 'patchpilot', repository: 'octo/demo' }, value: 0 })
    await gateway.push(group, '# TYPE a_total counter\na_total 2\n')
    await prometheus.waitUntil('a_total', ([value]) => value?.value === 2)
    expect(await prometheus.query('sum(a_total) * 2')).toEqual([{ labels: {}, value: 4 }])
    expect(await prometheus.query('a_total', from - 60)).toEqual([])
    expect(await prometheus.query('7')).toEqual([{ labels: {}, value: 7 }])
    const [series] = await prometheus.queryRange('a_total', { start: from, end: Date.now() / 1000, step: 1 })
    expect(series?.values.map(([, value]) => value)).toContain(0)
    expect(await prometheus.series('a_total', 'up')).toHaveLength(2)
    await expect(prometheus.query('sum(')).rejects.toThrow('400')
  })

  test('does not start with rules that are none', async () => {
    const rules = [new URL(import.meta.url).pathname]
    await expect(startPrometheus({ scrape: [], rules })).rejects.toThrow(
      /did not start.*prometheus\.test\.ts/s,
    )
  })
})
