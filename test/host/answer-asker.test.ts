import { expect, it } from 'vitest'
import { answerTo } from '../../src/host/answer-asker.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { requestOf } from '../../src/trigger/trigger.ts'

const done = withoutReview('skipped', '', 'octo/demo#7')
const passed = { ...done, verdict: 'passed', ending: 'succeeded' } as const
const url = 'https://github.com/octo/demo/pull/7#pullrequestreview-5'
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
    { reason: `this head was reviewed already: ${url}` },
    [url, '`/patchpilot review full`'],
  ],
  ['a head without anything new', {}, ['nothing new', '`/patchpilot review full`']],
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
  const text = answer({ reason: `this head was reviewed already: ${url}` }, true)
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
