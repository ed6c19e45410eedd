import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chooseModel } from './choose-model.ts'
import { diffRows, rowsOf } from './diff-rows.ts'
import { reviewedPullRequest } from './fixture.ts'
import { renderPage } from './page.ts'
import { linkOnPage } from './page-links.ts'
import { printLogLine } from './print-log.ts'
import { printReview } from './print-review.ts'
import type { ReviewView } from './pull-request-view.ts'
import { recordedAnswer } from './scenario.ts'

const view = reviewedPullRequest()
const review: ReviewView = view.reviews[0] ?? { id: 0, author: '', state: '', body: '', comments: [] }
const plain = (_: string, text: string) => text

describe('the recorded answer', () => {
  const rowsIn = (path: string) => diffRows(view.files.find((file) => file.path === path)?.patch ?? '')

  it('quotes the lines it names, but for one claim that shows what happens then', () => {
    const misquoted = recordedAnswer.findings.filter(({ path, quote, side, start_line, end_line }) => {
      const rows = rowsOf(rowsIn(path), { side, line: end_line, startLine: start_line })
      return rows.map(({ text }) => text).join('\n') !== quote
    })
    expect(misquoted.map(({ title }) => title)).toEqual(['Search repeats what the list route does'])
  })

  it('has a deleted line, a range, suggestions and more findings than comments are posted', () => {
    const { findings } = recordedAnswer
    expect(findings.length).toBeGreaterThan(5)
    expect(findings.some(({ side }) => side === 'LEFT')).toBe(true)
    expect(findings.some(({ start_line, end_line }) => start_line < end_line)).toBe(true)
    expect(new Set(findings.map(({ category }) => category)).size).toBeGreaterThanOrEqual(6)
  })
})

describe('diff rows', () => {
  it('carry both numberings', () => {
    const rows = diffRows('@@ -3,3 +3,3 @@ f()\n a\n-b\n+c\n d\n\\ No newline at end of file')
    expect(rows.map(({ kind, oldLine, newLine }) => [kind, oldLine, newLine])).toEqual([
      ['hunk', null, null],
      ['context', 3, 3],
      ['deleted', 4, null],
      ['added', null, 4],
      ['context', 5, 5],
    ])
  })
})

describe('the page', () => {
  const html = renderPage(view, 'Recorded: <no> model was asked')

  it('says first whose findings these are, and hides markers', () => {
    expect(html).toContain('<p class="label">Recorded: &lt;no&gt; model was asked</p>')
    expect(html).not.toContain('patchpilot:')
  })

  it('is self-contained', () => {
    expect(html).not.toMatch(/<script|<link|src=|@import/)
  })

  it('puts each comment below the last line it is about', () => {
    for (const { line, side } of review.comments) {
      const letter = side === 'LEFT' ? 'L' : 'R'
      expect(html).toMatch(new RegExp(`on lines? ${letter}(\\d+ to ${letter})?${line}<`))
    }
    const [, after = ''] = html.split('data-sign="-">  if (!canManage(request.user, order))')
    expect(after.indexOf('on line L18')).toBeGreaterThan(0)
    expect(after.indexOf('on line L18')).toBeLessThan(after.indexOf('class="code"'))
  })

  it('leads links to lines to the lines on the page', () => {
    const blob = `http://127.0.0.1:1/octo-shop/orders/blob/${view.headSha}/workers/invoice.py#L24-L26`
    expect(linkOnPage(view, blob)).toBe('#workers/invoice.py:R26')
    expect(html).toContain('id="workers/invoice.py:R26"')
    const file = createHash('sha256').update('src/api/orders.ts').digest('hex')
    const deleted = `http://127.0.0.1:1/octo-shop/orders/pull/1/files#diff-${file}L18`
    expect(linkOnPage(view, deleted)).toBe('#src/api/orders.ts:L18')
    expect(html).toContain('id="src/api/orders.ts:L18"')
    expect(linkOnPage(view, 'https://x.test/')).toBe('https://x.test/')
  })

  it('shows a suggestion as the change it makes', () => {
    const [, suggested = ''] = html.split('Suggested change').filter((part) => part.includes('pageSize'))
    expect(suggested).toContain('data-sign="+">  const items = all.slice(start, start + pageSize)<')
  })
})

describe('the terminal', () => {
  it('shows every comment with its place, its lines and its text, within the width', () => {
    const text = printReview(review, view.files, 80, plain)
    expect(text).toContain('src/api/orders.ts:18 (deleted)')
    expect(text).toContain('   18 │ -   if (!canManage')
    expect(text).toContain('workers/invoice.py:24-26')
    expect(text).toContain('+ ' + '  const items = all.slice(start, start + pageSize)')
    expect(text).not.toContain('<!--')
    const prose = text.split('\n').filter((line) => !/[│+-] /.test(line))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('shows a log as its readers see it', () => {
    expect(printLogLine('::group::Snapshot', plain)).toBe('Snapshot')
    expect(printLogLine('::warning file=a::50%25', plain)).toBe('Warning: 50%')
    expect(printLogLine('::add-mask::secret', plain)).toBeNull()
    expect(printLogLine('10 files', plain)).toBe('10 files')
  })
})

describe('the model', () => {
  it('is the recording, and says so, unless the environment names one', async () => {
    const recorded = await chooseModel({})
    expect(recorded.label).toMatch(/^Recorded: .*No model was asked/)
    expect(recorded.inputs.model).toBe('recorded-answer')
    await recorded.close()
    const live = await chooseModel({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_MODEL: 'small' })
    expect(live.label).toContain('Live: the findings are what small at http://127.0.0.1:1/v1 said')
    expect(live.inputs).toEqual({ 'base-url': 'http://127.0.0.1:1/v1', model: 'small' })
    await live.close()
  })
})
