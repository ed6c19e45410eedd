import { describe, expect, it } from 'vitest'
import { isMissing } from '../servers/installed.ts'
import { interpolate, unknownNames } from './promql.ts'
import { checkExpressions } from './promtool.ts'

describe('unknownNames', () => {
  it.each([
    ['a metric', 'sum(rate(patchpilot_review_total[5m]))', ['patchpilot_review_total']],
    ['a histogram by its own name', 'patchpilot_task_duration_seconds', ['patchpilot_task_duration_seconds']],
    ['a label', 'up{repo="a"}', ['up{repo="a"}']],
    ['a grouping', 'sum by (model) (patchpilot_queue_jobs)', ['patchpilot_queue_jobs by model']],
    [
      'a value',
      'patchpilot_reviews_total{verdict=~"passed|failed", trigger!="push"}',
      ['patchpilot_reviews_total{verdict="failed"}'],
    ],
    ['no metric at all', 'vector(0) > 1', ['no metric in vector(0) > 1']],
  ])('finds %s that nothing has', (_, expr, unknown) => {
    expect(unknownNames(expr)).toEqual(unknown)
  })

  it('accepts what is scraped', () => {
    const buckets =
      'patchpilot_llm_request_duration_seconds_bucket{model=~"a|b", repository="o/r", job="patchpilot"}'
    const quantile = `histogram_quantile(0.9, sum by (model, le) (increase(${buckets}[1d] offset -1d)))`
    expect(unknownNames(`${quantile} >= 0 unless up{instance="a:1"} == 0`)).toEqual([])
  })
})

it('an unknown variable of Grafana is an error', () => {
  expect(interpolate('x[$__range] * $price', { __range: '1h', price: '2' })).toBe('x[1h] * 2')
  expect(() => interpolate('x[$__rang]', { __range: '1h' })).toThrow('$__rang')
})

describe.skipIf(isMissing('promtool'))('checkExpressions', () => {
  it('refuses what Prometheus would refuse, types included', async () => {
    expect(await checkExpressions(['up', 'rate(up)'])).toMatchObject({
      passed: false,
      output: expect.stringContaining('expected type range vector'),
    })
  })
})
