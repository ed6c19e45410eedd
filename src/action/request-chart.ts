import { isFailure } from '../metrics/trace-sums.ts'
import type { TracedRequest } from '../metrics/trace-report.ts'
import { inWords, serverTitles } from '../metrics/trace-lines.ts'
import { targets } from '../ports/observer.ts'
import { codeFence } from '../publication/code.ts'

/** One request needs no picture, and many make one that nobody can read. */
const fewestRequests = 2
const mostRequests = 40

/**
 * When which request of the review was under way, as a diagram that GitHub draws. Those of the push are many and small, and
 * would crowd out the others. https://mermaid.js.org/syntax/gantt.html
 */
export function requestChart(all: readonly TracedRequest[]): string[] {
  const requests = all.filter(({ target }) => target !== 'pushgateway')
  if (requests.length < fewestRequests || requests.length > mostRequests) return []
  const end = Math.max(...requests.map(({ atMs, durationMs }) => atMs + durationMs))
  const lines = targets.flatMap((target) => {
    const own = requests.filter((request) => request.target === target)
    return own.length === 0 ? [] : [`section ${serverTitles[target]}`, ...own.map(task)]
  })
  // Times are counted from 1970: formats that know hours would show them in the reader's time zone.
  const head = ['gantt', 'dateFormat x', `axisFormat ${end < 5_000 ? '%s.%L s' : '%s s'}`, 'todayMarker off']
  return ['', codeFence([...head, ...lines].join('\n'), 'mermaid')]
}

function task(request: TracedRequest): string {
  const { status, atMs, durationMs } = request
  const mark = isFailure(status) ? 'crit' : 'active'
  return `${plain(nameOf(request))} ${inWords(status)} :${mark}, ${atMs}, ${Math.max(1, durationMs)}ms`
}

/** Without the repository, which is the same in all of them. */
function nameOf(request: TracedRequest): string {
  if (request.target === 'llm') return `${request.number} ${request.model}`
  const path = request.path.replace(/^(\/api\/v3)?\/repos\/[^/]+\/[^/]+\//, '')
  return `${request.method} ${path}`
}

/** What has no meaning in Mermaid, wherever it stands in a line that begins with something else. */
function plain(text: string): string {
  return text.replaceAll(/[^\w./ -]/g, '_').slice(0, 60)
}
