import { describe, expect, it } from 'vitest'
import { advise } from '../../src/metrics/advice.ts'
import type { RunTrace } from '../../src/metrics/trace.ts'
import type { RequestStatus } from '../../src/ports/observer.ts'
import { type ReviewOutcome, withoutReview } from '../../src/review/outcome.ts'
import { incomplete, named } from './advised.ts'
import { asked, failed, gitHub, pushed, retried, traceOf, waited } from './observed.ts'

const noTrace = traceOf()

/** Nothing could be read of the pull request. */
const unread = (reason: string) => withoutReview('failed', reason, 'octo/shop#7')

const complete = { verdict: 'passed', ending: 'succeeded', reason: '' } as const

const sixTimes = (status: RequestStatus) => Array.from({ length: 6 }, () => failed(status))
const fiveTimes = (reason: Parameters<typeof retried>[0]) => Array.from({ length: 5 }, () => retried(reason))

describe('what to change after the model did not answer', () => {
  it.each<[string, string, RunTrace, readonly string[]]>([
    [
      'no key was given',
      'api.openai.com needs a key and the input `api-key` is empty',
      traceOf(gitHub()),
      ['pull-request'],
    ],
    ['the key was refused', 'refused the key', traceOf(failed(401)), ['api-key', 'base-url']],
    ['no credit', 'out of credit', traceOf(failed(402)), ['base-url', 'api-key', 'model']],
    ['no quota', 'out of credit (429)', traceOf(failed(429)), ['base-url', 'api-key', 'model']],
    ['forbidden', 'may not use the model', traceOf(failed(403)), ['model', 'fallback-models']],
    ['an unknown model', 'does not know "gpt-9"', traceOf(failed(404)), ['model', 'base-url']],
    [
      'too large a prompt',
      'the prompt is too large for the model (400: 8192); lower `request-tokens`',
      traceOf(failed(400)),
      ['request-tokens'],
    ],
    [
      'a rate limit that stays',
      'limits the rate',
      traceOf(...sixTimes(429), ...fiveTimes('rate_limit')),
      ['concurrency', 'fallback-models'],
    ],
    [
      'a server that fails',
      'failed (500)',
      traceOf(retried('rate_limit'), failed(429), ...sixTimes(500), ...fiveTimes('server_error')),
      ['fallback-models'],
    ],
    [
      'errors behind a 200',
      'failed (error)',
      traceOf(...sixTimes('unusable'), ...fiveTimes('server_error')),
      ['fallback-models'],
    ],
    ['no way to the server', 'could not be reached', traceOf(failed('network_error')), ['base-url']],
    ['no answer in time', 'did not answer', traceOf(failed('timeout')), ['model', 'request-tokens']],
    [
      'unusable answers',
      'no usable answer twice',
      traceOf(asked(), retried('unusable_answer'), asked()),
      ['model', 'request-tokens'],
    ],
    ['a page', 'sends no JSON (Welcome); check `base-url`', traceOf(failed('unusable')), ['base-url']],
    ['a refusal', 'the model refused', traceOf(failed('unusable')), ['fallback-models']],
    ['an odd request', 'refused the request (422)', traceOf(failed(422)), ['model']],
    ['something else', 'of a reason nobody knows', traceOf(failed(418)), ['log-level']],
  ])('%s', (_, reason, trace, expected) => {
    expect(named(incomplete('failed', reason), trace)).toEqual(expected)
  })

  it('tells the number with which to start the workflow by hand', () => {
    const [advice] = advise(incomplete('failed', 'needs a key'), noTrace)
    expect(advice).toContain('`pull-request` set to 7:')
  })
})

describe('what to change when it was too much', () => {
  const late = incomplete('deadline', 'the time set by `timeout` was over', { ending: 'timed_out' })

  it('for the budget: how far it went for how much', () => {
    const outcome = incomplete('budget', 'the budget set by `max-tokens` was spent')
    expect(named(outcome, traceOf(asked()))).toEqual(['max-tokens'])
    expect(advise(outcome, noTrace)[0]).toContain('10,234 tokens went into 3 of 4 hunks')
  })

  it('for one request: a line that is longer than all it may hold', () => {
    const outcome = incomplete('budget', 'one of its lines alone is larger than `request-tokens` allows')
    expect(named(outcome, traceOf(asked()))).toEqual(['request-tokens'])
  })

  it.each<[string, RunTrace, readonly string[]]>([
    ['because it waited', traceOf(waited(2_501), asked()), ['timeout', 'concurrency', 'model']],
    [
      'because one answer took so long',
      traceOf(asked({ durationMs: 3_400 }), waited(2_499)),
      ['timeout', 'model', 'request-tokens'],
    ],
    [
      'because one answer took most of the little that was left',
      traceOf(asked(), { kind: 'phase', phase: 'ask', durationMs: 2_000 }),
      ['timeout', 'model', 'request-tokens'],
    ],
    ['because of many answers', traceOf(asked(), asked()), ['timeout', 'concurrency']],
  ])('for the time, %s', (_, trace, expected) => {
    expect(named(late, trace)).toEqual(expected)
    expect(advise(late, trace)[0]).toContain('3 of 4 hunks took 10.0 s')
  })

  it.each<[string, RunTrace, readonly string[]]>([
    ['a rate limit', traceOf(asked(), failed(429)), ['concurrency', 'fallback-models', 'timeout']],
    ['errors', traceOf(failed(500), retried('server_error'), failed(500)), ['fallback-models', 'timeout']],
    ['no connection', traceOf(failed('network_error')), ['base-url', 'timeout']],
  ])('for the time, after %s: that first', (_, trace, expected) => {
    expect(named(late, trace)).toEqual(expected)
  })

  it('for the time, but nothing worked: more of it would not help', () => {
    const nothing = { ...late, files: late.files.map((file) => ({ ...file, hunks: file.hunks.slice(3) })) }
    expect(named(nothing, traceOf(failed('network_error')))).toEqual(['base-url'])
    const unreadLate = withoutReview('timed_out', 'GitHub did not answer', 'octo/shop#7')
    expect(advise(unreadLate, traceOf(gitHub('timeout')))).toEqual([
      expect.stringMatching(/^Run the job again/),
    ])
  })
})

