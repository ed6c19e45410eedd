/** Calm, and readable in light and dark: text has a contrast of 4.5 at least. https://www.w3.org/TR/WCAG22/#contrast-minimum */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #0f1217);
  --sheet: light-dark(#ffffff, #171b22);
  --line: light-dark(#e1e5ea, #272d37);
  --ink: light-dark(#1c2129, #e4e8ee);
  --muted: light-dark(#59626f, #98a2b0);
  --link: light-dark(#1a5fc4, #82b4ff);
  --good: light-dark(#1a6b3c, #5fcf8d);
  --warning: light-dark(#875400, #efb956);
  --bad: light-dark(#b0271f, #ff938a);
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 24px 40px; max-width: 1120px; overflow-wrap: break-word; font-variant-numeric: tabular-nums; }
h1, h2, h3, p, dl, dd { margin: 0; font-size: inherit; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
bdi, code { overflow-wrap: anywhere; }
code { font: 0.93em ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.icon { width: 1em; height: 1em; vertical-align: -0.12em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.good, .passed { color: var(--good); }
.busy { color: var(--link); }
.warning, .findings { color: var(--warning); }
.bad, .inconclusive { color: var(--bad); }
.quiet, .skipped { color: var(--muted); }

header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 20px 0; }
.brand { display: flex; align-items: center; gap: 10px; margin-right: auto; font-weight: 650; font-size: 17px; }
.logo { width: 28px; height: 28px; stroke: #fff; stroke-width: 2.2; stroke-linejoin: round; fill: none; }
.logo rect { fill: #334155; stroke: none; }
#as-of, noscript, footer { color: var(--muted); font-size: 13px; }
button { font: inherit; font-size: 13px; padding: 4px 12px; color: var(--ink); background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
button:hover { border-color: var(--muted); }
#notice:not(:empty) { margin-bottom: 16px; padding: 10px 16px; color: var(--warning); background: var(--sheet); border: 1px solid currentColor; border-radius: 8px; }

.overview { display: flex; gap: 18px; align-items: center; margin-bottom: 28px; padding: 22px 24px; }
.overview > .icon { width: 46px; height: 46px; padding: 11px; background: color-mix(in srgb, currentColor 12%, transparent); border-radius: 50%; }
.overview h1 { color: var(--ink); font-size: 23px; line-height: 1.35; font-weight: 650; }
.overview p { color: var(--muted); }
.overview, table, .empty, .card { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; }

section { min-width: 0; margin-bottom: 28px; }
h2 { margin-bottom: 8px; font-size: 16px; font-weight: 650; }
.count { margin-left: 4px; padding: 1px 9px; color: var(--muted); font-size: 13px; font-weight: 500; border: 1px solid var(--line); border-radius: 99px; background: var(--sheet); }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 0 24px; }
.table { display: flex; flex-direction: column; }
.empty { padding: 16px; color: var(--muted); }
.beside .empty { flex: 1; }

table { width: 100%; border-spacing: 0; }
caption { margin-top: -4px; padding-bottom: 8px; color: var(--muted); font-size: 13px; text-align: left; }
th, td { padding: 9px 16px; text-align: left; vertical-align: baseline; }
thead th { color: var(--muted); font-size: 13px; font-weight: 500; white-space: nowrap; }
tbody th, tbody td { border-top: 1px solid var(--line); }
tbody th { font-weight: 550; }
time, .whole, .verdict, .verdict + a { white-space: nowrap; }
.verdict { display: inline-block; min-width: 124px; margin-right: 12px; }
.note { color: var(--muted); font-size: 13px; font-weight: 400; }
td .note { display: block; }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); gap: 16px; }
.card { padding: 16px; }
h3 { color: var(--muted); font-size: 13px; font-weight: 500; }
.state { margin-bottom: 10px; font-weight: 600; }
.card dl div { display: flex; justify-content: space-between; gap: 12px; padding: 3px 0; font-size: 14px; }
dt { color: var(--muted); }
dd { text-align: right; }
footer { display: flex; gap: 16px; padding-top: 12px; }

@media (max-width: 640px) {
  body { padding: 0 14px 32px; }
  header { padding: 14px 0; }
  #as-of { order: 1; flex-basis: 100%; }
  .overview { padding: 16px; gap: 14px; }
  .overview h1 { font-size: 20px; }
  table, caption, tbody, td { display: block; }
  table { background: none; border: 0; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; }
  tbody tr { display: flex; flex-wrap: wrap; gap: 2px 18px; padding: 12px 14px; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody th, tbody td { padding: 0; border: 0; }
  tbody th, td[data-column="Why"], td[data-column="Verdict"] { flex-basis: 100%; }
  td { font-size: 14px; }
  td::before { content: attr(data-column) " "; color: var(--muted); }
  td[data-column="Why"]::before, td[data-column="Verdict"]::before { content: none; }
}
`
