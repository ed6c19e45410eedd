import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import { readFindingMarker, readReviewMarker } from '../../src/finding/marker.ts'
import { recallFindings } from '../../src/finding/recall-findings.ts'
import { selectFindings } from '../../src/finding/select.ts'
import { readAnswer } from '../../src/prompt/answer.ts'
import { composeReview, type ReviewContent } from '../../src/publication/compose.ts'
import { bodyBytes, byteLength } from '../../src/publication/limits.ts'
import { severities } from '../../src/severity.ts'
import { diffOf } from '../diff/changes.ts'
import { githubAccepts } from '../diff/github-rule.ts'
import { changedFiles, hostileClaim } from '../finding/claims.ts'
import { claim, findingsIn, reviewContent } from '../fixtures/review-content.ts'

const about = { ref: { owner: 'octo', repo: 'shop', number: 7 }, headSha: 'ec26c3e57ca3', run: 'run-1' }

/** The way of a model's answer to the review, as the story takes it. */
const reviewed = changedFiles
  .chain((files) =>
    fc.record({
      files: fc.constant(files),
      claims: fc.array(hostileClaim(files.map(diffOf)), { maxLength: 12 }),
      minSeverity: fc.constantFrom(...severities),
      maxComments: fc.nat(6),
      earlier: fc.nat(12),
      refuses: fc.func(fc.boolean()),
    }),
  )
  .map(({ files, claims, earlier, refuses, ...limits }) => {
    const answer = readAnswer(JSON.stringify({ summary: 'S', findings: claims }))
    if (answer === null) throw new Error('the answer was not read')
    const found = anchorClaims(answer.claims, files.map(diffOf))
    // some of it stands already: an earlier review said the first few
    const said = readReviewMarker(
      composeReview(
        contentOf(selectFindings(found.slice(0, earlier), { minSeverity: 'low', maxComments: 9 })),
        new Map(),
      ).body,
    )
    const standing = (said?.findings ?? []).map((finding, at) => {
      return { ...finding, id: `${at}`, thread: null, fate: { kind: 'open' } } as const
    })
    const { fresh, repeated } = recallFindings(found, standing, ({ path }) => ({ kind: 'unknown', path }))
    const selection = selectFindings(fresh, limits)
    const refused = new Map(
      selection.inline.filter((finding) => refuses(finding.claim.title)).map((finding) => [finding, 'no']),
    )
    return { files, claims, answer, repeated, standing, selection, refused, maxComments: limits.maxComments }
  })

function contentOf(
  selection: ReviewContent['selection'],
  changes: Partial<ReviewContent> = {},
): ReviewContent {
  return { ...reviewContent({ ...about, inline: [] }), selection, ...changes }
}

