import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Anchor } from '../../src/diff/anchor.ts'
import { lineLink, linkToLines } from '../../src/publication/links.ts'
import { tableCell } from '../../src/publication/safe-markdown.ts'
import { cellsOf, withoutCodeSpans } from './markdown.ts'

const target = {
  serverUrl: 'https://github.example',
  ref: { owner: 'octo', repo: 'shop', number: 7 },
  headSha: 'ec26c3e57ca3a959ca5aad62de7213c562f8c821',
}

const at = (path: string, changes: Partial<Anchor> = {}): Anchor => ({
  path,
  side: 'RIGHT',
  startLine: 3,
  line: 3,
  ...changes,
})

const blob = `https://github.example/octo/shop/blob/${target.headSha}`

/** Where a Markdown link leads, and that there is nothing else. https://github.github.com/gfm/#links */
const destination = (markdown: string) => /^\[\u0001\]\((\S+)\)$/.exec(withoutCodeSpans(markdown))?.[1]

describe('a link to lines', () => {
  it('of the new code is a permalink at the head', () => {
    expect(lineLink(target, at('src/app.ts'))).toBe(`[\`src/app.ts:3\`](${blob}/src/app.ts#L3)`)
    expect(lineLink(target, at('src/app.ts', { line: 5 }))).toBe(
      `[\`src/app.ts:3-5\`](${blob}/src/app.ts#L3-L5)`,
    )
  })

  it('that were deleted leads into the diff of the pull request, where GitHub names a file by the hash of its path', () => {
    const hash = createHash('sha256').update('src/app.ts').digest('hex')
    expect(lineLink(target, at('src/app.ts', { side: 'LEFT' }))).toBe(
      `[\`src/app.ts:3 (deleted)\`](https://github.example/octo/shop/pull/7/files#diff-${hash}L3)`,
    )
  })

  it.each([
    ['my docs/a b.md', '/my%20docs/a%20b.md'],
    ['a#b?c.md', '/a%23b%3Fc.md'],
    ['app/(shop)/[id]/page.tsx', '/app/%28shop%29/%5Bid%5D/page.tsx'],
    ['a|b.md', '/a%7Cb.md'],
    ['a`b``c.md', '/a%60b%60%60c.md'],
    ['日本/é.md', '/%E6%97%A5%E6%9C%AC/%C3%A9.md'],
    ['line\nbreak.md', '/line%0Abreak.md'],
    ['100%.md', '/100%25.md'],
    ['a\\|b.md', '/a%5C%7Cb.md'],
  ])('of %j is one link, alone and in a table', (path, encoded) => {
    const link = lineLink(target, at(path))
    expect(destination(link)).toBe(`${blob}${encoded}#L3`)
    const [cmark, strict] = cellsOf(`| ${tableCell(link)} | next |`)
    expect([cmark.length, strict.length]).toEqual([2, 2])
  })

  it('leads back to its file, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (path) => {
        fc.pre(!/(^|\/)\.{0,2}(\/|$)/.test(path))
        const url = new URL(linkToLines(target, at(path)))
        expect(decodeURIComponent(url.pathname.slice(new URL(blob).pathname.length + 1))).toBe(path)
        expect(url.hash).toBe('#L3')
        expect(destination(lineLink(target, at(path)))).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })
})
