import { describe, expect, it } from 'vitest'
import { readReviewMarker, writeReviewMarker } from '../../src/finding/marker.ts'
import type { Standing } from '../../src/finding/standing.ts'
import { readSummaryState, type SummaryState } from '../../src/finding/summary-state.ts'
import { bodyBytes, byteLength } from '../../src/publication/limits.ts'
import { editSummary, type SummaryContent, summaryView } from '../../src/publication/summary-body.ts'

const state: SummaryState = {
  ...{ version: 1, headSha: 'head', profile: 'p', quietHunks: ['abc', 'def'], complete: true },
  ...{ addressed: [{ id: 'one', headSha: 'head' }], dismissed: [], kept: [], counted: ['one'], shown: 's' },
}
const marker = writeReviewMarker({
  ...{ version: 1, runId: 'r', time: 't', headSha: 'first', reviewedHunks: ['a'], findings: [] },
})
const posted = `${marker}\n## PatchPilot: 1 finding\n\nAll that was said.\n<details><summary>Coverage</summary>\n\n</details>\n\n<sub>footer</sub>`

describe('the standing summary', () => {
  it('keeps the marker and what the first review said, however often it is edited', () => {
    const once = editSummary(posted, state, 'VIEW 1') ?? ''
    const twice = editSummary(once, { ...state, headSha: 'later' }, 'VIEW 2') ?? ''
    expect(readReviewMarker(twice)).toEqual(readReviewMarker(posted))
    expect(readSummaryState(twice)).toEqual({ ...state, headSha: 'later' })
    expect(twice).toContain('VIEW 2')
    expect(twice).not.toContain('VIEW 1')
    expect(twice.match(/All that was said\./g)).toHaveLength(1)
    expect(twice.match(/<summary>The first review/g)).toHaveLength(1)
    expect(editSummary(twice, { ...state, headSha: 'later' }, 'VIEW 2')).toBe(twice)
  })

  it('stays within what GitHub takes', () => {
    const long = `${posted}${'\nmore'.repeat(20_000)}`
    const edited = editSummary(long, state, 'VIEW\n'.repeat(500)) ?? ''
    expect(byteLength(edited)).toBeLessThanOrEqual(bodyBytes)
    expect(byteLength(editSummary(edited, state, 'VIEW\n'.repeat(2_000)) ?? '')).toBeLessThanOrEqual(
      bodyBytes,
    )
  })

  it('is left alone where somebody has taken its marker away', () => {
    expect(editSummary(posted.replace('<!--', '< !--'), state, 'VIEW')).toBeNull()
    expect(editSummary('', state, 'VIEW')).toBeNull()
  })
})

describe('what it shows', () => {
  const standing = (changes: Partial<Standing>): SummaryContent['standing'][number] => ({
    standing: {
      ...{
        fingerprint: 'f',
        id: 'f',
        path: 'a.ts',
        side: 'RIGHT',
        startLine: 1,
        line: 1,
        code: 'x()',
        gist: '',
      },
      ...{ severity: 'high', category: 'bug', title: 'Runs twice', confidence: 0.9 },
      ...{ thread: null, fate: { kind: 'open' } },
      ...changes,
    },
    where: { kind: 'shown', path: 'a.ts', startLine: 4, line: 4 },
  })
  const content = (changes: Partial<SummaryContent>): SummaryContent => ({
    target: {
      serverUrl: 'https://github.example',
      ref: { owner: 'o', repo: 'r', number: 1 },
      headSha: 'abcdef0123',
    },
    ...{ verdict: 'findings', reason: '', standing: [], fresh: [], notReviewed: [], coverage: 'all 1 hunk' },
    ...changes,
  })

  it('is what is open, worst first, and what became of the rest', () => {
    const view = summaryView(
      content({
        standing: [
          standing({ severity: 'low', title: 'Minor' }),
          standing({ severity: 'critical', title: 'Major' }),
          standing({ title: 'Done', fate: { kind: 'addressed', headSha: 'fedcba9876' } }),
          standing({ title: 'Refused', fate: { kind: 'dismissed', why: 'resolved by @m', outOfGate: true } }),
        ],
      }),
    )
    expect(view).toContain('## PatchPilot: 2 open findings')
    expect(view.indexOf('Major')).toBeLessThan(view.indexOf('Minor'))
    expect(view).toContain('- Done, `a.ts`, seen at fedcba9')
    expect(view).toContain('<summary>Dismissed: 1</summary>')
    expect(view).toContain('As of abcdef0: all 1 hunk')
  })

  it('says that nothing is open, and what was not reviewed', () => {
    const notReviewed = [{ path: 'b.ts', fromLines: [], reason: 'the server was down' }]
    const view = summaryView(content({ verdict: 'inconclusive', reason: '1 of 2 hunks', notReviewed }))
    expect(view).toContain('## PatchPilot: review incomplete, no open findings')
    expect(view).toContain('the server was down: `b.ts`')
  })

  it('shows no live text of strangers', () => {
    const hostile = '@all ![x](https://e.example/i.png) <img src=x> | `'
    const view = summaryView(content({ standing: [standing({ title: hostile, path: '`|<b>@x.ts' })] }))
    expect(view).not.toMatch(/@all|!\[x\]\(|<img/)
  })
})
