import { describe, expect, it } from 'vitest'
import { answerSchema, type Claim, readAnswer } from '../../src/prompt/answer.ts'
import { strictSchemaProblem } from '../simulators/model/strict-schema.ts'

const good = {
  path: 'src/a.ts',
  quote: 'const a = 1',
  start_line: 3,
  end_line: 4,
  side: 'LEFT',
  severity: 'critical',
  category: 'security',
  title: 'A title',
  body: 'Why.',
  suggestion: 'const a = 2',
  confidence: 0.8,
}

function readOne(changes: object): Claim | undefined {
  return readAnswer(JSON.stringify({ summary: 's', findings: [{ ...good, ...changes }] }))?.claims[0]
}

it('a good answer is read as it is', () => {
  expect(readAnswer(JSON.stringify({ summary: 'It does.', findings: [good] }))).toEqual({
    summary: 'It does.',
    claims: [
      {
        ...{ path: 'src/a.ts', quote: 'const a = 1', startLine: 3, endLine: 4, side: 'LEFT' },
        ...{ severity: 'critical', category: 'security', title: 'A title', body: 'Why.' },
        ...{ suggestion: 'const a = 2', confidence: 0.8 },
      },
    ],
    rejected: [],
  })
})

describe('what a model gets slightly wrong is read as it was meant', () => {
  it.each<[object, Partial<Claim>]>([
    [{ path: ' src/a.ts ' }, { path: 'src/a.ts' }],
    [{ quote: ['const a = 1', 'const b = 2'] }, { quote: 'const a = 1\nconst b = 2' }],
    [
      { start_line: '3', end_line: ' 4 ' },
      { startLine: 3, endLine: 4 },
    ],
    [
      { start_line: -3, end_line: 4.5 },
      { startLine: null, endLine: null },
    ],
    [
      { start_line: 0, end_line: 1e300 },
      { startLine: null, endLine: null },
    ],
    [{ side: 'left' }, { side: 'LEFT' }],
    [{ side: 'old' }, { side: 'LEFT' }],
    [{ side: 'anything' }, { side: 'RIGHT' }],
    [{ severity: 'High ' }, { severity: 'high' }],
    [{ severity: 'blocker' }, { severity: 'critical' }],
    [{ severity: 'nit' }, { severity: 'low' }],
    [{ severity: 'constructor' }, { severity: 'medium' }],
    [{ severity: 9 }, { severity: 'medium' }],
    [{ category: 'Error Handling' }, { category: 'error-handling' }],
    [{ category: 'style' }, { category: 'bug' }],
    [{ confidence: '0.4' }, { confidence: 0.4 }],
    [{ confidence: 85 }, { confidence: 0.85 }],
    [{ confidence: -1 }, { confidence: 0 }],
    [{ confidence: 'sure' }, { confidence: 0.5 }],
    [{ suggestion: '' }, { suggestion: null }],
    [{ suggestion: ' \n' }, { suggestion: null }],
    [{ suggestion: null }, { suggestion: null }],
    [{ suggestion: { code: 'x' } }, { suggestion: null }],
    [{ body: 7 }, { body: '' }],
  ])('%j', (changes, expected) => {
    expect(readOne(changes)).toMatchObject(expected)
  })
})

describe('a claim that is none is rejected alone, and kept for the report', () => {
  it.each([[null], [1], ['text'], [[]], [[good]], [{}], [{ ...good, title: '' }], [{ ...good, title: 4 }]])(
    '%j',
    (item) => {
      const answer = readAnswer(JSON.stringify({ summary: '', findings: [item, good] }))
      expect(answer?.claims).toHaveLength(1)
      expect(answer?.rejected).toEqual([
        { reason: 'not an object with a title', claim: JSON.stringify(item).slice(0, 500) },
      ])
    },
  )
})

it('no list of findings is not the same as no findings', () => {
  expect(readAnswer('{"summary": "Fine."}')).toBeNull()
  expect(readAnswer('{"summary": "Fine.", "findings": []}')).toEqual({
    summary: 'Fine.',
    claims: [],
    rejected: [],
  })
})

it('the schema is one that every server with structured outputs takes', () => {
  expect(strictSchemaProblem(answerSchema)).toBeNull()
})
