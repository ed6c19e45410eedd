import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import { type StandingFinding, writeFindingMarker, writeReviewMarker } from '../../src/finding/marker.ts'
import { commentBody, recallMemory } from '../../src/finding/recall.ts'
import { recallFindings } from '../../src/finding/recall-findings.ts'
import { findingKey, type Standing } from '../../src/finding/standing.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import type { OwnReview } from '../../src/pull-request.ts'
import { diffFrom } from '../diff/changes.ts'
import { claim } from '../fixtures/review-content.ts'
import { inlineComment } from '../../src/publication/finding-text.ts'
import { ownThread } from '../fixtures/own-thread.ts'

const diff = diffFrom('a.ts', '@@ -1,4 +1,6 @@\n start()\n+one()\n+two()\n middle()\n last()\n end()')

const find = (...claims: Partial<Claim>[]) =>
  anchorClaims(
    claims.map((about) => claim({ path: 'a.ts', quote: 'one()', ...about })),
    [diff],
  )

/** A finding as an earlier review's marker has it. */
const marked = (about: Partial<Claim>, changes: Partial<StandingFinding> = {}): StandingFinding => {
  const [finding] = find(about)
  if (finding?.kind !== 'anchored') throw new Error('not in the diff')
  const { severity, category, title, confidence, body } = finding.claim
  return {
    ...{ ...finding.anchor, fingerprint: finding.fingerprint, code: finding.code, gist: body },
    ...{ severity, category, title, confidence },
    ...changes,
  }
}

/** And as it is recalled. */
const said = (about: Partial<Claim>, changes: Partial<Standing> = {}): Standing => {
  const finding = marked(about)
  return { ...finding, id: findingKey(finding), thread: null, fate: { kind: 'open' }, ...changes }
}

const recall = (claims: Partial<Claim>[], standing: readonly Standing[] = []) => {
  const { fresh, repeated } = recallFindings(find(...claims), standing, ({ path }) => ({
    kind: 'unknown',
    path,
  }))
  return {
    fresh: fresh.map((finding) => finding.claim.title),
    repeated: repeated.map(
      ({ standing: before, finding }) =>
        `${finding?.claim.title ?? 'not found again'} = ${before?.title ?? 'twice'}`,
    ),
  }
}

describe('what stands from before', () => {
  it('is not said again, in whatever words', () => {
    expect(recall([{ title: 'Entirely otherwise' }], [said({ title: 'Off by one' })])).toEqual({
      fresh: [],
      repeated: ['Entirely otherwise = Off by one'],
    })
  })

  it('is not said again about a few lines more, nor in another category, when the title is alike', () => {
    const before = [said({ title: 'Missing await on one' })]
    const again = { title: 'missing await on one()', quote: 'one()\ntwo()', category: 'concurrency' as const }
    expect(recall([again], before).fresh).toEqual([])
    expect(recall([{ ...again, title: 'Wrong unit' }], before).fresh).toEqual(['Wrong unit'])
  })

  it('does not swallow another defect in code that is alike, while the earlier one stands elsewhere', () => {
    const before = said(
      { title: 'The name may be null' },
      { code: 'send(user.name)', fingerprint: 'x', gist: 'A guest has no name, and the page breaks.' },
    )
    const elsewhere = { kind: 'shown', path: 'a.ts', startLine: 40, line: 40 } as const
    const [leak] = anchorClaims(
      [claim({ path: 'a.ts', quote: 'send(user.token)', title: 'Sends the token', severity: 'critical' })],
      [diffFrom('a.ts', '@@ -1,1 +1,2 @@\n start()\n+send(user.token)')],
    )
    if (leak === undefined) throw new Error('a claim was lost')
    expect(recallFindings([leak], [before], () => elsewhere).fresh).toEqual([leak])
  })

  it('does not swallow the same defect in a line beside it', () => {
    const words = { title: 'SQL injection', body: 'Use placeholders for what users send.' }
    const beside = diffFrom(
      'a.ts',
      '@@ -1,1 +1,3 @@\n start()\n+query("select " + alpha)\n+query("select " + beta)',
    )
    const [alpha, beta] = anchorClaims(
      ['alpha', 'beta'].map((name) => claim({ path: 'a.ts', quote: `query("select " + ${name})`, ...words })),
      [beside],
    )
    if (alpha?.kind !== 'anchored' || beta === undefined) throw new Error('a claim was lost')
    const before = said(words, { ...alpha.anchor, code: alpha.code, fingerprint: alpha.fingerprint })
    const there = { kind: 'shown', ...alpha.anchor } as const
    expect(recallFindings([beta], [before], () => there).fresh).toEqual([beta])
    expect(recallFindings([alpha], [before], () => there).fresh).toEqual([])
  })

  it('does not swallow what speaks of something else altogether, though the code is the same', () => {
    const before = said({ title: 'Divides by zero', body: 'With no items the count is 0.' })
    const other = { title: 'Mutates its argument', body: 'Callers keep using this list with another order.' }
    expect(recall([other], [before]).fresh).toEqual(['Mutates its argument'])
  })

  it('still stands when it is not found again', () => {
    expect(recall([], [said({ title: 'Off by one' })])).toEqual({
      fresh: [],
      repeated: ['not found again = Off by one'],
    })
  })

  it('says nothing about other lines or the other side, however alike the words', () => {
    const before = [
      said({ title: 'Off by one', quote: 'two()' }),
      said({ title: 'Off by one' }, { side: 'LEFT', fingerprint: 'x', code: 'gone()' }),
    ]
    expect(recall([{ title: 'Off by one' }], before).fresh).toEqual(['Off by one'])
  })

  it('answers for one repetition only: a second defect of the same line is new', () => {
    expect(
      recall([{ title: 'Off by one' }, { title: 'Never closed' }], [said({ title: 'Off by one' })]),
    ).toEqual({
      fresh: ['Never closed'],
      repeated: ['Off by one = Off by one'],
    })
  })

  it('is paired with the most alike, in whatever order they come', () => {
    expect(
      recall([{ title: 'Never closed' }, { title: 'Off by one' }], [said({ title: 'Off by one' })]),
    ).toEqual({
      fresh: ['Never closed'],
      repeated: ['Off by one = Off by one'],
    })
  })

  it('is recalled for claims without a place as well', () => {
    const [gone] = find({ title: 'Off by one', quote: 'gone()' })
    const before = said(
      { title: 'Off by one' },
      { fingerprint: gone?.fingerprint ?? '', code: 'gone()', startLine: null, line: null },
    )
    expect(recall([{ title: 'Off by one', quote: 'gone()' }], [before]).fresh).toEqual([])
  })
})

