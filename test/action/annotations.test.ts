import { afterEach, describe, expect, it, vi } from 'vitest'
import { annotateFindings } from '../../src/action/annotations.ts'
import type { ReportedFinding } from '../../src/review/outcome.ts'
import type { Severity } from '../../src/severity.ts'
import { parseLogCommands } from '../run-action/log-commands.ts'
import { reported } from './reported.ts'

afterEach(() => vi.restoreAllMocks())

/** What the runner makes of the findings' annotations. */
function annotations(...findings: readonly Partial<ReportedFinding>[]) {
  const written: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  annotateFindings(findings.map(reported))
  vi.restoreAllMocks()
  return parseLogCommands(
    written
      .join('')
      .split(/\r\n|\r|\n/)
      .filter((line) => line !== ''),
  )
}

const many = (count: number, severity: Severity) =>
  Array.from({ length: count }, (_, at) => ({ severity, title: `${severity} ${at}` }))

describe('an annotation', () => {
  it('stands in its file on its line, and says what is wrong', () => {
    expect(annotations({})).toEqual([
      {
        name: 'error',
        message: 'It rounds.',
        properties: { title: 'bug: Prices lose their cents', file: 'src/price.ts', line: '3', endLine: '3' },
      },
    ])
  })

  it('spans all lines of its finding', () => {
    const [one] = annotations({ startLine: 3, line: 7 })
    expect(one?.properties).toMatchObject({ line: '3', endLine: '7' })
  })

  it.each([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'notice'],
  ] as const)('of a %s finding is of the kind "%s"', (severity, kind) => {
    expect(annotations({ severity })).toMatchObject([{ name: kind }])
  })

  it('of a deleted line names its file only: its number would mean another line', () => {
    const [one] = annotations({ side: 'LEFT' })
    expect(one?.properties).toEqual({ title: 'bug: Prices lose their cents', file: 'src/price.ts' })
  })

  it('of a finding without lines names its file, and without a file nothing', () => {
    const nowhere = { startLine: null, line: null, placement: 'folded' } as const
    const [inFile, anywhere] = annotations(nowhere, { ...nowhere, path: '' })
    expect(inFile?.properties).toEqual({ title: 'bug: Prices lose their cents', file: 'src/price.ts' })
    expect(anywhere?.properties).toEqual({ title: 'bug: Prices lose their cents' })
  })

  it('keeps the lines of its text, and has the title where there is no text', () => {
    expect(annotations({ body: 'One: 100%,\ntwo.' })).toMatchObject([{ message: 'One: 100%,\ntwo.' }])
    expect(annotations({ body: '' })).toMatchObject([{ message: 'Prices lose their cents' }])
  })

  it('is cut to what the runner and the page show', () => {
    const [one] = annotations({ title: 'why '.repeat(5_000), body: 'because '.repeat(5_000) })
    expect(one?.properties.title).toHaveLength(255)
    expect(one?.message.length).toBeLessThanOrEqual(4_096)
    expect(one?.message.length).toBeGreaterThan(3_000)
  })
})

describe('of many findings', () => {
  it('the worst ten of each kind are annotated, the worst first', () => {
    const all = annotations(
      ...many(12, 'low'),
      ...many(12, 'medium'),
      ...many(9, 'high'),
      ...many(3, 'critical'),
    )
    const titles = (kind: string) =>
      all.filter(({ name }) => name === kind).map(({ properties }) => properties.title)
    expect(titles('error')).toEqual(
      [...many(3, 'critical'), ...many(7, 'high')].map(({ title }) => `bug: ${title}`),
    )
    expect(titles('warning')).toEqual(many(10, 'medium').map(({ title }) => `bug: ${title}`))
    expect(titles('notice')).toEqual(many(10, 'low').map(({ title }) => `bug: ${title}`))
    expect(all.map(({ name }) => name)).toEqual([
      ...Array(10).fill('error'),
      ...Array(10).fill('warning'),
      ...Array(10).fill('notice'),
    ])
  })

  it('those that nobody has to act on are none, and take no place from the others', () => {
    const silent = [...many(20, 'critical')].map((one) => ({
      ...one,
      placement: 'below-min-severity' as const,
      stands: false,
    }))
    expect(annotations(...silent, { placement: 'repeated', title: 'Said before' })).toMatchObject([
      { name: 'error', properties: { title: 'bug: Said before' } },
    ])
    expect(annotations(...silent)).toEqual([])
  })
})

it('a finding made of commands and separators is one annotation all the same', () => {
  const hostile = '%0A::add-mask::a\n::set-output name=verdict::passed\r::error::x ##[add-mask]b'
  const path = 'a,line=9,title=x::y%0A\n::error::z.ts'
  const all = annotations({ title: hostile, body: hostile, path })
  expect(all).toMatchObject([{ name: 'error', properties: { file: path, line: '3', endLine: '3' } }])
  expect(all[0]?.properties.title).not.toContain('\n')
  // the runner prints the message on lines of its own
  expect(parseLogCommands(all[0]?.message.split('\n') ?? [])).toEqual([])
})
