import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { traceSummary } from '../../src/action/trace-summary.ts'
import type { RunTrace } from '../../src/metrics/trace.ts'
import type { Observation, Phase } from '../../src/ports/observer.ts'
import { byteLength } from '../../src/publication/limits.ts'
import { asked, failed, gitHub, pushed, retried, traceOf, waited } from '../metrics/observed.ts'
import { cellsOf, liveParts, readFences } from '../publication/markdown.ts'

const phase = (name: Phase, durationMs: number): Observation => ({ kind: 'phase', phase: name, durationMs })

const textOf = (trace: RunTrace) => traceSummary(trace).join('\n')

/** The rows below a heading, without the table's head. */
function rowsUnder(heading: string, trace: RunTrace): readonly string[] {
  const section = textOf(trace).split(`### ${heading}\n`)[1]?.split('\n### ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
}

const chartsOf = (trace: RunTrace) => readFences(textOf(trace)).fences

describe('where the time went', () => {
  it('is told by phase, each with its share and a bar of that length', () => {
    const phases = [phase('start', 20), phase('read', 1_000), phase('ask', 8_000), phase('publish', 980)]
    const trace = traceOf(gitHub(), gitHub(), asked(), pushed(200), ...phases)
    expect(rowsUnder('Where the time went', trace)).toEqual([
      '| Start | 0.02 s | 0 % | ▏ |',
      '| Read the pull request | 1.00 s | 10 % | ███ |',
      '| Ask the model | 8.00 s | 80 % | ████████████████████████ |',
      '| Post the review | 0.98 s | 10 % | ███ |',
    ])
    expect(textOf(trace)).toContain(
      '\n10.0 s in all; requests: 2 to GitHub, 1 to the model server, 1 to the Pushgateway.\n',
    )
  })

  it('names what belongs to no phase, where it is more than a trifle', () => {
    const rows = (ask: number, ...others: readonly Observation[]) =>
      rowsUnder('Where the time went', traceOf(asked(), phase('ask', ask), ...others))
    expect(rows(9_500).at(-1)).toBe('| The rest | 0.50 s | 5 % | ██ |')
    expect(rows(9_500, pushed(200)).at(-1)).toBe('| Push the metrics | 0.50 s | 5 % | ██ |')
    expect(rows(9_950)).toHaveLength(1)
  })

  it('is not told of a run that had nothing to do, although its metrics were pushed', () => {
    expect(traceSummary(traceOf(pushed(200), phase('start', 10)))).toEqual([])
  })
})

describe('where the tokens went', () => {
  it('is told by model, with what failed and why', () => {
    const trace = traceOf(
      asked(),
      asked({ durationMs: 12_300, usage: { promptTokens: 880, cachedTokens: 0, completionTokens: 189 } }),
      failed(429),
      failed(429),
      failed('timeout'),
      asked({ model: 'second' }),
    )
    expect(rowsUnder('Where the tokens went', trace)).toEqual([
      '| `gpt-5.4-mini` | 5 | 3 (429, timeout) | 10,000 | 4,000 | 1,000 | 12.3 s |',
      '| `second` | 1 | 0 | 9,120 | 4,000 | 811 | 1.84 s |',
    ])
  })

  it('is left out where no model was asked', () => {
    expect(textOf(traceOf(gitHub()))).not.toContain('tokens')
  })

  it('is told of twenty models, and how many more there were', () => {
    const models = Array.from({ length: 23 }, (_, at) => failed(404, { model: `model-${at}` }))
    expect(rowsUnder('Where the tokens went', traceOf(...models))).toHaveLength(20)
    expect(textOf(traceOf(...models))).toContain('\nAnd 3 other models.')
  })
})

describe('retries and waits', () => {
  it('are told by server, where there were some', () => {
    const trace = traceOf(
      ...[asked(), retried('rate_limit'), retried('rate_limit'), retried('server_error')],
      ...[waited(1_000), waited(2_500), retried('refused_form', 'github'), waited(400, 'pushgateway')],
    )
    expect(rowsUnder('Retries and waits', trace)).toEqual([
      '| GitHub | 1 × refused form |  |',
      '| Model server | 2 × rate limit, 1 × server error | 3.50 s |',
      '| Pushgateway |  | 0.40 s |',
    ])
    expect(textOf(traceOf(asked(), gitHub()))).not.toContain('Retries')
  })
})

describe('the chart of the requests', () => {
  it('has each with its time, its server and its status, but for those of the push', () => {
    const trace = traceOf(
      gitHub(200, '/repos/octo/shop/pulls/7/files'),
      gitHub(502, '/api/v3/repos/octo/shop/pulls/7'),
      asked({ number: 2 }),
      failed('network_error', { number: 1, durationMs: 0 }),
      pushed(200),
      pushed(200, '/metrics/job/patchpilot_lock/repository@base64/b2N0by9zaG9w'),
    )
    expect(chartsOf(trace)).toEqual([
      {
        info: 'mermaid',
        closed: true,
        code: [
          'gantt',
          'dateFormat x',
          'axisFormat %s s',
          'todayMarker off',
          'section GitHub',
          'GET pulls/7/files 200 :active, 9880, 120ms',
          'GET pulls/7 502 :crit, 9880, 120ms',
          'section Model server',
          '2 gpt-5.4-mini 200 :active, 8160, 1840ms',
          '1 gpt-5.4-mini network error :crit, 10000, 1ms',
        ].join('\n'),
      },
    ])
  })

  it.each([
    [1, 0],
    [2, 1],
    [40, 1],
    [41, 0],
    [2_100, 0],
  ])('of %i requests: %i', (count, charts) => {
    const requests = Array.from({ length: count }, (_, at) => asked({ number: at + 1 }))
    expect(chartsOf(traceOf(...requests))).toHaveLength(charts)
  })

  it('keeps its form whatever models and paths are called', () => {
    const pieces = [
      '`',
      '```',
      '\n',
      ':',
      ';',
      '#',
      '%%',
      '{',
      '}',
      '"',
      ',',
      '<b>',
      'section x',
      'click',
      '—',
      '|',
    ]
    const text = fc
      .array(fc.constantFrom(...pieces, 'a', ' '), { maxLength: 12 })
      .map((parts) => parts.join(''))
    const task = /^(\d+|GET) [\w./ -]* 200 :active, \d+, \d+ms$/
    fc.assert(
      fc.property(text, text, (model, path) => {
        const [chart, ...others] = chartsOf(traceOf(asked({ model }), gitHub(200, `/${path}`)))
        expect(others).toEqual([])
        expect(chart?.closed).toBe(true)
        const lines = chart?.code.split('\n').slice(4) ?? []
        expect(lines).toHaveLength(4)
        for (const line of lines) expect(line).toMatch(line.startsWith('section') ? /^section [\w ]+$/ : task)
      }),
      { numRuns: 500 },
    )
  })
})

describe('names from inputs', () => {
  const hostile = '@octocat #1 [l](https://e.vil) <img src=x> | `x` \\| ![p](x)\n| a |\n### Heading'

  it('stay harmless and in their cells', () => {
    const text = textOf(traceOf(asked({ model: hostile })))
    expect(liveParts(text)).toEqual(['table'])
    const [row = ''] = rowsUnder('Where the tokens went', traceOf(asked({ model: hostile })))
    for (const cells of cellsOf(row)) expect(cells).toHaveLength(7)
  })

  it('leave it short', () => {
    const models = Array.from({ length: 500 }, (_, at) =>
      failed(404, { model: `${at}${'long 😀'.repeat(2_000)}` }),
    )
    const text = textOf(traceOf(...models))
    expect(byteLength(text)).toBeLessThan(20_000)
    expect(text.isWellFormed()).toBe(true)
  })
})