describe('within one review', () => {
  it('the same finding twice is one', () => {
    expect(recall([{ title: 'Off by one here' }, { title: 'Off by one there' }])).toEqual({
      fresh: ['Off by one here'],
      repeated: ['Off by one there = twice'],
    })
  })

  it('the worst telling of a finding is kept', () => {
    const titled = (severity: Claim['severity']) => ({ severity, title: `This is ${severity}` })
    expect(recall([titled('low'), titled('critical'), titled('high')]).fresh).toEqual(['This is critical'])
  })

  it('two defects of one line are two', () => {
    expect(recall([{ title: 'Off by one' }, { title: 'Never closed' }]).fresh).toEqual([
      'Off by one',
      'Never closed',
    ])
  })
})

describe('the memory of a head', () => {
  const review = (changes: Partial<OwnReview>, headSha = 'head'): OwnReview => ({
    id: 1,
    url: 'https://github.example/r/1',
    pending: false,
    body: `${writeReviewMarker({ version: 1, runId: 'r', time: '2026-11-22T10:00:00Z', headSha, reviewedHunks: ['h1'], complete: true, findings: [marked({ title: 'Off by one' })] })}\n## Review`,
    ...changes,
  })
  const memoryOf = (...ownReviews: OwnReview[]) =>
    recallMemory({ headSha: 'head', author: 'author', ownReviews, ownThreads: [] }, '')

  it('is the sum of our submitted reviews, of this head and of others', () => {
    const memory = memoryOf(review({}, 'other'), review({ url: 'https://github.example/r/2' }))
    expect([...memory.reviewedHunks]).toEqual(['h1'])
    expect(memory.standing.map(({ title }) => title)).toEqual(['Off by one', 'Off by one'])
    expect(memory.reviewUrl).toBe('https://github.example/r/2')
  })

  it('knows of no review of this head where only others were reviewed', () => {
    expect(memoryOf(review({}, 'other'))).toMatchObject({
      ...{ reviewUrl: null, hasReview: false, complete: false },
      summary: { url: 'https://github.example/r/1' },
    })
  })

  it('does not count hunks that were reviewed with another model', () => {
    const ownReviews = [review({})]
    const pull = { headSha: 'head', author: 'author', ownReviews, ownThreads: [] }
    expect(recallMemory(pull, 'another').reviewedHunks.size).toBe(0)
  })

  it.each([
    ['a pending review', review({ pending: true })],
    ['a review by hand', review({ body: 'Looks good' })],
    ['a marker that is not at the very start', review({ body: `x${review({}).body}` })],
  ])('does not believe %s', (_, other) => {
    expect(memoryOf(other)).toMatchObject({
      ...{ reviewedHunks: new Set(), standing: [], summary: null, reviewUrl: null, complete: false },
    })
  })
})

it('a finding whose review lost its marker is known again by its own comment', () => {
  const [finding] = find({ title: 'Off by one', severity: 'critical' })
  if (finding?.kind !== 'anchored') throw new Error('not in the diff')
  const ownThreads = [
    ownThread({ body: inlineComment(finding, 'run') }),
    ownThread({ commentId: 2, body: 'by hand' }),
  ]
  const { standing } = recallMemory({ headSha: 'head', author: 'author', ownReviews: [], ownThreads }, '')
  expect(standing).toMatchObject([
    { severity: 'critical', category: 'bug', title: 'Off by one', path: 'a.ts' },
  ])
  expect(recallFindings([finding], standing, ({ path }) => ({ kind: 'unknown', path })).fresh).toEqual([])
})

it('comments are told again without their marker and heading', () => {
  const body = `${writeFindingMarker('0123456789abcdef')}\n**High**\n\ntext --> more`
  expect(commentBody(ownThread({ body }))).toBe('text --> more')
})
