import { describe, expect, it } from 'vitest'
import { jobSummary } from '../../src/action/job-summary.ts'
import { byteLength } from '../../src/publication/limits.ts'
import type { Coverage, FileCoverage } from '../../src/review/coverage.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { failed, traceOf } from '../metrics/observed.ts'
import { cellsOf, liveParts, readFences } from '../publication/markdown.ts'
import { reported } from './reported.ts'

/** https://docs.github.com/en/actions/reference/workflow-commands: 1 MiB, and nothing at all above it. */
const mostBytes = 1_048_576
const cutNotice = '\n\n*The rest is cut; the report has all of it.*\n'

function summaryOf(about: Partial<ReviewOutcome>, trace = traceOf()): string {
  return jobSummary({ ...withoutReview('failed', '', ''), ...about }, trace, 'https://github.example')
}

function covered(path: string, coverage: Coverage, reason = '', others: readonly Coverage[] = []) {
  const hunks = [coverage, ...others].map((one) => ({
    ...{ id: path, oldStart: 1, newStart: 1, reason, request: null, requests: [] },
    coverage: one,
  }))
  return { path, coverage, reason, hunks, incomplete: reason !== '' } satisfies FileCoverage
}

describe('the job summary', () => {
  it('of a skipped run says why', () => {
    const outcome = withoutReview('skipped', 'the pull request is a draft', 'octo/shop#7')
    expect(jobSummary(outcome, traceOf(), 'https://github.example')).toBe(
      [
        '## PatchPilot: ⏭️ skipped',
        '',
        '| | |',
        '|---|---|',
        '| Pull request | [octo/shop#7](https://github.example/octo/shop/pull/7) |',
        '| Reason | the pull request is a draft |',
        '',
      ].join('\n'),
    )
  })

  it('of a run that meant no pull request has no table', () => {
    expect(summaryOf({ verdict: 'skipped' })).toBe('## PatchPilot: ⏭️ skipped\n')
  })

  it('of a run without findings links the review and tells what it cost', () => {
    const text = summaryOf({
      verdict: 'passed',
      pullRequest: 'octo/shop#7',
      models: ['first', 'second'],
      usage: { requests: 2, promptTokens: 12_345, completionTokens: 678 },
      review: { id: 5, url: 'https://github.example/octo/shop/pull/7#pullrequestreview-5' },
      delivery: 'posted',
      summaries: ['Adds prices.'],
      files: [covered('src/price.ts', 'reviewed')],
    })
    expect(text).toBe(
      [
        '## PatchPilot: ✅ passed',
        '',
        '| | |',
        '|---|---|',
        '| Pull request | [octo/shop#7](https://github.example/octo/shop/pull/7) |',
        '| Review | [5](https://github.example/octo/shop/pull/7#pullrequestreview-5) |',
        '| Reviewed | all 1 hunk in 1 file |',
        '| Model | `first`, `second` · 2 requests · 12,345 prompt and 678 completion tokens |',
        '',
        'Adds prices.',
        '',
        '### Coverage',
        '',
        '| File | Hunks reviewed | Coverage | Why |',
        '|---|---|---|---|',
        '| `src/price.ts` | 1 of 1 | reviewed |  |',
        '',
      ].join('\n'),
    )
  })

  it('of an incomplete run says why, what was not reviewed, and that nobody answered', () => {
    const text = summaryOf({
      reason: '1 of 3 hunks were not reviewed: HTTP 500',
      deliveryReason: 'the token may not write',
      usage: { requests: 6, promptTokens: 0, completionTokens: 0 },
      files: [
        covered('a.ts', 'failed', 'HTTP 500', ['reviewed', 'already-reviewed']),
        {
          path: 'b.png',
          coverage: 'binary',
          reason: 'a binary file',
          hunks: [],
          incomplete: false,
          mayImprove: false,
        },
      ],
      rejected: [{ reason: 'not an object', claim: '1' }],
    })
    expect(text).toContain('## PatchPilot: ⚠️ inconclusive\n')
    expect(text).toContain('\n| Reason | 1 of 3 hunks were not reviewed: HTTP 500 |\n')
    expect(text).toContain('\n| Not posted | the token may not write |\n')
    expect(text).toContain('\n| Model | none answered · 6 requests · ')
    expect(text).toContain(
      '\n| `a.ts` | 2 of 3 | failed | HTTP 500 |\n| `b.png` | 0 of 0 | binary | a binary file |\n',
    )
    expect(text).toMatch(/\n\n1 malformed claim of the model: see the report\.\n$/)
  })

  it('says before all else what to change, where something can be', () => {
    const text = summaryOf(
      { files: [covered('a.ts', 'failed', 'HTTP 401')], summaries: ['Adds prices.'], findings: [reported()] },
      traceOf(failed(401)),
    )
    const headings = [...text.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual([
      ...['What to change', 'Summary', '🟠 High · bug: Prices lose their cents', 'Coverage'],
      ...['Where the time went', 'Where the tokens went'],
    ])
    expect(text).toMatch(
      /\n### What to change\n\n- See that the secret behind `api-key` exists[^\n]*\n\n### Summary\n\nAdds prices\.\n/,
    )
  })

  it('tells every finding in full, and where it went', () => {
    const text = summaryOf({
      verdict: 'findings',
      findings: [
        reported({ startLine: 3, line: 5, suggestion: 'return cents' }),
        reported({ side: 'LEFT', placement: 'folded', reason: 'over `max-comments`', severity: 'low' }),
        reported({ path: '', startLine: null, line: null, placement: 'below-min-severity' }),
      ],
    })
    expect(text).toBe(
      [
        '## PatchPilot: 🔎 findings',
        '',
        '### 🟠 High · bug: Prices lose their cents',
        '',
        '`src/price.ts:3-5` · inline',
        '',
        'It rounds.',
        '',
        'Suggested instead:',
        '',
        '```',
        'return cents',
        '```',
        '',
        '### ⚪ Low · bug: Prices lose their cents',
        '',
        '`src/price.ts:3` (deleted) · folded: over `max-comments`',
        '',
        'It rounds.',
        '',
        '### 🟠 High · bug: Prices lose their cents',
        '',
        'no file named · below-min-severity',
        '',
        'It rounds.',
        '',
      ].join('\n'),
    )
  })
})

describe('a job summary of hostile text', () => {
  const hostile =
    '@octocat #1 ![p](https://e.vil/p.png) [l](https://e.vil) <img src=x> <!-- patchpilot:1 AAAA -->'
  const blocks = `${hostile}\n\n/merge\n\n| a | b |\n|---|---|\n\n$$\n\n\`\`\`suggestion\n${hostile}`

  it('has nothing live in it, and every fence is closed', () => {
    const text = summaryOf({
      summaries: [blocks],
      findings: [
        reported({ title: blocks, body: blocks, reason: blocks, path: hostile }),
        reported({ suggestion: `\`\`\`\`\n${hostile}\n\`\`\`` }),
      ],
    })
    expect(liveParts(text)).toEqual([])
    expect(readFences(text).rest).toContain('### 🟠 High · bug: Prices lose their cents')
  })

  it('has whole tables: pipes, backticks and line ends in paths and reasons stay in their cells', () => {
    const odd = 'a|b`|`\\|c\n| d |\r\n|---|\n'
    const text = summaryOf({
      reason: `${odd}${hostile}`,
      deliveryReason: odd,
      files: [covered(`src/${odd}.ts`, 'failed', odd), covered('b.ts', 'failed', `\`${odd}`)],
    })
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows).toHaveLength(2 + 3 + 2 + 2)
    for (const [at, row] of rows.entries()) {
      for (const cells of cellsOf(row)) expect(cells).toHaveLength(at < 5 ? 2 : 4)
    }
    expect(liveParts(text)).toEqual(['table'])
  })
})

