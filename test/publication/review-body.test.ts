import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import { selectFindings } from '../../src/finding/select.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import type { ReviewContent } from '../../src/publication/compose.ts'
import { bodyBytes, byteLength } from '../../src/publication/limits.ts'
import { headline, reviewBody } from '../../src/publication/review-body.ts'
import { diffFrom } from '../diff/changes.ts'
import { claim, reviewContent } from '../fixtures/review-content.ts'

const marker = '<!-- patchpilot:1 AAAA -->'
const diff = diffFrom('src/a|b.ts', '@@ -0,0 +1,3 @@\n+one()\n+two()\n+three()')

const selectionOf = (claims: readonly Partial<Claim>[], maxComments = 5) =>
  selectFindings(
    anchorClaims(
      claims.map((about) => claim({ path: 'src/a|b.ts', quote: 'one()', ...about })),
      [diff],
    ),
    { minSeverity: 'low', maxComments },
  )

const body = (changes: Partial<ReviewContent> = {}): string => {
  const about = {
    ref: { owner: 'octo', repo: 'shop', number: 7 },
    headSha: 'ec26c3e57ca3',
    run: 'r',
    inline: [],
  }
  return reviewBody({ ...reviewContent(about), ...changes }, marker)
}

it('a review without findings is short', () => {
  expect(body()).toBe(
    `${marker}\n## PatchPilot: no findings\n\nWhat it does.\n\n<sub>Reviewed all 1 hunk in 1 file at ec26c3e · \`test-model\`, 10 prompt and 5 completion tokens in 1 request</sub>`,
  )
})

describe('the headline', () => {
  it.each([
    ['passed', 0, 'PatchPilot: no findings'],
    ['findings', 1, 'PatchPilot: 1 finding'],
    ['findings', 3, 'PatchPilot: 3 findings'],
    ['inconclusive', 0, 'PatchPilot: review incomplete, no findings so far'],
    ['inconclusive', 2, 'PatchPilot: review incomplete, 2 findings so far'],
  ] as const)('of a review that %s with %d is "%s"', (verdict, count, expected) => {
    const claims = Array.from({ length: count }, (_, at) => ({ title: `Bug ${at}` }))
    expect(headline({ verdict, selection: selectionOf(claims, 1) })).toBe(expected)
  })
})

it('says first why it is incomplete', () => {
  expect(body({ verdict: 'inconclusive', reason: '2 of 3 hunks were not reviewed: <timeout>' })).toContain(
    'so far\n\n> [!WARNING]\n> 2 of 3 hunks were not reviewed: &lt;timeout>\n\nWhat it does.',
  )
})

it('lists the summaries of several requests', () => {
  expect(body({ summaries: [' One\nthing. ', '', '/merge'] })).toContain('\n\n- One thing.\n- \u200B/merge\n')
  expect(body({ summaries: ['', ' '] })).not.toContain('\n- ')
})

describe('the table of findings', () => {
  it('has a row for each, inline ones first, and its pipes do not end cells', () => {
    const selection = selectionOf(
      [
        { title: 'A `x | y`', severity: 'low' },
        { title: 'B | C', severity: 'high' },
      ],
      1,
    )
    const place = '[`src/a\\|b.ts:1`](https://github.example/octo/shop/blob/ec26c3e57ca3/src/a%7Cb.ts#L1)'
    expect(body({ selection, verdict: 'findings' })).toContain(
      [
        '| Severity | Category | Finding | Where |',
        '|---|---|---|---|',
        `| 🟠 High | bug | B \\| C | ${place} |`,
        `| ⚪ Low | bug | A \`x \\| y\` | ${place} |`,
        '',
        '### Findings without an inline comment',
        '',
        '**⚪ Low · bug: A `x | y`**',
      ].join('\n'),
    )
  })

  it('ends after 50 rows, and counts the rest', () => {
    const text = body({
      selection: selectionOf(
        Array.from({ length: 60 }, (_, at) => ({ title: `Bug ${at}` })),
        0,
      ),
    })
    expect(text.match(/^\| 🟠/gm)).toHaveLength(50)
    expect(text).toContain('\n\n… and 10 more.\n')
  })
})

it('lists what was not reviewed, and why', () => {
  const text = body({
    notReviewed: [
      { path: 'logo.png', fromLines: [], reason: 'a binary file' },
      { path: 'src/a`b.ts', fromLines: [10, 90], reason: '@octocat: HTTP 500' },
      ...Array.from({ length: 60 }, () => ({ path: 'x', fromLines: [], reason: 'y' })),
    ],
  })
  expect(text).toContain(
    '### Not reviewed\n\n- a binary file: `logo.png`\n- @\u200Boctocat: HTTP 500: ``src/a`b.ts`` (from line 10, 90)\n- y: `x`, `x`',
  )
  expect(text).toContain(', and 10 more, in the job summary\n')
})

it('writes large numbers readably, and that no model answered', () => {
  expect(body({ promptTokens: 1_234_567, completionTokens: 999, requests: 12 })).toContain(
    '1,234,567 prompt and 999 completion tokens in 12 requests',
  )
  expect(body({ requests: 0, models: [] })).toContain(' · no model answered</sub>')
})

it('cut to what GitHub takes still begins with its marker and ends with what it took', () => {
  const selection = selectionOf(
    Array.from({ length: 40 }, (_, at) => ({ title: `Bug ${at}`, body: 'why '.repeat(2_000) })),
    0,
  )
  const text = body({ selection })
  expect(byteLength(text)).toBeLessThanOrEqual(bodyBytes)
  expect(byteLength(text)).toBeGreaterThan(40_000)
  expect(text.startsWith(`${marker}\n## PatchPilot: 40 findings`)).toBe(true)
  expect(text).toMatch(/\n\n\*The rest is cut[^\n]*\*\n\n<sub>Reviewed [^\n]*<\/sub>$/)
})
