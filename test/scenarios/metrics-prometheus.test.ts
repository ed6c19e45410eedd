import { describe, expect, test } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { startPrometheus } from '../servers/prometheus.ts'
import { startPushgateway } from '../servers/pushgateway.ts'
import { faults, type ModelRequest, plantedReviewer } from '../simulators/model/index.ts'
import { pushingTo, pushWarnings, runOnNew } from './metrics-setup.ts'
import { small, startScene } from './setup.ts'

const installed = !isMissing('prometheus', 'prometheus-pushgateway')

describe.skipIf(!installed).concurrent('in Prometheus', () => {
  test('increase() sees every run, the first included', async () => {
    const latencyMs = 2_500
    await using gateway = await startPushgateway()
    await using prometheus = await startPrometheus({ scrape: [gateway.url] })
    const reply = plantedReviewer(small.findings)
    const answer = async (request: ModelRequest) => {
      await prometheus.waitUntil('patchpilot_reviews_total', (values) => values.length > 0)
      return reply(request)
    }
    await using scene = await startScene({ model: { answer, latencyMs } })
    const results = await runOnNew(scene, 1, pushingTo(gateway))
    results.push(...(await runOnNew(scene, 3, pushingTo(gateway))))
    expect(results.flatMap(pushWarnings)).toEqual([])
    await prometheus.waitUntil('sum(patchpilot_reviews_total)', ([sum]) => sum?.value === 4)
    const increase = async (expr: string) =>
      Math.round((await prometheus.query(expr))[0]?.value ?? Number.NaN)
    expect(await increase('sum(increase(patchpilot_reviews_total[10m]))')).toBe(4)
    expect(await increase('sum(increase(patchpilot_reviews_total{verdict="findings"}[10m]))')).toBe(4)
    expect(await increase('sum(increase(patchpilot_llm_request_duration_seconds_count[10m]))')).toBe(4)
    expect(await increase('sum(increase(patchpilot_reviews_total{verdict!="findings"}[10m]))')).toBe(0)
    const median =
      'histogram_quantile(0.5, sum by (le) (rate(patchpilot_llm_request_duration_seconds_bucket[10m])))'
    expect((await prometheus.query(median))[0]?.value).toBeGreaterThan(2)
    // The group is the repository's: no label says which machine the run was on.
    const builds = await prometheus.query('count by (instance, exported_instance) (patchpilot_build_info)')
    expect(builds).toEqual([{ labels: {}, value: 1 }])
  })

  test('no label has more than 50 values after a busy day', async () => {
    await using gateway = await startPushgateway()
    await using prometheus = await startPrometheus({ scrape: [gateway.url] })
    const statuses = [200, 400, 402, 408, 409, 413, 418, 422, 429, 451, 500, 503, 529, 599]
    let ends = 0
    // Of eight models, seven do not exist; the last one answers as servers do.
    const answer = ({ body }: ModelRequest) => {
      const status =
        names.indexOf(String(body.model)) % 8 < 7 ? 404 : (statuses[ends++ % statuses.length] ?? 200)
      if (status === 200) return { content: { summary: 'Fine.', findings: [] } }
      return {
        fault: faults.reply({ status, body: { error: { message: 'no' } }, headers: { 'retry-after': '0' } }),
      }
    }
    const names = Array.from({ length: 56 }, (_, index) => `vendor/model-${index}`)
    await using scene = await startScene({ model: { answer, models: names } })
    const seen = new Map<string, Set<string>>()
    const look = setInterval(async () => {
      for (const { labels } of await gateway.groups())
        for (const [name, value] of Object.entries(labels)) note(seen, name, value)
    }, 100)
    const work = async (hour: number) => {
      const [model = '', ...fallbacks] = names.slice(hour * 8, hour * 8 + 8)
      const inputs = { model, 'fallback-models': fallbacks.join(','), timeout: '10' }
      const results = await runOnNew(scene, 2, pushingTo(gateway, { inputs }))
      expect(results.flatMap(pushWarnings)).toEqual([])
    }
    try {
      const shifts = [
        [0, 1],
        [2, 3],
        [4, 5, 6],
      ]
      await Promise.all(
        shifts.map(async (hours) => {
          for (const hour of hours) await work(hour)
        }),
      )
    } finally {
      clearInterval(look)
    }
    const asked = new Set(scene.model.requests.map(({ body }) => body.model))
    expect(asked.size).toBeGreaterThan(50)
    const reviews = await gateway.samples('patchpilot_reviews_total')
    expect(reviews.reduce((sum, { value }) => sum + value, 0)).toBe(14)
    await prometheus.waitUntil('sum(patchpilot_reviews_total)', ([sum]) => sum?.value === 14)
    for (const labels of await prometheus.series('{job=~"patchpilot.*"}'))
      for (const [name, value] of Object.entries(labels)) note(seen, name, value)
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['model', 'status', 'le', 'trigger']))
    const model = seen.get('model')
    expect(model).toContain('other')
    expect(model?.size).toBeGreaterThan(20)
    seen.delete('__name__')
    const tooMany = [...seen]
      .filter(([, values]) => values.size > 50)
      .map(([name, { size }]) => ({ name, size }))
    expect(tooMany).toEqual([])
  })
})

function note(seen: Map<string, Set<string>>, name: string, value: string): void {
  const values = seen.get(name) ?? new Set()
  seen.set(name, values.add(value))
}
