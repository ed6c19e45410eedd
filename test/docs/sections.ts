/** A table in GitHub's Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The page with what stands between the markers of that name replaced. */
export function replaceSection(page: string, name: string, source: string, content: string): string {
  const start = `<!-- ${name}: generated from ${source} by \`npm run docs\` -->`
  const end = `<!-- /${name} -->`
  const from = page.indexOf(start)
  const to = page.indexOf(end, from)
  if (from === -1 || to === -1) throw new Error(`the page lacks the markers "${start}" and "${end}"`)
  return `${page.slice(0, from + start.length)}\n\n${content}\n\n${page.slice(to)}`
}