describe('whatever the diff and whatever the model says', () => {
  it('inline + folded + repeated + below the minimum + rejected are all of its claims', () => {
    fc.assert(
      fc.property(reviewed, ({ claims, answer, repeated, selection, refused }) => {
        const draft = composeReview(contentOf(selection), refused)
        const inline = draft.comments.length
        const folded = selection.folded.length + refused.size
        const again = repeated.filter(({ finding }) => finding !== null).length
        expect(inline + folded + again + selection.belowMinimum.length + answer.rejected.length).toBe(
          claims.length,
        )
        expect(readReviewMarker(draft.body)?.findings).toHaveLength(inline + folded)
        for (const { finding } of [...selection.folded, ...draft.comments]) {
          expect(draft.body).toContain(`| ${finding.claim.category} |`)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('GitHub accepts every comment: its place, its length, and no more than were asked for', () => {
    fc.assert(
      fc.property(reviewed, ({ files, selection, refused, maxComments }) => {
        const draft = composeReview(contentOf(selection), refused)
        expect(draft.comments.length).toBeLessThanOrEqual(maxComments)
        expect(byteLength(draft.body)).toBeLessThanOrEqual(bodyBytes)
        for (const comment of draft.comments) {
          const patch = files.find(({ path }) => path === comment.path)?.patch ?? ''
          expect(githubAccepts(patch, comment)).toBe(true)
          expect(byteLength(comment.body)).toBeLessThanOrEqual(bodyBytes)
          expect(readFindingMarker(comment.body)).toContain(comment.finding.fingerprint)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('what was said stands, once for each', () => {
    fc.assert(
      fc.property(reviewed, ({ repeated, standing }) => {
        const told = repeated.flatMap(({ standing: one }) => (one === null ? [] : [one]))
        expect(new Set(told)).toEqual(new Set(standing))
        expect(told).toHaveLength(standing.length)
      }),
      { numRuns: 200 },
    )
  })
})

const inline = findingsIn('src/app.ts', ['one()', 'two()'], ['one()', 'one()\ntwo()'])

describe('a comment', () => {
  it('on a single line has no start: GitHub wants the start before the end', () => {
    const draft = composeReview(reviewContent({ ...about, inline }), new Map())
    expect(draft.comments.map(({ path, side, startLine, line }) => [path, side, startLine, line])).toEqual([
      ['src/app.ts', 'RIGHT', null, 1],
      ['src/app.ts', 'RIGHT', 1, 2],
    ])
  })

  it('that GitHub refused is told in the body, in full and with what GitHub said', () => {
    const [refused] = inline
    if (refused === undefined) throw new Error('no finding')
    const draft = composeReview(
      reviewContent({ ...about, inline }),
      new Map([[refused, 'Line could not be resolved']]),
    )
    expect(draft.comments.map(({ finding }) => finding)).toEqual(inline.slice(1))
    expect(draft.body).toContain('<sub>GitHub refused the inline comment: Line could not be resolved</sub>')
    expect(draft.body).toContain('Why it is wrong.')
  })
})

describe('the marker of the review', () => {
  it('records head, run, reviewed hunks and findings, folded ones too', () => {
    const [, folded] = inline
    const content = contentOf(
      {
        inline: inline.slice(0, 1),
        folded: folded === undefined ? [] : [{ finding: folded, reason: 'over `max-comments`' }],
        belowMinimum: [],
      },
      { reviewedHunks: ['h1', 'h2'] },
    )
    expect(readReviewMarker(composeReview(content, new Map()).body)).toEqual({
      version: 1,
      runId: 'run-1',
      time: '2026-11-22T10:00:00.000Z',
      headSha: 'ec26c3e57ca3',
      reviewedHunks: ['h1', 'h2'],
      profile: '',
      complete: true,
      findings: inline.map(
        ({ fingerprint, code, anchor, claim: { severity, category, title, confidence, body } }) => ({
          ...anchor,
          fingerprint,
          ...{ code, gist: body },
          severity,
          category,
          title,
          confidence,
        }),
      ),
    })
  })

  it('leaves room in the body for people; what does not fit is forgotten', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) =>
      Buffer.from(`${at * 7919}`.padEnd(8, 'q')).toString('base64url'),
    )
    const { body } = composeReview(reviewContent({ ...about, inline }, ids), new Map())
    expect(byteLength(body.split('\n')[0] ?? '')).toBeLessThanOrEqual(35_000)
    const read = readReviewMarker(body)
    expect(read?.reviewedHunks.length).toBeGreaterThan(1_000)
    expect(ids.slice(0, read?.reviewedHunks.length)).toEqual(read?.reviewedHunks)
    expect(read?.findings).toHaveLength(2)
  })

  it('is not filled by one claim with an endless path and title', () => {
    const endless = Array.from({ length: 50_000 }, (_, at) =>
      String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000)),
    ).join('')
    const found = anchorClaims([claim({ path: endless, quote: endless, title: endless })], [])
    const content = contentOf(selectFindings(found, { minSeverity: 'low', maxComments: 5 }), {
      reviewedHunks: ['h1'],
    })
    const { body } = composeReview(content, new Map())
    expect(readReviewMarker(body)).toMatchObject({ reviewedHunks: ['h1'], findings: [{ severity: 'high' }] })
    expect(byteLength(body)).toBeLessThanOrEqual(bodyBytes)
  })
})

it('a review of a thousand hostile findings fits', () => {
  const found = anchorClaims(
    Array.from({ length: 1_000 }, (_, at) =>
      claim({
        path: `p${at}|\`<b>\n`,
        quote: '```\n'.repeat(50),
        title: `@a${at} `.repeat(90),
        body: '`<&@['.repeat(300),
      }),
    ),
    [],
  )
  const selection = selectFindings(found, { minSeverity: 'low', maxComments: 5 })
  const notReviewed = Array.from({ length: 3_000 }, () => ({
    path: '`'.repeat(4_000),
    fromLines: [],
    reason: '<'.repeat(9_000),
  }))
  const { body } = composeReview(
    contentOf(selection, { notReviewed, reason: '\\'.repeat(90_000) }),
    new Map(),
  )
  expect(byteLength(body)).toBeLessThanOrEqual(bodyBytes)
  expect(readReviewMarker(body)?.findings.length).toBeGreaterThan(100)
  expect(body).toContain('</sub>')
})
