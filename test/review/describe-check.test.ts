import { describe, expect, it } from 'vitest'
import { cancelledCheck, describeCheck, type Gate } from '../../src/review/describe-check.ts'
import type { Coverage, FileCoverage } from '../../src/review/coverage.ts'
import { type ReportedFinding, type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { reported } from '../action/reported.ts'
import { liveParts } from '../publication/markdown.ts'

const lenient: Gate = { failOn: 'none', onInconclusive: 'fail' }
const headSha = 'a'.repeat(40)
const review = { id: 5, url: 'https://github.example/octo/shop/pull/7#pullrequestreview-5' }

function covered(path: string, coverage: Coverage, reason = ''): FileCoverage {
  const hunk = { id: path, oldStart: 1, newStart: 9, coverage, reason, request: null, requests: [] }
  return { path, coverage, reason, hunks: [hunk], incomplete: reason !== '' }
}

function outcome(about: Partial<ReviewOutcome>): ReviewOutcome {
  return {
    ...withoutReview('failed', '', 'octo/shop#7'),
    ...{ ending: 'succeeded', verdict: 'passed', review, delivery: 'posted', headSha },
    files: [covered('src/price.ts', 'reviewed')],
    ...about,
  }
}

const withFindings = (...findings: readonly ReportedFinding[]) => outcome({ verdict: 'findings', findings })
const describeFindings = (...findings: readonly ReportedFinding[]) =>
  describeCheck(withFindings(...findings), lenient)
const unfinished = (findings: readonly ReportedFinding[] = []) =>
  outcome({ verdict: 'inconclusive', ending: 'failed', reason: 'the model was down', findings })

describe('the conclusion', () => {
  it.each<readonly [string, ReviewOutcome, Gate, string]>([
    ['nothing found', outcome({}), lenient, 'success'],
    ['findings that nobody fails on', withFindings(reported()), lenient, 'success'],
    ['findings below', withFindings(reported()), { ...lenient, failOn: 'critical' }, 'success'],
    ['findings at', withFindings(reported()), { ...lenient, failOn: 'high' }, 'failure'],
    ['findings above', withFindings(reported()), { ...lenient, failOn: 'low' }, 'failure'],
    [
      'findings that do not stand',
      withFindings(reported({ severity: 'critical', stands: false, placement: 'below-min-severity' })),
      { ...lenient, failOn: 'low' },
      'success',
    ],
    ['not completed', unfinished(), lenient, 'failure'],
    ['not completed, to be warned of', unfinished(), { ...lenient, onInconclusive: 'warn' }, 'neutral'],
    [
      'not completed, and severe all the same',
      unfinished([reported()]),
      { failOn: 'medium', onInconclusive: 'warn' },
      'failure',
    ],
    ['not ours', withoutReview('skipped', 'a draft', ''), { ...lenient, failOn: 'low' }, 'skipped'],
    ['superseded', withoutReview('superseded', 'superseded: moved', ''), lenient, 'cancelled'],
  ])('%s', (_, ended, gate, conclusion) => {
    expect(describeCheck(ended, gate).conclusion).toBe(conclusion)
  })

  it('is final unless somebody has to come back', () => {
    const complete = (ended: ReviewOutcome) => describeCheck(ended, lenient).complete
    const final = [outcome({}), withFindings(reported()), unfinished()]
    expect(final.map(complete)).toEqual([true, true, true])
    const others = [
      { ...unfinished(), mayImprove: true },
      withoutReview('failed', 'the pull request could not be read', ''),
      { ...withoutReview('superseded', 'superseded: moved', ''), headSha },
      { ...withoutReview('skipped', 'a draft', ''), headSha },
    ]
    expect(others.map(complete)).toEqual([false, false, false, false])
  })
})

describe('the title', () => {
  it.each<readonly [ReviewOutcome, string]>([
    [outcome({}), 'No findings in all 1 hunk in 1 file'],
    [outcome({ files: [] }), 'No findings'],
    [withFindings(reported({ severity: 'low' }), reported()), '2 findings, highest high'],
    [unfinished(), 'Inconclusive: the model was down'],
    [withoutReview('skipped', 'the pull request is a draft', ''), 'Skipped: the pull request is a draft'],
    [withoutReview('superseded', 'superseded: the head has moved', ''), 'Superseded: the head has moved'],
  ])('%# says it in one line', (ended, title) => {
    expect(describeCheck(ended, lenient).title).toBe(title)
  })
})

describe('the findings', () => {
  it('that stand are annotations on their lines, the worst first', () => {
    const { annotations } = describeFindings(
      reported({ severity: 'low', title: 'A name', suggestion: 'const cents = 5' }),
      reported({ severity: 'medium', title: 'A leak', placement: 'folded', reason: 'over `max-comments`' }),
      reported({ severity: 'critical', title: 'A hole', startLine: 2, line: 4, placement: 'repeated' }),
      reported({ title: 'Not said', stands: false, placement: 'below-min-severity' }),
    )
    const path = 'src/price.ts'
    expect(annotations).toEqual([
      {
        ...{ path, startLine: 2, endLine: 4, level: 'failure' },
        ...{ title: '🔴 Critical · bug: A hole', message: 'It rounds.' },
      },
      {
        ...{ path, startLine: 3, endLine: 3, level: 'warning' },
        ...{ title: '🟡 Medium · bug: A leak', message: 'It rounds.' },
      },
      {
        ...{ path, startLine: 3, endLine: 3, level: 'notice' },
        title: '⚪ Low · bug: A name',
        message: 'It rounds.\n\nSuggested instead:\nconst cents = 5',
      },
    ])
  })

  it('without lines in the new files are in the summary in full', () => {
    const { annotations, summary } = describeFindings(
      reported({ side: 'LEFT', startLine: 2, line: 4, title: 'A lost check', suggestion: 'check()' }),
      reported({ path: '', startLine: null, line: null, title: 'All of it', reason: 'its quote is nowhere' }),
    )
    expect(annotations).toEqual([])
    expect(summary).toBe(
      [
        `**findings** · 2 findings, highest high · [the review](${review.url})`,
        '',
        'Reviewed all 1 hunk in 1 file.',
        '',
        '### Findings without lines in the new files',
        '',
        '**🟠 High · bug: A lost check**',
        '',
        '`src/price.ts:2-4` (deleted)',
        '',
        'It rounds.',
        '',
        'Suggested instead:',
        '',
        '```\ncheck()\n```',
        '',
        '**🟠 High · bug: All of it**',
        '',
        'no file named · its quote is nowhere',
        '',
        'It rounds.',
      ].join('\n'),
    )
  })

  it('without a text say their title', () => {
    expect(describeFindings(reported({ body: ' \n' })).annotations[0]?.message).toBe(
      'Prices lose their cents',
    )
  })
})

describe('the summary', () => {
  it('says why, and what nobody has looked at', () => {
    const { summary, detailsUrl } = describeCheck(
      outcome({
        ...{
          verdict: 'inconclusive',
          ending: 'failed',
          review: null,
          reason: '1 of 2 hunks were not reviewed',
        },
        ...{ delivery: 'not-permitted', deliveryReason: 'the conversation is locked' },
        files: [covered('src/price.ts', 'reviewed'), covered('src/`odd`.ts', 'failed', 'the model was down')],
      }),
      lenient,
    )
    expect(summary).toBe(
      [
        '**inconclusive** · no findings',
        '',
        '> [!WARNING]',
        '> 1 of 2 hunks were not reviewed',
        '',
        'Not posted: the conversation is locked',
        '',
        'Reviewed 1 of 2 hunks in 2 files.',
        '',
        '### Not reviewed',
        '',
        '- ``src/`odd`.ts``: the model was down',
      ].join('\n'),
    )
    expect(detailsUrl).toBeNull()
  })

  it('of what was stopped says why', () => {
    expect(cancelledCheck('stopped with the server; the review is done later')).toEqual({
      ...{ conclusion: 'cancelled', complete: false, annotations: [], detailsUrl: null },
      title: 'Stopped with the server; the review is done later',
      summary: 'Stopped with the server; the review is done later.',
    })
  })
})

describe("strangers' text", () => {
  const hostile =
    'hi @octo/all <img src=x> ![x](https://evil.example/x) [y](//z) #1\n```suggestion\nrm -rf\n/merge \u202Eevil\u202C'

  it('is dead in the summary', () => {
    const { summary } = describeCheck(
      outcome({
        ...{ verdict: 'inconclusive', review: null, reason: hostile, deliveryReason: hostile },
        findings: [reported({ title: hostile, body: hostile, line: null, startLine: null, reason: hostile })],
        files: [covered('src/@octo.ts', 'failed', hostile)],
      }),
      lenient,
    )
    // the alert is ours
    expect(liveParts(summary.replace('[!WARNING]', ''))).toEqual([])
    expect(summary).toContain('rm -rf')
  })

  it('is one line in titles, and shows what it is', () => {
    const { annotations, title } = describeCheck(
      outcome({
        ...{ verdict: 'inconclusive', reason: hostile },
        findings: [reported({ title: hostile, body: hostile, suggestion: hostile })],
      }),
      lenient,
    )
    const titles = [title, annotations[0]?.title]
    for (const one of titles) expect(one).toMatch(/: hi @octo\/all [^\n]* \/merge evil$/)
    expect(annotations[0]?.message).toContain('<img src=x>')
    expect(annotations[0]?.message).not.toMatch(/[\u202A-\u202E]/)
  })
})
