import { counted } from '../../publication/counted.ts'
import type { GitHubCondition, GitHubState } from '../github-health.ts'
import { type Content, type Html, html } from './html.ts'
import { icon, toneIcons } from './icons.ts'
import type { PageView, QueueView, ServerView, Tone } from './view.ts'
import { ago, clock, span, timeElement } from './words.ts'

/** How queue, GitHub and this server are. */
export function cards({ now, queue, gitHub, server }: PageView): Html {
  return html`<section aria-labelledby="state"><h2 id="state">State</h2>
<div class="cards">${queueCard(queue, server)}${gitHubCard(gitHub, now)}${serverCard(server, now)}</div></section>`
}

type Card = {
  readonly title: string
  readonly tone: Tone
  readonly state: string
  readonly facts: readonly (readonly [name: string, value: Content])[]
}

function card({ title, tone, state, facts }: Card): Html {
  return html`<div class="card"><h3>${title}</h3>
<p class="state ${tone}">${icon(toneIcons[tone])} ${state}</p>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>
`
}

const engines: Readonly<Record<ServerView['engine'], string>> = {
  embedded: 'embedded, in this process',
  Redis: 'Redis, shared by all replicas',
}

function queueCard(queue: QueueView, { engine }: ServerView): Html {
  const title = 'Queue'
  const about = ['Engine', engines[engine]] as const
  if (queue.kind === 'unreachable')
    return card({ title, tone: 'bad', state: 'Cannot be reached', facts: [about] })
  const { waiting, delayed, oldestWaitingMs } = queue.state
  const facts = [
    about,
    ['For a worker', counted(waiting, 'review')],
    ['For another attempt', counted(delayed, 'review')],
    ['Oldest waits', oldestWaitingMs === 0 ? 'none waits' : span(oldestWaitingMs)],
  ] as const
  return card({ title, tone: 'good', state: 'Reachable', facts })
}

const conditions: Readonly<Record<GitHubCondition, readonly [tone: Tone, state: string]>> = {
  unknown: ['quiet', 'Not asked yet'],
  answering: ['good', 'Answers'],
  refusing: ['warning', 'Refused the latest request'],
  limiting: ['warning', 'Makes us wait'],
  failing: ['warning', 'Does not answer as it should'],
}

function gitHubCard(
  { condition, answeredAt, failure, limitWait, limitedUntil }: GitHubState,
  now: number,
): Html {
  const [tone, state] = conditions[condition]
  const facts = [
    ['Last answer', answeredAt === null ? 'none yet' : ago(answeredAt, now)],
    ['Last failure', failure === null ? 'none' : html`${words(failure.status)}, ${ago(failure.at, now)}`],
    [
      'Last wait for its limit',
      limitWait === null ? 'none' : html`${span(limitWait.waitMs)}, ${ago(limitWait.at, now)}`,
    ],
    ...(limitedUntil === null
      ? []
      : [['Limited until', timeElement(limitedUntil, clock(limitedUntil))] as const]),
  ] as const
  return card({ title: 'GitHub', tone, state, facts })
}

/** "network error", "503" */
function words(status: string | number): string {
  return String(status).replaceAll('_', ' ')
}

function serverCard({ isDraining, version, startedAt, workers }: ServerView, now: number): Html {
  const facts = [
    ['Version', version],
    ['Up for', timeElement(startedAt, span(now - startedAt))],
    ['Reviews at once', workers],
  ] as const
  return isDraining
    ? card({ title: 'This server', tone: 'warning', state: 'Stopping', facts })
    : card({ title: 'This server', tone: 'good', state: 'Takes deliveries', facts })
}
