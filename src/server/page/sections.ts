import type { ListedJob, QueueListing, QueueState } from '../../ports/review-queue.ts'
import { type Html, html } from './html.ts'
import { type IconName, icon } from './icons.ts'
import { publicReason } from './public-reason.ts'
import { type Section, tableSection } from './tables.ts'
import type { PageView } from './view.ts'
import { ago, capital, span, took } from './words.ts'

/** What runs, waits, is done and was given up, each with its table. */
export function sections(view: PageView, state: QueueState, listing: QueueListing): Html {
  const { gitHubUrl } = view.server
  const [running, waiting, done, failed] = [
    runningSection(view, state, listing),
    waitingSection(view, state, listing),
    doneSection(view, listing),
    failedSection(view, state, listing),
  ].map((section) => tableSection(section, gitHubUrl))
  return html`<div class="beside">${running ?? null}${waiting ?? null}</div>
${done ?? null}${failed ?? null}`
}

function runningSection({ now, server }: PageView, state: QueueState, { running }: QueueListing): Section {
  const { engine, workers, isDraining } = server
  const free = workers === 1 ? 'the worker is free' : `all ${workers} workers are free`
  return {
    ...{ id: 'running', title: 'Running', total: state.running },
    note: engine === 'embedded' ? `At most ${workers} at once` : 'On all replicas that share the queue',
    rows: running.map((listed) => ({
      listed,
      cells: { Attempt: listed.attempt, Started: ago(listed.since, now) },
    })),
    empty: isDraining ? 'Nothing runs any more.' : `Nothing runs: ${free}.`,
  }
}

function waitingSection({ now, server }: PageView, state: QueueState, { waiting }: QueueListing): Section {
  const { waiting: ready, delayed, oldestWaitingMs } = state
  const isFree = state.running < server.workers && !server.isDraining
  return {
    ...{ id: 'waiting', title: 'Waiting', total: ready + delayed },
    note: ready === 0 ? 'For another attempt' : `The oldest for ${span(oldestWaitingMs)}`,
    rows: waiting.map((listed) => ({
      listed,
      cells: { 'Waits for': waitsFor(listed), Since: ago(listed.since, now) },
    })),
    empty: isFree ? 'Nothing waits: the next review starts at once.' : 'Nothing waits.',
  }
}

function waitsFor({ attempt }: ListedJob): Html {
  return attempt === 1
    ? html`<span class="whole">${icon('clock')} a worker</span>`
    : html`<span class="whole">${icon('again')} attempt ${attempt}</span>`
}

function doneSection({ now }: PageView, { done }: QueueListing): Section {
  return {
    ...{ id: 'done', title: 'Last reviews', total: null, note: 'The newest first' },
    rows: done.map((listed) => ({
      listed,
      cells: {
        Verdict: verdict(listed.review.verdict, listed.review.url),
        Took: html`<span class="whole">${took(listed.review.durationMs)}</span>`,
        Ended: ago(listed.since, now),
      },
    })),
    empty:
      'None yet. Open a pull request in a repository that the App is installed on, or push to one. If nothing happens, the settings of the App on GitHub show under “Advanced” what was delivered, and how it was answered.',
  }
}

const verdictIcons: Readonly<Record<string, IconName>> = {
  passed: 'check',
  findings: 'comment',
  inconclusive: 'question',
  skipped: 'dash',
}

function verdict(name: string, url: string | null): Html {
  const iconName = Object.hasOwn(verdictIcons, name) ? verdictIcons[name] : undefined
  const tone = iconName === undefined ? 'skipped' : name
  const link = url !== null && /^https?:\/\//.test(url) ? html`<a href="${url}">Open review</a>` : null
  return html`<span class="verdict ${tone}">${icon(iconName ?? 'dash')} ${capital(name)}</span>${link}`
}

function failedSection({ now }: PageView, state: QueueState, { failed }: QueueListing): Section {
  return {
    ...{ id: 'failed', title: 'Given up', total: state.failed },
    note: 'The button “Re-run” of the check on the pull request tries again',
    rows: failed.map((listed) => ({
      listed,
      cells: {
        Why: why(listed),
        Attempts: listed.attempt,
        Since: ago(listed.since, now),
      },
    })),
    empty: 'None: every review has come to its end, or gets another attempt.',
  }
}

/** The log has all of it, under the delivery. */
function why({ reason, job }: QueueListing['failed'][number]): Html {
  const shown = publicReason(reason)
  const said = shown === '' ? 'For a reason that only the log tells' : capital(shown)
  return html`${said}. <span class="note">In the log: delivery <code>${job.deliveryId.slice(0, 40)}</code></span>`
}
