import { describe, expect, test } from 'vitest'
import { isMissing } from './installed.ts'
import { startPushgateway } from './pushgateway.ts'
import { parseTextFormat } from './text-format.ts'

const accepted = {
  'a counter with help': '# HELP a_total Of\\nall\\\\kinds.\n# TYPE a_total counter\na_total 1\n',
  'escaped labels': '# TYPE a_total counter\na_total{x="q\\"b\\\\n\\nend",y="{,}="} 1.5e3\n',
  'a histogram': '# TYPE h histogram\nh_bucket{le="0.5"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n',
  'a gauge that is no number': '# TYPE g gauge\ng NaN\n',
  'an infinite gauge': 'i -Inf\n',
  'comments and empty lines': '# nothing\n\n# TYPE a_total counter\na_total 1\n',
} as const

const refused = {
  'no end of the last line': 'a_total 1',
  'a carriage return': 'a_total 1\r\n',
  'no value': 'a_total\n',
  'a value that is no number': 'a_total one\n',
  'a metric name with a hyphen': 'a-total 1\n',
  'a label name with a hyphen': 'a_total{x-y="1"} 1\n',
  'a label without quotes': 'a_total{x=1} 1\n',
  'an unknown escape': 'a_total{x="\\t"} 1\n',
  'a label twice': 'a_total{x="1",x="2"} 1\n',
  'a series twice': 'a_total{x="1"} 1\na_total{x="1"} 2\n',
  'a type twice': '# TYPE a_total counter\n# TYPE a_total counter\na_total 1\n',
  'a type after samples': 'a_total 1\n# TYPE a_total counter\n',
  'an unknown type': '# TYPE a_total number\na_total 1\n',
} as const

describe('the text format', () => {
  test.each(Object.entries(accepted))('takes %s', (_, text) => {
    expect(parseTextFormat(text).flatMap(({ samples }) => samples).length).toBeGreaterThan(0)
  })

  test.each(Object.entries(refused))('refuses %s', (_, text) => {
    expect(() => parseTextFormat(text)).toThrow()
  })

  test('is read with its labels, types and help', () => {
    const [counter] = parseTextFormat(accepted['escaped labels'])
    expect(counter?.samples).toEqual([
      { name: 'a_total', labels: { x: 'q"b\\n\nend', y: '{,}=' }, value: 1500, timestamp: null },
    ])
    const [histogram, ...others] = parseTextFormat(accepted['a histogram'])
    expect(others).toEqual([])
    expect(histogram).toMatchObject({ name: 'h', type: 'histogram' })
    expect(histogram?.samples.map(({ name }) => name)).toEqual(['h_bucket', 'h_bucket', 'h_sum', 'h_count'])
    expect(parseTextFormat(accepted['a counter with help'])[0]?.help).toBe('Of\nall\\kinds.')
  })

  test('names the line that is wrong', () => {
    expect(() => parseTextFormat('a_total 1\nb_total x\n')).toThrow('line 2: b_total x')
  })
})

describe.skipIf(isMissing('prometheus-pushgateway'))('the real Pushgateway agrees', () => {
  test('on what to take and what to refuse', async () => {
    await using gateway = await startPushgateway()
    for (const [name, text] of Object.entries(accepted)) {
      await expect(gateway.push({ job: name }, text), name).resolves.toBeUndefined()
    }
    for (const [name, text] of Object.entries(refused)) {
      await expect(gateway.push({ job: name }, text), name).rejects.toThrow('400')
    }
  })
})
