import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerStatusPage, statusPage } from '../../src/server/page/page.ts'
import type { PageView } from '../../src/server/page/view.ts'
import { wantsPage } from '../../src/server/page/wants-page.ts'
import { busy, done, gitHub, listed, minute, nothing, now, queueOf, server, viewOf } from './page-views.ts'

/** What people read, without markup; one line for each row, heading and paragraph. */
function textOf(view: PageView): string {
  const [, body = ''] = statusPage(view).split('<main>')
  const lines = body.replaceAll('\n', '').replaceAll(/<\/(tr|h\d|p|caption|div|dd)>/g, '\n')
  return lines
    .replaceAll(/<\/t[hd]>/g, ' | ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/\s+/g, ' ')
        .replace(/[ |]*$/, '')
        .trim(),
    )
    .join('\n')
}

const titleOf = (view: PageView) => /<title>(.*)<\/title>/.exec(statusPage(view))?.[1]

describe('the page shows', () => {
  const text = textOf(busy)

  test('what runs: pull request, head, attempt, and since when', () => {
    expect(text).toContain('\nRunning 2\n')
    expect(text).toContain('\nocto-org/payment-gateway#1482 7061796 | 1 | 42 s ago\n')
    expect(text).toContain('\nocto-org/web#977 6f63746 | 2 | 3 min ago\n')
    expect(statusPage(busy)).toContain('<a href="https://github.com/octo-org/web/pull/977">')
  })

  test('what waits, and for what', () => {
    expect(text).toContain('\nWaiting 3\nThe oldest for 1 min 35 s\n')
    expect(text).toContain('\nhubot/dotfiles#8 6875626 | a worker | 1 min ago\n')
    expect(text).toContain('\nocto-org/web#970 6f63746 | attempt 3 | 4 min ago\n')
  })

  test('the last reviews with verdict, duration and a link', () => {
    expect(text).toContain('#1480 7061796 | FindingsOpen review | 48 s | 2 min ago\n')
    expect(text).toContain('InconclusiveOpen review | 6 min 52 s | 3 h ago\n')
    expect(statusPage(busy)).toContain(
      '<a href="https://github.com/octo-org/web/pull/975#pullrequestreview-1">Open review</a>',
    )
  })

  test('what was given up: why in our words, and where the rest of it is', () => {
    expect(text).toContain('\nGiven up 1\n')
    expect(text).toContain(
      '| 3 of 7 hunks were not reviewed; the model server failed. In the log: delivery 72d3162e',
    )
    expect(text).not.toContain('secret.ts')
  })

  test('how queue, GitHub and the server are', () => {
    expect(text).toContain('\nQueue\nReachable\nEngineembedded, in this process\n')
    expect(text).toContain('\nFor a worker2 reviews\n')
    expect(text).toContain('\nFor another attempt1 review\n')
    expect(text).toContain('\nOldest waits1 min 35 s\n')
    expect(text).toContain('\nGitHub\nAnswers\nLast answer12 s ago\n')
    expect(text).toContain('\nLast failure503, 25 min ago\n')
    expect(text).toContain('\nLast wait for its limit48 s, 1 h 10 min ago\n')
    expect(text).toContain('\nVersion1.0.0\n')
    expect(text).toContain('\nUp for3 d\n')
  })

  test('how GitHub refused something, which is not the first thing to know', () => {
    const failure = { status: 'network_error', at: now - 3_000 } as const
    const text = textOf({ ...busy, gitHub: { ...gitHub, condition: 'refusing', failure } })
    expect(text).toContain('\nGitHub\nRefused the latest request\n')
    expect(text).toContain('\nLast failurenetwork error, just now\n')
    expect(text).toMatch(/^2 running, 3 waiting$/m)
  })

  test('how many there are when not all are listed', () => {
    const listing = { ...nothing, waiting: [listed('o/r#1', minute)] }
    const state = { waiting: 130, delayed: 2, running: 4, failed: 0, oldestWaitingMs: 8 * minute }
    const shown = textOf(viewOf({ queue: { kind: 'reachable', state, listing } }))
    expect(shown).toContain('\nWaiting 132\nThe oldest for 8 min · 1 of 132 are shown\n')
  })

  test('that a head is not named yet, and that all of it is reviewed again', () => {
    const one = listed('o/r#1', minute)
    const request = { ...one.job.request, headSha: null, full: true }
    const running = [{ ...one, job: { ...one.job, request } }]
    expect(textOf(viewOf({ queue: queueOf({ running }) }))).toContain('o/r#1 newest head · full review | 1 |')
  })
})

describe('the first line says', () => {
  test.each<[string, PageView]>([
    ['Ready', viewOf()],
    ['2 running, 3 waiting', busy],
    ['1 waiting', viewOf({ queue: queueOf({ waiting: [listed('o/r#1', minute, { attempt: 2 })] }) })],
    ['Stopping', viewOf({ server: { ...server, isDraining: true } })],
    ['The queue cannot be reached', viewOf({ queue: { kind: 'unreachable' } })],
    ['GitHub makes us wait', viewOf({ gitHub: { ...gitHub, condition: 'limiting' } })],
    [
      'GitHub makes us wait until 14:18:05 UTC',
      viewOf({ gitHub: { ...gitHub, condition: 'limiting', limitedUntil: now + 15 * minute } }),
    ],
    ['GitHub does not answer as it should', viewOf({ gitHub: { ...gitHub, condition: 'failing' } })],
  ])('%s', (title, view) => {
    expect(titleOf(view)).toBe(`${title} · PatchPilot`)
    expect(textOf(view)).toContain(`${title}\n`)
  })

  test('how many workers are busy, where all of them are in this process', () => {
    expect(textOf(busy)).toContain('\n2 of 4 workers are busy.\n')
    const shared = { ...busy, server: { ...server, engine: 'Redis' } } as const
    expect(textOf(shared)).toContain('\nOn all replicas that share the queue.\n')
  })
})

