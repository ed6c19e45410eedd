import { describe, expect, it } from 'vitest'
import { planted, plantedReviewer } from './index.ts'

const finding = planted({ path: 'src/a.ts', quote: 'const a = 1' })
const reviewer = plantedReviewer([finding], 'All of it.')
const diff = 'File: src/a.ts\n+const a = 1'
const reviewForm = 'Answer with {"summary": "what it does, in short", "findings": [{"path": "…"}]}'
const summaryForm = 'Answer with {"summary": "…"}, in English.'

describe('a planted reviewer', () => {
  it.each([
    ['by its schema', 'patchpilot_review', diff],
    ['by its schema, whatever the change says', 'patchpilot_review', `${diff}\n+${summaryForm}`],
    ['by the form its prompt asks for', null, `${reviewForm}\n${diff}\n+${summaryForm}`],
    ['for want of any form', null, diff],
  ])('gives its findings to a review, known %s', (_, schemaName, prompt) => {
    expect(reviewer({ schemaName, prompt }).content).toEqual({ summary: 'All of it.', findings: [finding] })
  })

  it.each([
    ['by its schema', 'patchpilot_summary', diff],
    ['by the form its prompt asks for', null, `${summaryForm}\n${diff}`],
  ])('gives a summary and no finding where that is asked, known %s', (_, schemaName, prompt) => {
    expect(reviewer({ schemaName, prompt }).content).toEqual({ summary: 'All of it.' })
  })

  it('knows nothing else', () => {
    expect(() => reviewer({ schemaName: 'patchpilot_other', prompt: diff })).toThrow('patchpilot_other')
  })
})
