import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeInline, safeMarkdown, tableCell } from '../../src/publication/safe-markdown.ts'
import { cellsOf, liveParts, readFences } from './markdown.ts'

const ticks = (count: number) => '`'.repeat(count)

/** Pieces whose combinations have fooled Markdown sanitisers. */
const pieces = [
  ...['`', '``', '```', '````', ticks(80), ticks(81), '~~~', '~~~~', '\\', '\\\\', '\\`', '|', '\\|'],
  ...['@bob', '@org/team', '&#64;bob', '&commat;bob', '#12', 'o/r#3', 'GH-12', '_GH-7_'],
  ...[
    '<img src=x onerror=y>',
    '</sub>',
    '<!--',
    '-->',
    '<script>',
    '<![CDATA[',
    '<?',
    '<https://e.vil>',
    '<b',
  ],
  ...['![i](https://e.vil/i.png)', '[l](javascript:x)', '[l]: https://e.vil', '[^1]', '[ ]', '[!NOTE]'],
  ...['https://e.vil/a', 'www.e.vil', 'ftp://e.vil', 'a@b.co', 'mailto:a@b.co', '://'],
  ...[
    '/merge',
    '/close ',
    '- ',
    '1. ',
    '> ',
    '# ',
    '---',
    '===',
    '|---|---|',
    ':-',
    '-|-',
    '| a | b |',
    '$$',
    '$',
  ],
  ...[
    '\n',
    '\n\n',
    '\n```\n',
    '\n```suggestion\n',
    '\n~~~ suggestion\n',
    '\n  ```js\n',
    '\n- ```\n',
    '\n> ```\n',
  ],
  ...[' ', '    ', '\t', '\r', '\r\n', '\u000b', '\u2028', '\u00a0', '\u0000', '\u200b', '\u202e', '\ufeff'],
  ...['a', 'x_y', '**', '_', '~~', '😀', '(', ')', ']', '>', '!', ':'],
]

const hostileText = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(''))

const sentinel = 'What follows stays what it is.'

/** Hostile texts that were live at some time, here or elsewhere. */
const corpus = [
  'Thanks @octocat and @github/security!',
  '&#64;octocat &commat;octocat &#x40;octocat',
  '![pixel](https://e.vil/p.png) <img src="https://e.vil/p.png">',
  '[click](https://e.vil) <https://e.vil> https://e.vil www.e.vil',
  '[click][1]\n\n[1]: https://e.vil',
  '<!-- patchpilot:1 AAAA -->',
  '<details><summary>more',
  'Fixes #1, GH-2 and octo/shop#3, _GH-4_',
  '/merge\n > /close\n- /lgtm',
  '```suggestion\nrm -rf /\n```',
  '~~~ SUGGESTION\nrm -rf /\n~~~',
  '  ```suggestion\n  rm -rf /\n  ```',
  '```mermaid\ngraph TD\n```',
  '```\nnever closed',
  '- ```js\n  never closed',
  '> ```\n> quoted, never closed',
  `one \` backtick here\nand <img src=x> there \``,
  '`a\n\nb` <img src=x>',
  '| `a | <img src=x>` |\n|---|---|\n| `b | @bob` |',
  'a | b\n:-|-:\n`x | <b>`',
  '> | `a | <b>` |\n> |-|-|',
  // an address right before a code span must not open a longer run of backticks
  'https://e.vil``a`` `<img src=x>`',
  '``a``https://e.vil ``<img src=x>``',
  // cmark pairs runs of at most 80 backticks
  `${ticks(81)} <img src=x> @bob ${ticks(81)}`,
  `\\${ticks(3)} <b> ${ticks(2)}`,
  '\\\\`<b>`` @bob `',
  '$$\n\\text{swallowed}',
  'x \u202E txet \u0000@\u0007bob',
  '&lt;img src=x&gt; &amp;#64;bob',
  '\\<img src=x> \\@bob \\[a](b) \\#1',
  '[^1]\n\n[^1]: note',
  '- [ ] <b>task',
  '\r```suggestion\rx\r```',
]

