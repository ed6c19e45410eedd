import { expect, it } from 'vitest'
import { answerTo } from '../../src/host/answer-asker.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { requestOf } from '../../src/trigger/trigger.ts'

const done = withoutReview('skipped', '', 'octo/demo#7')
const passed = { ...done, verdict: 'passed', ending: 'succeeded' } as const
const url = 'https://github.com/octo/demo/pull/7#pullrequestreview-5'
const hunk = { id: 'h', oldStart: 1, newStart: 1, reason: '', request: null, requests: [] }
const fileWith = (coverage: 'reviewed' | 'already-reviewed'): ReviewOutcome['files'][number] => ({
  ...{ path: 'a.ts', coverage, incomplete: false, reason: '', hunks: [{ ...hunk, coverage }] },
})
const answer = (about: Partial<ReviewOutcome>, full = false) => {
  const request = requestOf({ owner: 'octo', repo: 'demo', number: 7 }, null, 'issue_comment', full)
  return answerTo(request, { ...passed, ...about })
}

it.each<[string, Partial<ReviewOutcome>]>([
  ['a review that was posted', { delivery: 'posted', review: { id: 5, url } }],
  ['one that says what it could not complete', { verdict: 'inconclusive', review: { id: 5, url } }],
  ['a dry run', { delivery: 'dry-run' }],
])('%s is the answer itself', (_, outcome) => {
  expect(answer(outcome)).toBeNull()
})

it.each<[string, Partial<ReviewOutcome>, readonly string[]]>([
  [
    'a head that was reviewed already',
    { reviewedUrl: url },
    [`reviewed already: ${url}`, '`/patchpilot review full`'],
  ],
  ['a head without anything new', {}, ['nothing new', '`/patchpilot review full`']],
  [
    'a push of which nothing is to be said',
    { delivery: 'updated', reviewedUrl: url, files: [fileWith('reviewed')] },
    ['What is new was reviewed', 'nothing new to say', `(${url})`],
  ],
  [
    'a push without anything new',
    { delivery: 'updated', reviewedUrl: url, files: [fileWith('already-reviewed')] },
    [`reviewed already: ${url}`],
  ],
  ['a closed pull request', { verdict: 'skipped', reason: 'the pull request is closed' }, ['is closed.']],
  [
    'a review that failed',
    { verdict: 'inconclusive', reason: 'no key' },
    ['could not be completed: no key.'],
  ],
  [
    'one that could not be posted',
    { delivery: 'not-permitted', deliveryReason: 'locked' },
    ['posted: locked.'],
  ],
  [
    'one that a push overtook',
    { verdict: 'skipped', ending: 'superseded' },
    ['newer push', '`/patchpilot review`'],
  ],
])('%s is told', (_, outcome, parts) => {
  for (const part of parts) expect(answer(outcome)).toContain(part)
})

it('names no full review to whoever asked for one and got it', () => {
  const text = answer({ reviewedUrl: url }, true)
  expect(text).toContain(url)
  expect(text).not.toContain('/patchpilot')
})

it('asks again for what was asked for', () => {
  expect(answer({ verdict: 'skipped', ending: 'superseded' }, true)).toContain('`/patchpilot review full`')
})

it('keeps a stranger’s words harmless', () => {
  const reason = 'the server said: @everyone <img src=x> [click](https://example.com)'
  expect(answer({ verdict: 'inconclusive', reason })).not.toMatch(/@everyone|<img|(?<!\\)\[click\]/)
})
