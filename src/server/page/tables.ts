import type { ListedJob } from '../../ports/review-queue.ts'
import { formatRef } from '../../pull-request.ts'
import { type Content, type Html, html } from './html.ts'

export type Section = {
  readonly id: string
  readonly title: string
  /** How many there are, listed or not; null where nobody counts them. */
  readonly total: number | null
  /** What a reader of the table should know. */
  readonly note: string
  readonly rows: readonly Row[]
  /** Instead of a table without rows. */
  readonly empty: string
}

/** A job, and what is told of it by column. */
export type Row = {
  readonly listed: ListedJob
  readonly cells: Readonly<Record<string, Content>>
}

/**
 * Rows are stacked where the window is narrow. The roles are those that the elements have anyway, but some browsers forget
 * them when `display` changes.
 */
export function tableSection(section: Section, gitHubUrl: string): Html {
  const { id, title, note, rows, empty } = section
  const [first] = rows
  const total = first === undefined ? 0 : Math.max(section.total ?? 0, rows.length)
  const count = section.total === null ? null : html` <span class="count">${total}</span>`
  const heading = html`<h2 id="${id}">${title}${count}</h2>`
  if (first === undefined)
    return html`<section aria-labelledby="${id}" class="table">${heading}<p class="empty">${empty}</p></section>
`
  const columns = ['Pull request', ...Object.keys(first.cells)]
  const shown = total > rows.length ? ` · ${rows.length} of ${total} are shown` : ''
  return html`<section aria-labelledby="${id}" class="table">${heading}
<table role="table">
<caption>${note}${shown}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => tableRow(row, gitHubUrl))}</tbody>
</table></section>
`
}

function tableRow({ listed, cells }: Row, gitHubUrl: string): Html {
  const { pullRequest, headSha, full } = listed.job.request
  const head = headSha === null ? 'newest head' : html`<code>${headSha.slice(0, 7)}</code>`
  const scope = full ? ' · full review' : ''
  const name = html`<a href="${pullUrl(pullRequest, gitHubUrl)}"><bdi>${formatRef(pullRequest)}</bdi></a>`
  const others = Object.entries(cells).map(
    ([column, cell]) => html`<td role="cell" data-column="${column}">${cell}</td>`,
  )
  return html`
<tr role="row"><th role="rowheader" scope="row">${name} <span class="note">${head}${scope}</span></th>${others}</tr>`
}

function pullUrl(
  { owner, repo, number }: ListedJob['job']['request']['pullRequest'],
  gitHubUrl: string,
): string {
  const path = [owner, repo].map((name) => encodeURIComponent(name.toWellFormed())).join('/')
  return `${gitHubUrl}/${path}/pull/${number}`
}
