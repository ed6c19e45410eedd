import { describe, expect, test } from 'vitest'
import { startAggregatingGateway } from './aggregating-gateway.ts'
import { ask } from './ask.ts'
import { parseTextFormat } from './text-format.ts'

const counter = '# TYPE a_total counter\na_total{repository="octo/\\"demo"} 2\n'
const histogram = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 4.5\nh_count 2\n'
const push = (url: string, body: string) => ask(`${url}/metrics/job/patchpilot`, { method: 'POST', body })

describe.concurrent('the aggregating gateway', () => {
  test('adds what it is sent, by label set', async () => {
    await using gateway = await startAggregatingGateway()
    for (const text of [counter, counter + histogram, histogram]) {
      expect((await push(gateway.url, text)).status).toBe(202)
    }
    const labels = { repository: 'octo/"demo', job: 'patchpilot' }
    expect(gateway.sum('a_total', labels)).toBe(4)
    expect(gateway.sum('a_total', { repository: 'octo/other' })).toBe(0)
    expect(gateway.sum('h_bucket', { le: '1' })).toBe(2)
    expect(gateway.sum('h_sum')).toBe(9)
    expect(gateway.pushes.map(({ body }) => body)).toEqual([counter, counter + histogram, histogram])
    const scraped = (await ask(`${gateway.url}/metrics`)).body.toString()
    const [first] = parseTextFormat(scraped)
    expect(first).toMatchObject({ name: 'a_total', type: 'counter', samples: [{ labels, value: 4 }] })
  })

  test.each([
    ['a gauge', '# TYPE g gauge\ng 1\n'],
    ['a metric without a type', 'b_total 1\n'],
    ['a timestamp', '# TYPE a_total counter\na_total 1 1700000000000\n'],
    ['a counter that shrinks', '# TYPE a_total counter\na_total -1\n'],
    ['buckets that shrink', histogram.replace('le="1"} 1', 'le="1"} 3')],
    ['a last bucket that misses some', histogram.replace('h_count 2', 'h_count 3')],
    ['buckets without a count', histogram.replace('h_count 2\n', '')],
    ['text that is none of this format', 'hello\n'],
  ])('refuses %s, and counts nothing of that push', async (_, text) => {
    await using gateway = await startAggregatingGateway()
    expect((await push(gateway.url, counter + text)).status).toBe(400)
    expect(gateway.sum('a_total')).toBe(0)
    expect(gateway.pushes).toMatchObject([{ status: 400 }])
  })

  test('knows no other method and no group', async () => {
    await using gateway = await startAggregatingGateway()
    const url = `${gateway.url}/metrics/job/patchpilot`
    expect((await ask(url, { method: 'PUT', body: counter })).status).toBe(405)
    expect((await ask(`${url}/repository/x`, { method: 'POST', body: counter })).status).toBe(404)
    expect(gateway.sum('a_total')).toBe(0)
  })
})
