import { describe, expect, it } from 'vitest'
import { markdownToHtml } from './html.ts'
import { markdownToTerminal } from './terminal.ts'

describe('Markdown as HTML', () => {
  it.each([
    ['# a **b**', '<h1>a <strong>b</strong></h1>'],
    ['a *b* `c<d` ~~e~~', '<p>a <em>b</em> <code>c&lt;d</code> <del>e</del></p>'],
    ['2 * 3 * 4 and a_b_c', '<p>2 * 3 * 4 and a_b_c</p>'],
    ['`` a`b ``', '<p><code>a`b</code></p>'],
    ['\\*not\\* &lt;b&gt; &amp;', '<p>*not* &lt;b&gt; &amp;</p>'],
    ['[`a.ts:1`](https://x.test/a#L1)', '<p><a href="https://x.test/a#L1"><code>a.ts:1</code></a></p>'],
    ['[a](javascript:alert)', '<p>[a](javascript:alert)</p>'],
    ['<sub>small</sub><script>x</script>', '<p><small>small</small>x</p>'],
    ['<!-- hidden\nmarker -->\ntext', '<p>text</p>'],
    ['```ts\na < b\n```', '<pre><code>a &lt; b</code></pre>'],
    ['````\n```\n````', '<pre><code>```</code></pre>'],
    ['- a\n- b\n  - c', '<ul><li><p>a</p></li><li><p>b</p>\n<ul><li><p>c</p></li></ul></li></ul>'],
    ['1. a\n2. b', '<ol><li><p>a</p></li><li><p>b</p></li></ol>'],
    ['a\n\n---\n\nb', '<p>a</p>\n<hr>\n<p>b</p>'],
    [
      '> [!WARNING]\n> c',
      '<blockquote class="alert warning"><p class="alert-title">warning</p><p>c</p></blockquote>',
    ],
    [
      '| a | b |\n|---|---|\n| `x\\|y` | 2 |',
      '<table class="grid"><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>x|y</code></td><td>2</td></tr></tbody></table>',
    ],
    [
      '<details>\n<summary>more</summary>\n\ntext\n\n</details>',
      '<details><summary>more</summary><p>text</p></details>',
    ],
  ])('%j', (markdown, html) => {
    expect(markdownToHtml(markdown)).toBe(html)
  })

  it('lets fenced blocks be drawn by their language', () => {
    const drawCode = (language: string, code: string) => (language === 'suggestion' ? `[${code}]` : null)
    expect(markdownToHtml('```suggestion\nx\n```\n\n```\ny\n```', { drawCode })).toBe(
      '[x]\n<pre><code>y</code></pre>',
    )
  })
})

describe('Markdown in a terminal', () => {
  const plain = (_: string, text: string) => text

  it('wraps text and tables to the width', () => {
    const text = markdownToTerminal(
      '## Title\n\nsome words that go on\n\n| a | b |\n|---|---|\n| x | long cell here |',
      16,
      plain,
    )
    expect(text).toBe('Title\n\nsome words that\ngo on\n\na  b\n─  ─────────────\nx  long cell\n   here')
  })

  it('indents lists and code', () => {
    expect(markdownToTerminal('- one two\n- three\n\n```\ncode\n```', 8, plain)).toBe(
      '• one\n  two\n• three\n\n    code',
    )
  })

  it('paints word by word, so that wrapping counts what is seen', () => {
    const paint = (_: string, text: string) => `\u001b[1m${text}\u001b[22m`
    expect(markdownToTerminal('**aa bb**', 2, paint)).toBe('\u001b[1maa\u001b[22m\n\u001b[1mbb\u001b[22m')
  })
})
