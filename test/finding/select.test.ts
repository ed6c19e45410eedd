import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import { selectFindings } from '../../src/finding/select.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import { diffFrom } from '../diff/changes.ts'
import { claim } from '../fixtures/review-content.ts'

const diff = diffFrom('a.ts', '@@ -0,0 +1,2 @@\n+one()\n+two()')
const found = (...claims: Partial<Claim>[]) =>
  anchorClaims(
    claims.map((about) => claim({ path: 'a.ts', quote: 'one()', ...about })),
    [diff],
  )

const titles = (findings: readonly { readonly claim: Claim }[]) =>
  findings.map((finding) => finding.claim.title)

const select = (
  findings: ReturnType<typeof found>,
  limits: Partial<Parameters<typeof selectFindings>[1]> = {},
) => {
  const { inline, folded, belowMinimum } = selectFindings(findings, {
    minSeverity: 'low',
    maxComments: 5,
    ...limits,
  })
  return {
    inline: titles(inline),
    folded: folded.map(({ finding, reason }) => `${finding.claim.title}: ${reason}`),
    belowMinimum: titles(belowMinimum),
  }
}

describe('the most valuable findings are posted inline', () => {
  it('by severity, then by confidence, then as the model ordered them', () => {
    const findings = found(
      { title: 'A', severity: 'low', confidence: 1 },
      { title: 'B', severity: 'critical', confidence: 0.1 },
      { title: 'C', severity: 'medium', confidence: 0.5 },
      { title: 'D', severity: 'medium', confidence: 0.9 },
      { title: 'E', severity: 'medium', confidence: 0.5 },
    )
    expect(select(findings)).toEqual({ inline: ['B', 'D', 'C', 'E', 'A'], folded: [], belowMinimum: [] })
  })

  it('up to `max-comments`; the rest is folded', () => {
    const findings = found({ title: 'A', severity: 'low' }, { title: 'B' }, { title: 'C' })
    expect(select(findings, { maxComments: 2 })).toEqual({
      inline: ['B', 'C'],
      folded: ['A: over `max-comments`'],
      belowMinimum: [],
    })
  })

  it('and none with `max-comments` 0', () => {
    expect(select(found({ title: 'A' }), { maxComments: 0 })).toMatchObject({
      inline: [],
      folded: ['A: over `max-comments`'],
    })
  })

  it('without those that have no place, which take no room from the others', () => {
    const findings = found({ title: 'A', severity: 'critical', quote: 'gone()' }, { title: 'B' })
    expect(select(findings, { maxComments: 1 })).toMatchObject({
      inline: ['B'],
      folded: ['A: the quoted code is not in the diff of this file'],
    })
  })
})

it('findings below `min-severity` are counted, with or without a place', () => {
  const findings = found(
    { title: 'A', severity: 'low' },
    { title: 'B', severity: 'medium', quote: 'gone()' },
    { title: 'C', severity: 'high' },
  )
  expect(select(findings, { minSeverity: 'high' })).toEqual({
    inline: ['C'],
    folded: [],
    belowMinimum: ['A', 'B'],
  })
})
