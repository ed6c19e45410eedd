import { describe, expect, it } from 'vitest'
import { anchorClaims } from '../../src/finding/anchor-claims.ts'
import type { Finding, UnplacedFinding } from '../../src/finding/finding.ts'
import { commentName } from '../../src/finding/standing.ts'
import { readFindingMarker } from '../../src/finding/marker.ts'
import type { Claim } from '../../src/prompt/answer.ts'
import { foldedFinding, inlineComment, placeOf } from '../../src/publication/finding-text.ts'
import { bodyBytes, byteLength } from '../../src/publication/limits.ts'
import { diffFrom } from '../diff/changes.ts'
import { claim } from '../fixtures/review-content.ts'
import { readFences } from './markdown.ts'

const diff = diffFrom(
  'src/app.ts',
  '@@ -1,4 +1,6 @@\n-old(x)\n+if (a) {\n+  run(x, options)\n }\n start()\n+added()\n end()',
)

const find = (about: Partial<Claim> = {}): Finding | UnplacedFinding => {
  const [finding] = anchorClaims(
    [
      claim({
        path: 'src/app.ts',
        quote: '  run(x, options)',
        title: 'Runs twice',
        body: 'When `a` is set.',
        ...about,
      }),
    ],
    [diff],
  )
  if (finding === undefined) throw new Error('a claim was lost')
  return finding
}

const commentOn = (about: Partial<Claim> = {}): string => {
  const finding = find(about)
  if (finding.kind === 'unplaced') throw new Error(finding.reason)
  return inlineComment(finding, 'run')
}

const target = {
  serverUrl: 'https://github.example',
  ref: { owner: 'octo', repo: 'shop', number: 7 },
  headSha: 'ec26c3e',
}

const keyOf = ({ fingerprint, claim: { title } }: ReturnType<typeof find>) =>
  commentName({ fingerprint, title }, 'run')

describe('an inline comment', () => {
  it('has its marker, severity, category, title and body', () => {
    expect(commentOn({ severity: 'critical', category: 'error-handling' })).toBe(
      `<!-- patchpilot:finding ${keyOf(find({ category: 'error-handling' }))} -->\n**🔴 Critical · error-handling: Runs twice**\n\nWhen \`a\` is set.`,
    )
    expect(readFindingMarker(commentOn())).toBe(keyOf(find()))
  })

  it('offers a suggestion for exactly the lines it is about, with their indentation', () => {
    expect(commentOn({ suggestion: '  run(x, 1)\r\n' })).toMatch(/\n\n```suggestion\n {2}run\(x, 1\)\n```$/)
  })

  it('fences a suggestion so that nothing in it ends it', () => {
    expect(readFences(commentOn({ suggestion: '```ts\nx\n```' })).fences).toEqual([
      { info: 'suggestion', code: '```ts\nx\n```', closed: true },
    ])
  })

  it.each([
    ['a deleted line', { quote: 'old(x)' }],
    ['a part of a line', { quote: 'run(x, op' }],
    ['old code, between whose lines new code stands', { quote: 'start()\nend()' }],
  ])('does not offer to commit a suggestion for %s', (_, about) => {
    expect(readFences(commentOn({ ...about, suggestion: 'new(x)' })).fences).toEqual([
      { info: '', code: 'new(x)', closed: true },
    ])
  })

  it('has no suggestion when the model gives none', () => {
    expect(commentOn({ suggestion: null })).not.toContain('```')
  })

  it('cut to what GitHub takes never offers half a suggestion', () => {
    const comment = commentOn({ suggestion: 'call(1)\n'.repeat(10_000) })
    expect(byteLength(comment)).toBeLessThanOrEqual(bodyBytes)
    expect(comment).not.toContain('```suggestion')
    expect(comment).toMatch(/Suggested instead:\n\n```\ncall\(1\)\n/)
    expect(comment).toMatch(/\n```\n\n\*The rest is cut/)
  })

  it('keeps what it can of a body that is one endless line, and of an endless title', () => {
    const comment = commentOn({ title: 't'.repeat(90_000), body: 'word '.repeat(40_000) })
    expect(byteLength(comment)).toBeLessThanOrEqual(bodyBytes)
    expect(byteLength(comment)).toBeGreaterThan(50_000)
    expect(comment).toMatch(/\*The rest is cut[^\n]*$/)
  })

  it('is harmless', () => {
    const comment = commentOn({ title: '@octocat | <img>', body: '<script>\n```suggestion\nx\n```' })
    expect(comment).toContain('@\u200Boctocat | &lt;img>**')
    expect(comment).toContain('&lt;script>\n```text\nx\n```')
  })
})

describe('a folded finding', () => {
  it('is told in full, with a link where it has lines', () => {
    expect(foldedFinding(find({ suggestion: '  run(y)' }), 'over `max-comments`', target)).toBe(
      [
        '**🟠 High · bug: Runs twice**',
        '',
        '[`src/app.ts:2`](https://github.example/octo/shop/blob/ec26c3e/src/app.ts#L2) · <sub>over `max-comments`</sub>',
        '',
        '```\n  run(x, options)\n```',
        '',
        'When `a` is set.',
        '',
        'Suggested instead:',
        '',
        '```\n  run(y)\n```',
      ].join('\n'),
    )
  })

  it('without a quote shows none', () => {
    expect(foldedFinding(find({ quote: '' }), 'it quotes no code', target)).not.toContain('```')
  })
})

describe('the place of a finding', () => {
  it.each([
    ['the file it certainly means', { quote: 'gone' }, '`src/app.ts`'],
    ['the file it names', { path: 'no/such`file.ts' }, '``no/such`file.ts``'],
    ['nothing when it names none', { path: '' }, 'no file named'],
    ['an endless path cut short', { path: `x${'é'.repeat(5_000)}` }, `\`x${'é'.repeat(299)} …\``],
  ])('is %s', (_, about, place) => {
    expect(placeOf(find(about), target)).toBe(place)
  })
})
