import { createHash } from 'node:crypto'
import type { Answer } from '../http.ts'
import { cards } from './cards.ts'
import { Html, html } from './html.ts'
import { favicon, icon, logo, toneIcons } from './icons.ts'
import { overviewOf } from './overview.ts'
import { refreshScript } from './refresh.ts'
import { sections } from './sections.ts'
import { style } from './style.ts'
import type { PageView } from './view.ts'
import { clock, timeElement } from './words.ts'

/** The state of the server for people, as one HTML document that needs nothing from anywhere. */
export function statusPage(view: PageView): string {
  const { tone, title, text } = overviewOf(view)
  const { now } = view
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · PatchPilot</title>
<link rel="icon" href="${favicon(tone)}">
<style>${new Html(style)}</style>
</head>
<body>
<header>
<p class="brand">${logo} PatchPilot</p>
<p id="as-of">As of ${timeElement(now, clock(now))}</p>
<button id="pause" type="button" hidden>Pause updates</button>
<noscript>Reload the page for news.</noscript>
</header>
<p id="notice" role="status"></p>
<main>
<div class="overview ${tone}">${icon(toneIcons[tone])}<div><h1>${title}</h1><p>${text}</p></div></div>
${content(view)}
</main>
<footer><a href="metrics">Metrics</a> <a href="readyz">Readiness</a> <a href="healthz">Health</a></footer>
<script>${new Html(refreshScript)}</script>
</body>
</html>
`.text
}

function content(view: PageView): Html {
  const { queue } = view
  if (queue.kind === 'reachable')
    return html`${sections(view, queue.state, queue.listing)}
${cards(view)}`
  return html`${cards(view)}
<p class="empty">What runs, waits and is done is not known until the queue answers again.</p>`
}

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing from anywhere, but our own style and script; and nobody may put the page into theirs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${sha256(style)}`,
  `script-src ${sha256(refreshScript)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** To be sent with the page. It names repositories: no cache keeps it, and no other site reads it or learns of it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  vary: 'accept',
  'x-content-type-options': 'nosniff',
}

/** The page as an answer to a browser. */
export function answerStatusPage(view: PageView): Answer {
  return {
    ...{ status: 200, contentType: 'text/html; charset=utf-8' },
    ...{ body: statusPage(view), headers: pageHeaders },
  }
}