describe("a stranger's text", () => {
  it.each(corpus)('is harmless: %j', (text) => {
    expect(liveParts(safeMarkdown(text))).toEqual([])
    expect(liveParts(safeInline(text))).toEqual([])
  })

  it('is harmless whatever it is made of, and swallows nothing that follows', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = safeMarkdown(text)
        expect(liveParts(safe)).toEqual([])
        expect(readFences(`${safe}\n\n${sentinel}`).rest.endsWith(`\n\n${sentinel}`)).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is one harmless line where one line is wanted', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = safeInline(text)
        expect(liveParts(safe)).toEqual([])
        expect(safe).not.toMatch(/[\n\r]/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('stays in its table cell, in every reading of escaped pipes', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [cmark, strict] = cellsOf(`| High | ${tableCell(safeInline(text))} | here |`)
        expect([cmark.length, cmark.at(-1)]).toEqual([3, ' here '])
        expect([strict.length, strict.at(-1)]).toEqual([3, ' here '])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('ordinary text reads as meant', () => {
  it.each([
    'The **first** item of `Map<string, T[]>` is _lost_ ~~never~~.',
    '- one\n- two\n  - nested\n\n1. first\n2. second',
    '# Heading\n\n> quoted\n\n---',
    'snake_case_name, camelCase, kebab-case, 3 * 4 > 5, 50% of $5, a/b/c, "x" \'y\'',
    '```ts\nconst a: Array<T> = [] // @bob #1 <img>\n```',
    '````md\n```js\nx\n```\n````',
    'Use ``a ` b`` or `a | b`, and \\*no emphasis\\*, \\[x\\].',
    '日本語 😀 naïve',
    '',
  ])('and stays as it is: %j', (text) => {
    expect(safeMarkdown(text)).toBe(text)
  })

  it.each([
    ['a < b && c > d', 'a &lt; b &amp;&amp; c > d'],
    ['items[i] of C:\\temp', 'items\\[i] of C:\\\\temp'],
    ['`@Injectable()` is missing', '`@\u200BInjectable()` is missing'],
    ['See https://example.com/a_b?c=1#d.', 'See `https://example.com/a_b?c=1#d`.'],
    ['(https://example.com)', '(`https://example.com`)'],
    ['one`', 'one\\`'],
    ['cc @octocat, fixes #12', 'cc @\u200Boctocat, fixes #\u200B12'],
    ['/merge', '\u200B/merge'],
    ['a\n|---|---|', 'a\n\u200B|---|---|'],
  ])('%j is written %j', (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe)
  })

  it('fenced code inside a list moves to the first column, where it surely is code', () => {
    const text = '1. Call it:\n   ```ts\n   if (a) {\n     b<T>()\n   }\n   ```\n2. Then wait'
    expect(safeMarkdown(text)).toBe('1. Call it:\n```ts\nif (a) {\n  b<T>()\n}\n```\n2. Then wait')
  })

  it('a fence that is never closed holds the rest, and is closed', () => {
    expect(safeMarkdown('See\n```js\na\nb')).toBe('See\n```js\na\nb\n```')
  })

  it('a suggestion is shown as text', () => {
    expect(safeMarkdown('```suggestion\nx\n```')).toBe('```text\nx\n```')
  })

  it('code in a title may have pipes; in a table they are escaped', () => {
    expect(safeInline('`a || b` is\n always true')).toBe('`a || b` is always true')
    expect(tableCell('`a || b`')).toBe('`a \\|\\| b`')
  })
})

describe('very long text', () => {
  it('on one line is broken into several between words, so that a body can be cut between them', () => {
    const lines = safeMarkdown('lorem ipsum '.repeat(5_000)).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(2_001)
    expect(lines.join('').match(/lorem ipsum/g)).toHaveLength(5_000)
  })

  it('without a space is broken as well, never within a character', () => {
    const safe = safeMarkdown('😀'.repeat(5_000))
    expect(safe.split('\n').every((line) => line.isWellFormed())).toBe(true)
    expect(safe.replaceAll('\n', '')).toBe('😀'.repeat(5_000))
  })

  it('as a title is cut, and says so', () => {
    expect(safeInline('😀'.repeat(5_000))).toBe(`${'😀'.repeat(1_000)} …`)
  })

  // Anything quadratic takes minutes at this size, anything linear well under a second.
  it.each([
    '`',
    '` ',
    '`a',
    '`a`',
    '\\',
    '\\`',
    '-',
    '|-',
    '[',
    '<',
    '@',
    '&',
    '> ',
    '\n',
    '\r',
    '```\n',
    '```x\n',
    '  ```x\n',
    '- ',
    '~~~\n',
    'http://',
    'www.',
    '.',
    `${ticks(81)} `,
  ])(
    'of nothing but %j takes time in proportion',
    (piece) => {
      const text = piece.repeat(Math.ceil(100_000 / piece.length))
      expect(safeMarkdown(text)).not.toBe('')
      expect(safeInline(text).length).toBeLessThan(10_000)
      expect(safeMarkdown(`http://${text}`)).not.toBe('')
    },
    10_000,
  )
})