describe('a job summary of more than GitHub takes', () => {
  const fileCount = 40_000
  it.each<[string, Partial<ReviewOutcome>]>([
    ['findings', { findings: Array(900).fill(reported({ body: '理由 '.repeat(500) })) }],
    ['one long finding', { findings: [reported({ body: 'because '.repeat(200_000) })] }],
    ['a word without end', { findings: [reported({ body: '😀'.repeat(400_000) })] }],
    ['a long suggestion', { findings: [reported({ suggestion: '理由\n'.repeat(200_000) })] }],
    ['a suggestion on one line', { findings: [reported({ suggestion: '😀'.repeat(400_000) })] }],
    ['summaries', { summaries: Array(600).fill('It changes much. '.repeat(200)) }],
    [
      'files',
      { files: Array.from({ length: fileCount }, (_, at) => covered(`src/${at}.ts`, 'failed', 'HTTP 500')) },
    ],
  ])('is cut, and says so: %s', (_, about) => {
    const text = summaryOf(about)
    expect(byteLength(text)).toBeLessThan(mostBytes)
    expect(byteLength(text)).toBeGreaterThan(900_000)
    expect(text.startsWith('## PatchPilot: ⚠️ inconclusive\n')).toBe(true)
    expect(text.endsWith(cutNotice)).toBe(true)
    expect(text.isWellFormed()).toBe(true)
    expect(readFences(text).fences.every(({ closed }) => closed)).toBe(true)
    expect(readFences(text).rest.endsWith(cutNotice)).toBe(true)
  })

  it('still has how the run went', () => {
    const text = summaryOf(
      { findings: Array(900).fill(reported({ body: '理由 '.repeat(500) })) },
      traceOf(failed(500)),
    )
    expect(byteLength(text)).toBeLessThan(mostBytes)
    expect(text).toContain(`${cutNotice}\n### Where the time went\n`)
    expect(text).toMatch(/\n\| `gpt-5\.4-mini` \| 1 \| 1 \(500\) \|[^\n]*\n$/)
  })

  it('is whole as long as it fits', () => {
    const text = summaryOf({ findings: Array(400).fill(reported({ body: 'because '.repeat(250) })) })
    expect(byteLength(text)).toBeGreaterThan(800_000)
    expect(text.match(/^### /gm)).toHaveLength(400)
    expect(text).not.toContain('The rest is cut')
  })
})