describe('what to change after GitHub', () => {
  it.each<[string, ReviewOutcome, RunTrace, readonly string[]]>([
    [
      'refused the token',
      unread('GitHub refused the token (401)'),
      traceOf(gitHub(401)),
      ['github-token', 'app-id', 'app-private-key'],
    ],
    [
      'limited the rate',
      unread("GitHub's rate limit leaves no room"),
      traceOf(gitHub(403), retried('rate_limit', 'github'), gitHub(403)),
      ['app-id', 'app-private-key'],
    ],
    [
      'limited the rate for longer than there was time',
      unread("GitHub's rate limit leaves no room for this review within `timeout`"),
      traceOf(gitHub(403)),
      ['app-id', 'app-private-key'],
    ],
    [
      'did not show all files',
      incomplete('reviewed', '', {
        files: [
          {
            path: 'big.sql',
            coverage: 'no-patch',
            reason: 'no patch',
            hunks: [],
            incomplete: true,
            mayImprove: false,
          },
          {
            path: 'logo.png',
            coverage: 'binary',
            reason: 'a binary file',
            hunks: [],
            incomplete: false,
            mayImprove: false,
          },
        ],
      }),
      traceOf(gitHub(), asked()),
      ['on-inconclusive'],
    ],
    [
      'did not list all files',
      incomplete('reviewed', '', { files: [] }),
      traceOf(gitHub(), asked()),
      ['on-inconclusive'],
    ],
    [
      'let a fork’s run only read',
      incomplete('reviewed', '', {
        ...complete,
        ...{ delivery: 'not-permitted', deliveryReason: 'this token may not write reviews' },
      }),
      traceOf(gitHub(403), asked()),
      ['pull-request'],
    ],
  ])('%s', (_, outcome, trace, expected) => {
    expect(named(outcome, trace)).toEqual(expected)
  })

  it('does not show the pull request: both permissions', () => {
    const advice = advise(unread('GitHub does not show it to this token (404)'), traceOf(gitHub(404)))
    expect(advice).toEqual([expect.stringMatching(/`contents: read` and `pull-requests: write`/)])
  })

  it.each<RequestStatus>([502, 'timeout', 'network_error'])('had trouble (%s): to run it again', (status) => {
    const trace = traceOf(gitHub(), gitHub(status))
    const again = [expect.stringMatching(/^Run the job again/)]
    expect(advise(unread('GitHub did not deliver'), trace)).toEqual(again)
    const unposted = incomplete('reviewed', '', { delivery: 'failed' })
    const files = unposted.files.map((file) => ({ ...file, incomplete: false, mayImprove: false }))
    expect(advise({ ...unposted, files }, trace)).toEqual(again)
  })

  it('had trouble that passed: nothing', () => {
    const trace = traceOf(gitHub(502), retried('server_error', 'github'), gitHub(), failed(401))
    expect(named(incomplete('failed', 'refused the key'), trace)).toEqual(['api-key', 'base-url'])
  })

  it('says that the conversation is locked: to unlock it', () => {
    const locked = { delivery: 'not-permitted', deliveryReason: 'the conversation is locked' } as const
    expect(advise(incomplete('reviewed', '', { ...complete, ...locked }), noTrace)).toEqual([
      'Unlock the conversation.',
    ])
  })
})

describe('what to change when metrics were not pushed', () => {
  const done = incomplete('reviewed', '', complete)
  const notPushed = { kind: 'push', status: 'failed' } as const

  it.each<[RequestStatus, readonly string[]]>([
    [401, ['pushgateway-username', 'pushgateway-password']],
    [403, ['pushgateway-username', 'pushgateway-password']],
    [400, ['metrics-mode']],
    ['timeout', ['pushgateway-url']],
    ['network_error', ['pushgateway-url']],
    [404, ['pushgateway-url']],
    [302, ['pushgateway-url']],
    [500, ['pushgateway-url']],
  ])('%s', (status, expected) => {
    expect(named(done, traceOf(pushed(200), pushed(status), notPushed))).toEqual(expected)
  })

  it('because other runs were ahead for too long', () => {
    expect(named(done, traceOf(pushed(200), notPushed))).toEqual(['metrics-mode'])
  })

  it('at the first try only: nothing', () => {
    const trace = traceOf(pushed('timeout'), pushed(200), { kind: 'push', status: 'succeeded' })
    expect(advise(done, trace)).toEqual([])
  })
})

describe('there is nothing to change', () => {
  const trouble = [failed(429), retried('rate_limit'), failed(404), gitHub(502), gitHub(403)]

  it.each<[string, ReviewOutcome]>([
    ['after a review that came about in spite of trouble', incomplete('reviewed', '', complete)],
    ['after a pull request that was not ours to review', withoutReview('skipped', 'a draft', '')],
    ['after a newer push', withoutReview('superseded', 'superseded', 'octo/shop#7')],
  ])('%s', (_, outcome) => {
    expect(advise(outcome, traceOf(...trouble))).toEqual([])
  })

  it('that invalid inputs do not say themselves', () => {
    const trace = traceOf(pushed(200))
    expect(advise(unread('invalid inputs: Input \'scope\' is "all"'), trace)).toEqual([])
  })
})