describe('where there is nothing', () => {
  test('it says what that means', () => {
    const text = textOf(viewOf())
    expect(text).toContain('\nRunning 0\nNothing runs: all 4 workers are free.\n')
    expect(text).toContain('\nWaiting 0\nNothing waits: the next review starts at once.\n')
    expect(text).toContain('\nLast reviews\nNone yet. Open a pull request in a repository')
    expect(text).toContain('\nGiven up 0\nNone: every review has come to its end')
  })

  test('it promises no start where no worker is free', () => {
    const four = [1, 2, 3, 4].map((number) => listed(`o/r#${number}`, minute))
    expect(textOf(viewOf({ queue: queueOf({ running: four }) }))).toContain('\nNothing waits.\n')
    expect(textOf(viewOf({ server: { ...server, isDraining: true } }))).toContain('\nNothing waits.\n')
  })

  test('because the queue cannot be reached, it does not claim that nothing runs', () => {
    const text = textOf(viewOf({ queue: { kind: 'unreachable' } }))
    expect(text).toContain('What runs, waits and is done is not known')
    expect(text).not.toMatch(/Nothing (runs|waits)/)
    expect(text).toContain('\nCannot be reached\n')
  })
})

describe('what comes from outside', () => {
  /** All of it that is text on the page. */
  function withText(text: string): PageView {
    const one = listed('o/r#1', minute)
    const pullRequest = { owner: text, repo: text, number: 1 }
    const request = { ...one.job.request, pullRequest, headSha: text }
    const job = { ...one, job: { ...one.job, request, deliveryId: text } }
    const review = { verdict: text, url: `https://github.com/${text}`, durationMs: 1 }
    return viewOf({
      queue: queueOf({
        ...{ running: [job], waiting: [job], failed: [{ ...job, reason: text }] },
        done: [{ ...job, review }],
      }),
    })
  }

  const markupOf = (page: string) =>
    [...page.matchAll(/<\/?[a-z!][^>]*>/gi)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""')).join('\n')
  const plain = markupOf(statusPage(withText('plain')))

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style></script><h1>',
    '&lt;b&gt;',
    '$& $1 %s',
    '\ud800',
    '\u202E\u0000',
    '__proto__',
    'constructor',
  ])('stays text: %j', (text) => {
    const page = statusPage(withText(text))
    expect(markupOf(page)).toBe(plain)
    expect(page.isWellFormed()).toBe(true)
  })

  test('stays text, whatever it is', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<', '>', '"', "'", '&', '</script>', '<!--', ']]>'),
    )
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(markupOf(statusPage(withText(text)))).toBe(plain)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('leads nowhere but to pages of GitHub', () => {
    const { job, ...one } = done('o/r#1', 0, 'passed', 1)
    const pullRequest = { owner: '../..//evil?', repo: 'a#b', number: 1 }
    const hostile = {
      ...{ ...one, job: { ...job, request: { ...job.request, pullRequest } } },
      review: { ...one.review, url: 'javascript:alert(1)' },
    }
    const page = statusPage(viewOf({ queue: queueOf({ done: [{ ...one, job }, hostile] }) }))
    expect([...page.matchAll(/<a href="(http[^"]*|[^"]*:[^"]*)"/g)].map(([, url]) => url)).toEqual([
      'https://github.com/o/r/pull/1',
      'https://github.com/o/r/pull/1#pullrequestreview-1',
      'https://github.com/..%2F..%2F%2Fevil%3F/a%23b/pull/1',
    ])
  })
})

describe('the answer', () => {
  test('lets the browser run and load nothing but what is in the page', () => {
    const { body, headers = {}, contentType } = answerStatusPage(busy)
    const policy = headers['content-security-policy'] ?? ''
    expect(contentType).toBe('text/html; charset=utf-8')
    expect(policy).toMatch(/^default-src 'none'; /)
    for (const element of ['style', 'script']) {
      const content = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(body)?.[1] ?? ''
      const hash = createHash('sha256').update(content).digest('base64')
      expect(policy).toContain(`${element}-src 'sha256-${hash}';`)
    }
    expect(policy).not.toContain('unsafe')
    expect(body).not.toMatch(/ (style|on[a-z]+)=/)
    expect(headers['cache-control']).toBe('no-store')
  })
})

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', true],
  ['TEXT/HTML', true],
  ['application/json, text/html;q=0.9', false],
  ['application/json;q=0.5, text/html', true],
  ['text/html;q=0', false],
  ['text/html;level=1;q=0.4', true],
  ['text/html;q=nonsense', false],
  ['application/json', false],
  ['*/*', false],
  ['', false],
  [undefined, false],
])('who accepts %j gets the page: %s', (accept, wants) => {
  expect(wantsPage(accept)).toBe(wants)
})
