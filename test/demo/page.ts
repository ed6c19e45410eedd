import { readFileSync } from 'node:fs'
import { type DiffRow, diffRows, rowsOf } from './diff-rows.ts'
import { escapeHtml, markdownToHtml } from './markdown/html.ts'
import { lineId, linkOnPage } from './page-links.ts'
import type { CommentView, FileView, PullRequestView } from './pull-request-view.ts'

/** The pull request on one self-contained page, as GitHub shows it: conversation first, then the changed files. */
export function renderPage(view: PullRequestView, label: string): string {
  const title = `${view.title} · #${view.number}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
${readFileSync(new URL('page.css', import.meta.url), 'utf8')}</style>
</head>
<body>
<p class="label">${escapeHtml(label)}</p>
<main>
${header(view)}
${conversation(view)}
${changedFiles(view)}
</main>
</body>
</html>
`
}

function header(view: PullRequestView): string {
  const who = `<b>${escapeHtml(view.author)}</b> wants to merge into <code>${escapeHtml(view.baseRef)}</code>`
  return `<header>
<p class="repository">${escapeHtml(view.repository)}</p>
<h1>${escapeHtml(view.title)} <span class="number">#${view.number}</span></h1>
<p><span class="state">Open</span> ${who} from <code>${escapeHtml(view.headRef)}</code></p>
</header>`
}

function conversation(view: PullRequestView): string {
  const reviews = view.reviews.map((review) => {
    const count = review.comments.length
    const what = `reviewed${count === 0 ? '' : ` and left ${count} comment${count === 1 ? '' : 's'}`}`
    return box(review.author, what, markdownToHtml(review.body, { linkTo: (url) => linkOnPage(view, url) }))
  })
  return [box(view.author, 'opened this pull request', markdownToHtml(view.body)), ...reviews].join('\n')
}

function box(author: string, what: string, body: string): string {
  const name = author.replace(/\[bot\]$/, '')
  const bot = name === author ? '' : ' <span class="bot">bot</span>'
  const initial = escapeHtml(name.slice(0, 1).toUpperCase())
  return `<article class="box${bot === '' ? '' : ' by-bot'}">
<div class="box-head"><span class="avatar">${initial}</span><b>${escapeHtml(name)}</b>${bot} ${escapeHtml(what)}</div>
<div class="markdown">${body}</div>
</article>`
}

function changedFiles({ files, reviews }: PullRequestView): string {
  const comments = reviews.flatMap((review) => review.comments)
  const sum = (kind: 'additions' | 'deletions') => files.reduce((total, file) => total + file[kind], 0)
  return `<section class="files">
<h2>Files changed <span class="count">${files.length}</span> ${lineCounts(sum('additions'), sum('deletions'))}</h2>
${files.map((file) => fileToHtml(file, comments)).join('\n')}
</section>`
}

function fileToHtml(file: FileView, all: readonly CommentView[]): string {
  const comments = all.filter(({ path }) => path === file.path)
  const rows = diffRows(file.patch ?? '')
  const last = new Map(comments.map((comment) => [comment, rowsOf(rows, comment).at(-1)]))
  const lines = rows.map((row) => {
    const here = comments.filter((comment) => last.get(comment) === row)
    return rowToHtml(row, file.path) + here.map((comment) => thread(comment, rowsOf(rows, comment))).join('')
  })
  const unplaced = comments.filter((comment) => last.get(comment) === undefined)
  const status = file.status === 'modified' ? '' : ` <span class="status">${escapeHtml(file.status)}</span>`
  const diff =
    file.patch === null
      ? '<p class="no-diff">No diff is shown for this file.</p>'
      : `<table class="diff">${lines.join('\n')}</table>`
  return `<details class="file" open>
<summary><code>${escapeHtml(file.path)}</code>${status}${lineCounts(file.additions, file.deletions)}</summary>
${unplaced.map((comment) => `<p class="lost">A comment on ${escapeHtml(linesOf(comment))} stands on no line of this diff.</p>`).join('')}
${diff}
</details>`
}

function lineCounts(additions: number, deletions: number): string {
  return `<span class="lines"><span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></span>`
}

const signs: Readonly<Record<DiffRow['kind'], string>> = { hunk: '', context: ' ', added: '+', deleted: '-' }

function rowToHtml({ kind, oldLine, newLine, text }: DiffRow, path: string): string {
  if (kind === 'hunk') return `<tr class="hunk"><td colspan="2"></td><td>${escapeHtml(text)}</td></tr>`
  const cell = (side: string, line: number | null) =>
    line === null ? numberCell(line, '') : numberCell(line, ` id="${escapeHtml(lineId(path, side, line))}"`)
  return `<tr class="${kind}">${cell('LEFT', oldLine)}${cell('RIGHT', newLine)}${codeCell(kind, text)}</tr>`
}

function numberCell(number: number | null, attribute: string): string {
  return `<td class="number"${attribute}>${number ?? ''}</td>`
}

function codeCell(kind: DiffRow['kind'], text: string): string {
  return `<td class="code" data-sign="${signs[kind]}">${escapeHtml(text)}</td>`
}

function thread(comment: CommentView, rows: readonly DiffRow[]): string {
  const drawCode = (language: string, code: string) =>
    language === 'suggestion' ? suggestion(code, rows) : null
  const body = markdownToHtml(comment.body, { drawCode })
  return `<tr class="thread"><td colspan="3">${box(comment.author, `on ${linesOf(comment)}`, body)}</td></tr>`
}

/** "line R12" or "lines L3 to L5": R is the new file, L the old one, as on GitHub. */
function linesOf({ side, line, startLine }: CommentView): string {
  const letter = side === 'LEFT' ? 'L' : 'R'
  return startLine === null ? `line ${letter}${line}` : `lines ${letter}${startLine} to ${letter}${line}`
}

function suggestion(code: string, rows: readonly DiffRow[]): string {
  const line = (kind: 'added' | 'deleted', text: string, number: number | null) =>
    `<tr class="${kind}">${numberCell(number, '')}${codeCell(kind, text)}</tr>`
  const first = rows[0]?.newLine ?? 1
  const added = code === '' ? [] : code.split('\n')
  return `<div class="suggestion"><p class="suggestion-title">Suggested change</p><table class="diff">${[
    ...rows.map((row) => line('deleted', row.text, row.newLine)),
    ...added.map((text, index) => line('added', text, first + index)),
  ].join('')}</table></div>`
}
